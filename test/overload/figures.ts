import type { Second, Tally } from './generator.ts';
import { type Group, groups } from './mix.ts';

export const none: Tally = { due: 0, answered: 0, refused: 0, unsent: 0, failed: 0, latencies: [] };

export function add(tallies: readonly Tally[]): Tally {
  return {
    due: sum(tallies, 'due'),
    answered: sum(tallies, 'answered'),
    refused: sum(tallies, 'refused'),
    unsent: sum(tallies, 'unsent'),
    failed: sum(tallies, 'failed'),
    latencies: tallies.flatMap(({ latencies }) => latencies),
  };
}

const sum = (tallies: readonly Tally[], of: Exclude<keyof Tally, 'latencies'>) => tallies.reduce((total, tally) => total + tally[of], 0);

export const ofGroup = (seconds: readonly Second[], group: Group): Tally => add(seconds.map((second) => second[group] ?? none));
export const ofAll = (seconds: readonly Second[]): Tally => add(groups.map((group) => ofGroup(seconds, group)));

/** @returns null without any */
export function quantile({ latencies }: Tally, q: number): number | null {
  const sorted = [...latencies].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? null;
}

export const formatMs = (ms: number | null): string => (ms === null ? '-' : ms < 10 ? ms.toFixed(1) : ms.toFixed(0));

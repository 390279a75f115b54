/** What a run tells in the end: a table for people, and the same as JSON. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Machine } from './machine.ts';
import type { Failure, Latency, Measurements, StepFigures } from './measure.ts';
import { alignTable, formatMs } from './table.ts';
import { checkTargets, isFast, isSound, MAX_LATENESS_MS, type Target } from './targets.ts';

/** The shape of `reports/load-<time>.json`. Times are milliseconds. */
export interface Report {
  test: 'load';
  startedAt: string;
  users: number;
  seconds: number;
  /** Origin of the server, and how it runs. */
  target: { origin: string; about: string };
  machine: Machine;
  steps: StepFigures[];
  total: Latency & { requests: number; errors: number };
  failures: Failure[];
  /** How much later than due the generator sent requests. */
  lateness: Latency;
  /** What else a reader should know, such as that the server died. */
  notes: string[];
  targets: Target[];
  passed: boolean;
}

type Setting = Pick<Report, 'test' | 'startedAt' | 'users' | 'seconds' | 'target' | 'machine' | 'notes'>;

const LIMIT_NOTE =
  'The server refused requests by its limits (429). Start it with a higher RATE_LIMIT_MULTIPLIER to measure what it can carry.';
const isLimit = ({ code }: Failure) => code.startsWith('429 ');

export function makeReport(setting: Setting, measurements: Measurements): Report {
  const targets = checkTargets(measurements);
  const failures = measurements.failures();
  return {
    ...setting,
    notes: [...setting.notes, ...(failures.some(isLimit) ? [LIMIT_NOTE] : [])],
    steps: measurements.steps(),
    total: measurements.total(),
    failures,
    lateness: measurements.lateness(),
    targets,
    passed: targets.every(({ met }) => met),
  };
}

export async function writeReport(report: Report, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `${JSON.stringify(report, null, 2)}\n`);
}

/** @returns the report as lines for a terminal; no meaning by colour */
export function renderReport(report: Report): string {
  const { users, seconds, machine, target, lateness, failures, targets, passed, notes } = report;
  const sections = [
    `Load test: ${users} users for ${seconds} s against ${target.origin}\n${renderMachine(machine)}\n  ${target.about}`,
    `${renderSteps(report)}\n  Milliseconds from when a step was due. *: takes as long as the model talks, so it is outside the latency target.`,
    `  Generator: late by ${formatMs(lateness.p99)} ms at p99, ${formatMs(lateness.max)} ms at most (valid up to ${MAX_LATENESS_MS} ms at p99)`,
    failures.length > 0 && `Errors\n${failures.map(renderFailure).join('\n')}`,
    notes.length > 0 && `Notes\n${notes.map((note) => `  ${note}`).join('\n')}`,
    `Targets\n${targets.map(({ met, text }) => `  ${met ? '✓ met   ' : '✗ missed'}  ${text}`).join('\n')}`,
    passed ? 'Passed: every target is met.' : 'Failed: a target is missed.',
  ];
  return `\n${sections.filter(Boolean).join('\n\n')}\n`;
}

function renderMachine({ cores, processor, memoryGiB, node, system }: Machine): string {
  return `  This machine: ${cores} cores (${processor}), ${memoryGiB} GiB memory, Node ${node}, ${system}`;
}

function renderSteps({ steps, total, seconds }: Report): string {
  const head = ['step', 'count', 'errors', 'p50', 'p95', 'p99', 'max', 'target'];
  const rows = steps.map((step) => [
    `${step.name}${step.paced ? ' *' : ''}`,
    String(step.count),
    String(step.errors),
    ...figures(step, step.count > 0),
    verdict(step),
  ]);
  const totals = ['all requests', String(total.requests), String(total.errors), ...figures(total, total.requests > 0)];
  return alignTable([head, ...rows, [...totals, `${(total.requests / seconds).toFixed(1)} requests/s`]]);
}

function figures({ p50, p95, p99, max }: Latency, measured: boolean): string[] {
  return [p50, p95, p99, max].map((value) => (measured ? formatMs(value) : '-'));
}

function verdict(step: StepFigures): string {
  if (step.count === 0) return 'not reached';
  const missed = [!isFast(step) && 'p95', !isSound(step) && 'errors'].filter(Boolean);
  if (missed.length > 0) return `✗ missed: ${missed.join(' and ')}`;
  return step.paced ? '-' : '✓ met';
}

function renderFailure({ step, code, count, example }: Failure): string {
  return `  ${code} × ${count} in ${step}: ${example}`;
}

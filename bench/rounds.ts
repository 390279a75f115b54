/** Alternating rounds: machines are noisy, and compared servers must meet the same noise. */
import { readFile } from 'node:fs/promises';
import { processorTimeOf } from '#loadtest/resources/process-time.ts';
import type { Outcome } from './client.ts';

export const ROUNDS = Number(process.env['ROUNDS'] ?? 3);
export const SECONDS = Number(process.env['SECONDS'] ?? 4);
/** Not counted: V8 still compiles during the first 3 s, or 30,000 requests. */
export const WARM_UP_SECONDS = 3;

export interface Measured extends Outcome {
  /** CPU milliseconds per request, user and system: of the server, and of PostgreSQL. */
  cpu: number;
  databaseCpu: number;
}

/** Runs each of them once per round, one after the other. */
export async function inTurns<Name extends string, T>(
  contenders: Record<Name, (round: number) => Promise<T>>,
  rounds = ROUNDS,
): Promise<Record<Name, T[]>> {
  const names = Object.keys(contenders) as Name[];
  const found = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, T[]>;
  for (let round = 0; round < rounds; round++) for (const name of names) found[name].push(await contenders[name](round));
  return found;
}

/**
 * @param pid of the server
 * @param postmaster of its PostgreSQL
 */
export async function withCpu(pid: number, postmaster: number, work: () => Promise<Outcome>): Promise<Measured> {
  const read = () => [processorTimeOf(pid) ?? 0, processorTimeOf(postmaster) ?? 0] as const;
  const [server, database] = read();
  const outcome = await work();
  const [serverAfter, databaseAfter] = read();
  const each = (seconds: number) => (seconds * 1000) / Math.max(1, outcome.answers);
  return { ...outcome, cpu: each(serverAfter - server), databaseCpu: each(databaseAfter - database) };
}

/** @returns bytes; NaN if the process is gone */
export async function residentMemoryOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * 1024;
}

/** @param share such as 0.99 */
export function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN;
}

/** @returns NaN for an empty list; the mean of the two middle values for an even count */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
}

/**
 * The median over the rounds: a disturbance in one round affects both.
 * @returns NaN if there was nothing to divide by: a round in which the other server answered nothing says nothing
 */
export function ratioInTurns<T>(ours: readonly T[], theirs: readonly T[], of: (round: T) => number): number {
  return median(
    ours.flatMap((round, index) => {
      const other = theirs[index];
      return other === undefined || !(of(other) > 0) ? [] : [of(round) / of(other)];
    }),
  );
}

export const rateOf = ({ perSecond }: { perSecond: number }) => perSecond;

/** The median of each figure over the rounds; failures are summed. */
export function summarize(rounds: readonly Measured[]): Measured {
  const of = (key: keyof Measured) => median(rounds.map((round) => round[key]));
  const failures = rounds.reduce((sum, round) => sum + round.failures, 0);
  return {
    perSecond: of('perSecond'),
    p50: of('p50'),
    p99: of('p99'),
    answers: of('answers'),
    cpu: of('cpu'),
    databaseCpu: of('databaseCpu'),
    failures,
  };
}

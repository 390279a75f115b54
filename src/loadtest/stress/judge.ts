/** Whether a stage met the targets, which are those of a load test; misses are described briefly, for a table. */
import type { Measurements } from '../measure.ts';
import { isFast, isSound, MAX_ERROR_RATE, MAX_LATENESS_MS, MAX_P95_MS, slowestOf } from '../targets.ts';

/** With fewer requests, a p95 is the slowest or second slowest of a few, and says nothing about the step. */
const MIN_COUNT = 20;

interface Judgement {
  met: boolean;
  missed: string[];
  /** Milliseconds: of the slowest step, or of all requests if no step ran often enough. */
  p95: number;
  errorRate: number;
}

/** @param overdue requests long overdue for a response at the end of the stage */
export function judge(measured: Pick<Measurements, 'steps' | 'total' | 'failures' | 'lateness'>, overdue = 0): Judgement {
  const steps = measured.steps();
  const { requests, errors, answered, p95: p95OfAll } = measured.total();
  const errorRate = requests === 0 ? 1 : errors / requests;
  const missed: string[] = [];

  const slowest = slowestOf(steps, MIN_COUNT);
  if (answered === 0) missed.push('nothing was answered');
  else if (!slowest && p95OfAll >= MAX_P95_MS) missed.push(`p95 of all requests ${Math.round(p95OfAll)} ms`);
  for (const step of steps) if (!isFast(step, MIN_COUNT)) missed.push(`p95 of ${step.name} ${Math.round(step.p95)} ms`);

  const unsound = steps.filter((step) => !isSound(step));
  if (errorRate >= MAX_ERROR_RATE || unsound.length > 0) {
    const worst = measured.failures().slice(0, 3);
    missed.push(`errors ${percent(errorRate)} (${worst.map(({ step, code, count }) => `${code} × ${count} in ${step}`).join(', ')})`);
  }
  if (overdue > 0 && overdue >= MAX_ERROR_RATE * requests) missed.push(`${overdue} requests were still without an answer`);
  const { p99: late } = measured.lateness();
  if (late > MAX_LATENESS_MS) missed.push(`the generator was late by ${Math.round(late)} ms at p99`);
  return { met: missed.length === 0, missed, p95: slowest?.p95 ?? p95OfAll, errorRate };
}

const percent = (share: number) => `${(share * 100).toFixed(2)} %`;

/**
 * Measurements of a run, by step. Words: a *step* is one request of a virtual user, from when it was due to its whole answer; a
 * *lap* is a later part of the same request (a stream goes on after its first event); *lateness* is how much later than due
 * the generator itself sent a request.
 */
import { build, type Histogram } from 'hdr-histogram-js';
import { codeOf, isTimeout, messageOf } from './failure.ts';

export interface StepInfo {
  name: string;
  /** A later part of the step before it: no request of its own. */
  lap?: true;
  /** Takes as long as the model talks: reported, but no matter of the latency target. */
  paced?: true;
}

/** Milliseconds. */
export interface Latency {
  p50: number;
  p95: number;
  p99: number;
  max: number;
}
export interface StepFigures extends StepInfo, Latency {
  count: number;
  errors: number;
}
export interface Failure {
  step: string;
  code: string;
  count: number;
  /** What the first one said. */
  example: string;
}
export type Measurements = ReturnType<typeof createMeasurements>;

/** @param steps what will be measured, in the order of the report */
export function createMeasurements(steps: readonly StepInfo[]) {
  const rows = new Map(steps.map((info) => [info.name, { info, count: 0, errors: 0, latency: createLatency() }]));
  const failures = new Map<string, Failure>();
  const lateness = createLatency();
  let users = 0;

  function row(step: string) {
    const found = rows.get(step);
    if (!found) throw new Error(`The step ${step} is not on the list of measured steps`);
    return found;
  }

  return {
    arrive(): void {
      users += 1;
    },
    /** How many have arrived. */
    users: (): number => users,
    /** @param milliseconds from when the step was due */
    succeed(step: string, milliseconds: number): void {
      const { latency } = row(step);
      row(step).count += 1;
      latency.record(milliseconds);
    },
    /**
     * A failure is not counted as fast: only one that waited until its time was up has a latency.
     * @param milliseconds from when the step was due
     */
    fail(step: string, milliseconds: number, error: unknown): void {
      const failed = row(step);
      failed.count += 1;
      failed.errors += 1;
      if (isTimeout(error)) failed.latency.record(milliseconds);
      const code = codeOf(error);
      const failure = failures.get(`${step} ${code}`) ?? { step, code, count: 0, example: messageOf(error) };
      failures.set(`${step} ${code}`, { ...failure, count: failure.count + 1 });
    },
    late: (milliseconds: number): void => lateness.record(milliseconds),
    steps: (): StepFigures[] =>
      Array.from(rows.values(), ({ info, count, errors, latency }) => ({ ...info, count, errors, ...latency.figures() })),
    /** All requests, and the latency of those that the target is for. */
    total(): Latency & { requests: number; errors: number } {
      const all = createLatency();
      for (const { info, latency } of rows.values()) if (!info.paced) all.add(latency);
      const requests = [...rows.values()].reduce((sum, { info, count }) => sum + (info.lap ? 0 : count), 0);
      const errors = [...rows.values()].reduce((sum, step) => sum + step.errors, 0);
      return { requests, errors, ...all.figures() };
    },
    /** The most frequent first. */
    failures: (): Failure[] => [...failures.values()].sort((a, b) => b.count - a.count),
    lateness: (): Latency => lateness.figures(),
  };
}

/** A histogram of microseconds with three significant digits, which speaks milliseconds. */
function createLatency() {
  const histogram: Histogram = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: 3_600_000_000,
    numberOfSignificantValueDigits: 3,
  });
  // HDR histograms answer with the upper bound of a bucket, which may lie above the greatest value seen.
  const at = (percentile: number) => Math.min(histogram.getValueAtPercentile(percentile), histogram.maxValue) / 1000;
  return {
    histogram,
    record: (milliseconds: number): void => histogram.recordValue(Math.max(0, Math.round(milliseconds * 1000))),
    add: (other: { histogram: Histogram }): void => histogram.add(other.histogram),
    figures: (): Latency => ({ p50: at(50), p95: at(95), p99: at(99), max: histogram.maxValue / 1000 }),
  };
}

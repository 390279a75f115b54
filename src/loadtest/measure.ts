/**
 * Measurements of a run, by step. Terms: a *step* is one request of a virtual user, from its due time to its complete response; a *lap* is
 * a later part of the same request (a stream continues after its first event); *lateness* is how much later than due the generator itself
 * sent a request; a *batch* holds one generator's measurements of a period, to be merged with the others.
 */
import { codeOf, isTimeout, messageOf } from './failure.ts';
import { createLatency, type Latency, type PackedLatency, unpackLatency } from './latency.ts';

export interface StepInfo {
  name: string;
  /** A later part of the previous step, not a separate request. */
  lap?: true;
  /** Takes as long as the model streams: reported, but not subject to the latency target. */
  paced?: true;
}

export interface StepFigures extends StepInfo, Latency {
  count: number;
  errors: number;
}
export interface Failure {
  step: string;
  code: string;
  count: number;
  /** Message of the first one. */
  example: string;
}
export interface Batch {
  steps: { name: string; count: number; errors: number; latency: PackedLatency | undefined }[];
  failures: Failure[];
  lateness: PackedLatency | undefined;
}
export type UnpackedBatch = ReturnType<typeof unpackBatch>;
export type Measurements = ReturnType<typeof createMeasurements>;

/** @param steps to be measured, in the order of the report */
export function createMeasurements(steps: readonly StepInfo[]) {
  const rows = new Map(steps.map((info) => [info.name, { info, count: 0, errors: 0, latency: createLatency() }]));
  const failures = new Map<string, Failure>();
  const lateness = createLatency();

  function row(step: string) {
    const found = rows.get(step);
    if (!found) throw new Error(`The step ${step} is not on the list of measured steps`);
    return found;
  }

  function countFailure({ step, code, count, example }: Failure): void {
    const failure = failures.get(`${step} ${code}`) ?? { step, code, count: 0, example };
    failures.set(`${step} ${code}`, { ...failure, count: failure.count + count });
  }

  return {
    /** @param milliseconds from when the step was due */
    succeed(step: string, milliseconds: number): void {
      const succeeded = row(step);
      succeeded.count += 1;
      succeeded.latency.record(milliseconds);
    },
    /**
     * A failure does not count as fast: it has a latency only if it timed out.
     * @param milliseconds from when the step was due
     */
    fail(step: string, milliseconds: number, error: unknown): void {
      const failed = row(step);
      failed.count += 1;
      failed.errors += 1;
      if (isTimeout(error)) failed.latency.record(milliseconds);
      countFailure({ step, code: codeOf(error), count: 1, example: messageOf(error) });
    },
    late: (milliseconds: number): void => lateness.record(milliseconds),
    /** Measurements since the last batch; resets them. */
    takeBatch(): Batch {
      const batch: Batch = { steps: [], failures: [...failures.values()], lateness: lateness.pack() };
      for (const [name, step] of rows) {
        if (step.count > 0) batch.steps.push({ name, count: step.count, errors: step.errors, latency: step.latency.pack() });
        if (step.latency.count() > 0) step.latency.reset();
        step.count = 0;
        step.errors = 0;
      }
      failures.clear();
      lateness.reset();
      return batch;
    },
    /** As if everything had been measured here. */
    addBatch(batch: UnpackedBatch): void {
      for (const { name, count, errors, latency } of batch.steps) {
        const merged = row(name);
        merged.count += count;
        merged.errors += errors;
        merged.latency.add(latency);
      }
      for (const failure of batch.failures) countFailure(failure);
      lateness.add(batch.lateness);
    },
    steps: (): StepFigures[] =>
      Array.from(rows.values(), ({ info, count, errors, latency }) => ({ ...info, count, errors, ...latency.figures() })),
    /** All requests, and the latency of those subject to the target. */
    total(): Latency & { requests: number; errors: number; answered: number } {
      const all = createLatency();
      for (const { info, latency } of rows.values()) if (!info.paced) all.add(latency);
      const requests = [...rows.values()].reduce((sum, { info, count }) => sum + (info.lap ? 0 : count), 0);
      const errors = [...rows.values()].reduce((sum, step) => sum + step.errors, 0);
      return { requests, errors, answered: all.count(), ...all.figures() };
    },
    /** Most frequent first. */
    failures: (): Failure[] => [...failures.values()].sort((a, b) => b.count - a.count),
    lateness: (): Latency => lateness.figures(),
  };
}

/** Once unpacked, a batch can be added to several measurements. */
export function unpackBatch({ steps, failures, lateness }: Batch) {
  return {
    steps: steps.map(({ latency, ...step }) => ({ ...step, latency: unpackLatency(latency) })),
    failures,
    lateness: unpackLatency(lateness),
  };
}

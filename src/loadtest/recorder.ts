/**
 * Records a run: every second, the measurements of the generators and the resource usage of the servers. A *window* is a part of the run
 * that is evaluated separately, such as a stage of a stress test.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Moment, Resources, Sample } from '#features/monitor/load-report.ts';
import type { Together } from './generator/add-states.ts';
import type { Generators } from './generator/generators.ts';
import { createMeasurements, type Measurements } from './measure.ts';
import type { Sampler, ServerFigures } from './resources/sampler.ts';
import { measuredSteps } from './steps.ts';

const EVERY_MS = 1000;
/** Opening or closing a window takes an extra sample between two seconds; its values count with the next whole one. */
const MIN_MOMENT_S = 0.9;

export interface Window {
  measurements: Measurements;
  samples: (Resources & ServerFigures)[];
  /** Seconds since the load began. */
  from: number;
}
export type Recorder = ReturnType<typeof createRecorder>;

export function createRecorder(generators: Generators, sampler: Sampler) {
  const begun = performance.now();
  const whole: Window = { measurements: createMeasurements(measuredSteps), samples: [], from: 0 };
  const windows = new Set([whole]);
  const moments: Moment[] = [];
  const samples: Sample[] = [];
  const seconds = () => (performance.now() - begun) / 1000;
  let moment = createMeasurements(measuredSteps);
  let last = { at: 0, cpu: 0 };
  let generatorCpu: number | null = null;
  let unserved = 0;
  let atWork = 0;
  let peak = 0;
  let underWay = 0;
  let overdue = 0;
  let taking: Promise<void> = Promise.resolve();

  function record(state: Together): void {
    for (const batch of state.batches) {
      moment.addBatch(batch);
      for (const window of windows) window.measurements.addBatch(batch);
    }
    ({ users: atWork, unserved, underWay, overdue } = state);
    peak = Math.max(peak, atWork);
    const at = seconds();
    if (at - last.at < MIN_MOMENT_S) return;
    const { user, system } = process.cpuUsage();
    const cpu = (state.cpu + user + system) / 1e6;
    if (last.cpu > 0) generatorCpu = (cpu - last.cpu) / (at - last.at);
    moments.push(momentOf(at, at - last.at, atWork, moment));
    moment = createMeasurements(measuredSteps);
    last = { at, cpu };
  }

  /** Sequential: what one call takes is missing from the next. */
  function take(): Promise<void> {
    taking = taking.then(async () => record(await generators.takeState()));
    return taking;
  }

  async function sample(): Promise<void> {
    const { processes, cachedSessions, ...seen } = await sampler.sample();
    const resources = { ...seen, generatorCpu };
    samples.push({ at: seconds(), ...resources });
    for (const window of windows) window.samples.push({ ...resources, processes, cachedSessions });
  }

  return {
    seconds,
    moments,
    samples,
    whole,
    /** Active users now, and their maximum. */
    users: () => ({ now: atWork, peak }),
    underWay: () => underWay,
    /** Requests long overdue for a response. */
    overdue: () => overdue,
    /** Visits without a free user. */
    unserved: () => unserved,
    /** Runs until aborted. @throws Error if a generator is gone */
    async run(signal: AbortSignal): Promise<void> {
      await Promise.all([repeat(take, signal), repeat(sample, signal)]);
    },
    /** Adds the generators' measurements up to now. */
    take,
    /** Records a generator's final state. */
    record,
    /** Opens a window, which gets everything measured from now on. */
    async open(): Promise<Window> {
      await take();
      const window = { measurements: createMeasurements(measuredSteps), samples: [], from: seconds() };
      windows.add(window);
      return window;
    },
    async close(window: Window): Promise<void> {
      await take();
      windows.delete(window);
    },
  };
}

async function repeat(work: () => Promise<void>, signal: AbortSignal): Promise<void> {
  for (let next = performance.now() + EVERY_MS; !signal.aborted; next = Math.max(next + EVERY_MS, performance.now())) {
    await sleep(Math.max(0, next - performance.now()), undefined, { signal }).catch(() => undefined);
    if (!signal.aborted) await work();
  }
}

function momentOf(at: number, elapsed: number, users: number, measured: Measurements): Moment {
  const { requests, errors, answered, p50, p95, p99 } = measured.total();
  const latency = answered === 0 ? { p50: null, p95: null, p99: null } : { p50, p95, p99 };
  return { at, users, requestsPerSecond: requests / elapsed, errorsPerSecond: errors / elapsed, ...latency };
}

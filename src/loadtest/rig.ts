/** Everything a load test needs besides its target: generators, a sampler of the servers, and a recorder. */
import { availableParallelism, totalmem } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Generators, startGenerators } from './generator/generators.ts';
import { createRecorder, type Recorder } from './recorder.ts';
import type { Bounds } from './resources/limit.ts';
import { createSampler, type Sampler } from './resources/sampler.ts';
import type { Settings } from './settings.ts';
import type { Target } from './target/target.ts';

export interface Rig {
  generators: Generators;
  sampler: Sampler;
  /** Starts recording when `record` is called. */
  recorder: Recorder;
  target: Target;
  settings: Settings;
  signal: AbortSignal;
  /** Waits, unless interrupted. */
  wait(seconds: number): Promise<void>;
}

/** After this, requests that timed out have ended too. */
const DRAIN_S = 65;

interface Options {
  settings: Settings;
  target: Target;
  /** The maximum number of users. */
  users: number;
  /** Whether people keep the session from signing up, or sign in when they arrive. */
  staySignedIn: boolean;
  signal: AbortSignal;
}

/** Runs `work` with generators, and stops them however it ends. @throws the signal's reason */
export async function withRig<T>({ settings, target, users, staySignedIn, signal }: Options, work: (rig: Rig) => Promise<T>): Promise<T> {
  const { origins, metricsToken, postmaster } = target;
  const generators = await startGenerators(settings.generatorsFor(users), { origins, think: settings.think, staySignedIn });
  const interrupt = () => void generators.stop();
  signal.addEventListener('abort', interrupt, { once: true });
  try {
    signal.throwIfAborted();
    const sampler = createSampler({ origins, token: metricsToken, postmaster });
    const recorder = createRecorder(generators, sampler);
    const wait = async (seconds: number) => void (await sleep(seconds * 1000, undefined, { signal }));
    return await work({ generators, sampler, recorder, target, settings, signal, wait });
  } finally {
    signal.removeEventListener('abort', interrupt);
    await generators.stop();
  }
}

/** Records during `work`. @throws at once also if a generator is gone */
export async function record<T>({ recorder }: Rig, work: () => Promise<T>): Promise<T> {
  const over = new AbortController();
  const recording = recorder.run(over.signal);
  const working = work();
  try {
    await Promise.race([working, recording]);
    return await working;
  } finally {
    over.abort();
    await Promise.allSettled([recording, working]);
  }
}

/** All users stay idle until no request is in progress, so that the next stage does not inherit a queue. */
export async function rest({ generators, recorder, wait }: Rig): Promise<void> {
  await generators.setUsers(0, 0);
  for (let waited = 0; waited < DRAIN_S; waited += 0.5) {
    await recorder.take();
    if (recorder.underWay() === 0) return;
    await wait(0.5);
  }
}

/** The resources available to the servers. */
export function boundsOf({ target, recorder }: Rig): Bounds {
  const processes = recorder.whole.samples.findLast((sample) => sample.processes !== null)?.processes ?? null;
  const shared = target.origins.every((origin) => ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(origin).hostname));
  return { cores: availableParallelism(), memory: totalmem(), processes, shared };
}

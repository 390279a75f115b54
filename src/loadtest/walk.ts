/**
 * Walks virtual users through their journeys: a closed model, in which each person waits for an answer and thinks before going
 * on. A step is due when the one before has ended and the thinking is over; its latency counts from then, so a generator that
 * is late does not make the server look fast.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { planJourney } from './journey.ts';
import type { Measurements } from './measure.ts';
import { createRandom, exponential } from './random.ts';
import type { Step } from './steps.ts';
import type { VirtualUser } from './users.ts';

const THINK_MS = 3000;
/** Users arrive within a sixth of the run, and within this. */
const RAMP_UP_MS = 10_000;

interface WalkOptions {
  users: readonly VirtualUser[];
  /** Milliseconds in which steps begin. */
  duration: number;
  measurements: Measurements;
  signal: AbortSignal;
  /** Milliseconds that a person thinks, on average. */
  think?: number;
}

/** Resolves when the last step that began in time has ended. @throws the signal's reason */
export async function walkAll({ users, duration, measurements, signal, think = THINK_MS }: WalkOptions): Promise<void> {
  const start = performance.now();
  const deadline = start + duration;
  const rampUp = Math.min(RAMP_UP_MS, duration / 6);

  async function walk(user: VirtualUser, index: number): Promise<void> {
    const random = createRandom(index + 1);
    let due = start + rampUp * random();
    await sleepUntil(due, signal);
    measurements.arrive();
    for (;;) {
      for (const step of planJourney(random)) {
        if (due >= deadline) return;
        if (await sleepUntil(due, signal)) measurements.late(performance.now() - due);
        const done = await take(step, user, due, measurements);
        signal.throwIfAborted();
        due = performance.now() + (done && step.thenAtOnce ? 0 : exponential(random, think));
        // Whoever gets an error starts afresh.
        if (!done) break;
      }
    }
  }
  await Promise.all(users.map(walk));
}

/** @returns whether it went well */
async function take(step: Step, user: VirtualUser, due: number, measurements: Measurements): Promise<boolean> {
  let { name } = step;
  function lap(next: string): void {
    measurements.succeed(name, performance.now() - due);
    name = next;
  }
  try {
    await step.act(user, { signal: AbortSignal.timeout(step.patience), lap });
    measurements.succeed(name, performance.now() - due);
    return true;
  } catch (error) {
    measurements.fail(name, performance.now() - due, error);
    return false;
  }
}

/** @returns whether there was anything to sleep */
async function sleepUntil(due: number, signal: AbortSignal): Promise<boolean> {
  const slept = performance.now() < due;
  // Timers count whole milliseconds and may ring a little early.
  for (let rest = due - performance.now(); rest > 0; rest = due - performance.now()) {
    await sleep(Math.ceil(rest), undefined, { signal });
  }
  return slept;
}

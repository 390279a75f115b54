/**
 * Walks virtual users through their journeys. Closed model: a fixed number of people, each of whom waits for a response and thinks before
 * the next step. Open model: visits begin at a rate, independent of responses. A step is due when the previous one has ended and the think
 * time is over (in the open model, the first one is due when the visit is); its latency counts from then, so a late generator does not make
 * the server look fast.
 */
import { ProblemError } from '#wire/call.ts';
import { planRestOfRound, planRound, planVisit } from './journey.ts';
import type { Measurements } from './measure.ts';
import { createPauses } from './pause.ts';
import { createRandom, exponential } from './random.ts';
import { type Step, signIn } from './steps.ts';
import type { VirtualUser } from './users.ts';

interface WalkOptions {
  measurements: Measurements;
  /** Mean think time in milliseconds. */
  think: number;
  /** Seed of the random numbers; each generator has a different one. */
  seed?: number;
}

/** A request this long without a response is unlikely to get one in time; it is not an error until it times out. */
const OVERDUE_MS = 5000;

export type Walk = ReturnType<typeof createWalk>;

export function createWalk({ measurements, think, seed = 0 }: WalkOptions) {
  const pauses = createPauses();
  const walking = new Map<VirtualUser, Promise<void>>();
  let wanted: ReadonlySet<VirtualUser> = new Set();
  /** When the steps in progress were due, and whether their response has begun. */
  const underWay = new Set<UnderWay>();
  let unserved = 0;

  /**
   * Continues until the user is no longer wanted, after the step in progress.
   * @returns when the next step is due; undefined if an error ended it
   */
  async function walk(user: VirtualUser, steps: Step[], begin: number, random: () => number, isWanted: () => boolean) {
    let due = begin;
    for (const step of steps) {
      const late = await pauses.until(due, isWanted);
      if (pauses.over() || !isWanted()) return due;
      if (late !== undefined) measurements.late(late);
      const awaited = { due, answering: false };
      underWay.add(awaited);
      const done = await take(step, user, awaited, measurements);
      underWay.delete(awaited);
      due = performance.now() + (done && step.thenAtOnce ? 0 : exponential(random, think));
      if (!done) return undefined;
    }
    return due;
  }

  async function work(user: VirtualUser, random: () => number, ramp: number): Promise<void> {
    const isWanted = () => wanted.has(user);
    let due = performance.now() + ramp * random();
    let steps = planRestOfRound(random);
    while (isWanted() && !pauses.over()) {
      if (!user.signedIn) steps = [signIn, ...planRound(random)];
      // After an error, a user starts over.
      due = (await walk(user, steps, due, random, isWanted)) ?? performance.now() + exponential(random, think);
      steps = planRound(random);
    }
  }

  return {
    /**
     * Closed model: from now on, these users are active.
     * @param ramp milliseconds within which new users begin
     */
    setUsers(users: readonly VirtualUser[], ramp: number): void {
      wanted = new Set(users);
      // Users who are no longer wanted leave at once rather than after their think time.
      pauses.wakeAll();
      users.forEach((user, index) => {
        if (walking.has(user)) return;
        const end = work(user, createRandom(seed + index + 1), ramp).finally(() => walking.delete(user));
        walking.set(user, end);
      });
    },
    /** Open model: visits begin at this rate, each by one of these users who is free, until the end. */
    async receive(users: readonly VirtualUser[], arrivals: Iterable<number>): Promise<void> {
      const random = createRandom(seed + 1);
      const begun = performance.now();
      const free = [...users];
      for (const arrival of arrivals) {
        const due = begun + arrival;
        await pauses.until(due);
        if (pauses.over()) return;
        measurements.late(performance.now() - due);
        const user = free.shift();
        if (!user) {
          unserved += 1;
          continue;
        }
        const visit = walk(user, planVisit(random), due, random, () => true).then(() => {
          walking.delete(user);
          free.push(user);
        });
        walking.set(user, visit);
      }
    },
    /** Active users, requests in progress, overdue ones, and visits without a free user. */
    counts() {
      const late = performance.now() - OVERDUE_MS;
      const overdue = [...underWay].filter(({ due, answering }) => !answering && due < late).length;
      return { users: walking.size, underWay: underWay.size, overdue, unserved };
    },
    /** No user begins another step. Resolves when the last step in progress has ended. */
    async end(): Promise<void> {
      pauses.end();
      await Promise.all(walking.values());
    },
  };
}

interface UnderWay {
  due: number;
  answering: boolean;
}

/** @returns whether it succeeded */
async function take(step: Step, user: VirtualUser, awaited: UnderWay, measurements: Measurements): Promise<boolean> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(new DOMException('No answer in time', 'TimeoutError')), step.timeoutMs);
  const { due } = awaited;
  let { name } = step;
  function lap(next: string): void {
    measurements.succeed(name, performance.now() - due);
    name = next;
    awaited.answering = true;
  }
  try {
    await step.act(user, { signal: deadline.signal, lap });
    measurements.succeed(name, performance.now() - due);
    return true;
  } catch (error) {
    measurements.fail(name, performance.now() - due, error);
    if (error instanceof ProblemError && error.status === 401) user.signedIn = false;
    return false;
  } finally {
    clearTimeout(timer);
  }
}

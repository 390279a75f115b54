/**
 * Walks virtual users through their journeys. Closed model: so many people, each waits for an answer and thinks before going on.
 * Open model: visits begin at a rate, whatever the answers. A step is due when the one before has ended and the thinking is over
 * (in the open model the first one when the visit is due); its latency counts from then, so a generator that is late does not make
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
  /** Milliseconds that a person thinks, on average. */
  think: number;
  /** Of randomness; each generator has another one. */
  seed?: number;
}

/** A request without an answer for so long will hardly get one in time; until its time is up it is no error yet. */
const OVERDUE_MS = 5000;

export type Walk = ReturnType<typeof createWalk>;

export function createWalk({ measurements, think, seed = 0 }: WalkOptions) {
  const pauses = createPauses();
  const walking = new Map<VirtualUser, Promise<void>>();
  let wanted: ReadonlySet<VirtualUser> = new Set();
  /** When those steps were due that are under way, and whether their answer has begun. */
  const underWay = new Set<UnderWay>();
  let unserved = 0;

  /**
   * Goes on until somebody is not wanted any more, after the step under way.
   * @returns when the next step is due; undefined when an error broke it off
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
      // Whoever gets an error starts afresh.
      due = (await walk(user, steps, due, random, isWanted)) ?? performance.now() + exponential(random, think);
      steps = planRound(random);
    }
  }

  return {
    /**
     * Closed model: from now on these are at work.
     * @param ramp milliseconds within which new ones begin
     */
    setUsers(users: readonly VirtualUser[], ramp: number): void {
      wanted = new Set(users);
      // Whoever is not wanted any more goes at once rather than after thinking.
      pauses.wakeAll();
      users.forEach((user, index) => {
        if (walking.has(user)) return;
        const end = work(user, createRandom(seed + index + 1), ramp).finally(() => walking.delete(user));
        walking.set(user, end);
      });
    },
    /** Open model: so many visits a second begin, each by one of these who is free, until the end. */
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
    /** People at work, requests under way, those of them that should have been answered, and visits that nobody was free for. */
    counts() {
      const late = performance.now() - OVERDUE_MS;
      const overdue = [...underWay].filter(({ due, answering }) => !answering && due < late).length;
      return { users: walking.size, underWay: underWay.size, overdue, unserved };
    },
    /** Nobody begins another step. Resolves when the last step under way has ended. */
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

/** @returns whether it went well */
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

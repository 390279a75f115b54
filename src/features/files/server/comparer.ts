/**
 * Compares and merges off the main thread, in one thread per process, with low priority. A person has one comparison at a time, and so does
 * an organization for its runs; the others are queued.
 */
import { LRUCache } from 'lru-cache';
import { busy, HttpProblem } from '#kernel/errors.ts';
import { createSemaphore } from '#kernel/semaphore.ts';
import { createThread } from '#kernel/thread.ts';
import { createSession, type Session } from './compare-session.ts';
import type { Answer, Job } from './compare-worker.ts';
import type { TextDiff } from './diff.ts';
import { texts } from './texts.ts';

export type Comparer = ReturnType<typeof createComparer>;

/** Whose share a comparison uses, and the signal that ends its wait. */
export interface Asker {
  kind: 'person' | 'run';
  /** A person's id, or the id of an organization for its runs. */
  id: string;
  signal: AbortSignal;
}

/** Most people with concurrent comparisons, to limit the contents in memory; those of runs are in addition. */
const MAX_CONCURRENT = 3;
/** Most queued comparisons, per person and in total. */
const MAX_WAITING_OF_PERSON = 20;
const MAX_WAITING = 300;
/** Of one job, on a busy machine. */
const TIMEOUT_MS = 30_000;
/** Starting a thread takes 0.1 s, which is acceptable now and then. */
const IDLE_MS = 60_000;
const limits = { maxOldGenerationSizeMb: 256, stackSizeMb: 4 };
/** Characters of cached diffs: two contents always have the same diff. */
const MAX_KNOWN = 16_000_000;

export function createComparer() {
  const thread = createThread<Job, Answer>(new URL('./compare-worker.ts', import.meta.url), {
    timeoutMs: TIMEOUT_MS,
    limits,
    idleMs: IDLE_MS,
  });
  const cachedDiffs = new LRUCache<string, TextDiff>({
    maxSize: MAX_KNOWN,
    sizeCalculation: (found) => 200 + ('diff' in found ? found.diff.length : 0),
  });
  const turns = {
    person: createSemaphore({
      maxConcurrent: MAX_CONCURRENT,
      maxConcurrentPerKey: 1,
      maxQueuedPerKey: MAX_WAITING_OF_PERSON,
      maxQueued: MAX_WAITING,
      queueFull: (ofPerson) => (ofPerson ? tooManyAtOnce() : busy(2)),
    }),
    run: createSemaphore({ maxConcurrent: 1 }),
  };

  return {
    /**
     * @param work requests all comparisons, and holds no connection
     * @throws 429 `too_many_at_once` if the person has too many queued, 503 if too many are queued in total, and the asker's signal
     */
    inTurn: <T>({ kind, id, signal }: Asker, work: (session: Session) => Promise<T>): Promise<T> =>
      turns[kind](id, signal, () => work(createSession({ thread, cachedDiffs, signal }))),
    close: thread.close,
  };
}

const tooManyAtOnce = () =>
  new HttpProblem(429, 'too_many_at_once', texts.problems.tooManyComparisons, {
    headers: { 'retry-after': '2' },
  });

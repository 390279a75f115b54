/**
 * Comparing and merging, off the thread that answers people: in one thread of each process, behind whatever else there is to do. A
 * person has one comparison at a time, and so has an organization for its runs; the rest waits its turn.
 */
import { LRUCache } from 'lru-cache';
import { busy, HttpProblem } from '#kernel/errors.ts';
import { createSemaphore } from '#kernel/semaphore.ts';
import { createThread } from '#kernel/thread.ts';
import { createSession, type Session } from './compare-session.ts';
import type { Answer, Job } from './compare-worker.ts';
import type { TextDiff } from './diff.ts';

export type Comparer = ReturnType<typeof createComparer>;

/** On whose turn something is compared, and what ends the waiting. */
export interface Asker {
  kind: 'person' | 'run';
  /** A person's id, or the id of an organization for its runs. */
  id: string;
  signal: AbortSignal;
}

/** People whose comparisons are under way at once, so that few contents are held; those of runs come on top. */
const MAX_CONCURRENT = 3;
/** Comparisons that wait, of one person and of all. */
const MAX_WAITING_OF_PERSON = 20;
const MAX_WAITING = 300;
/** Of one piece, on a machine that has much else to do. */
const TIMEOUT_MS = 30_000;
/** A thread takes 0.1 s to start, which nobody minds once in a while. */
const IDLE_MS = 60_000;
const limits = { maxOldGenerationSizeMb: 256, stackSizeMb: 4 };
/** Characters of diffs that stay at hand: the same two contents never differ otherwise. */
const MAX_KNOWN = 16_000_000;

export function createComparer() {
  const thread = createThread<Job, Answer>(new URL('./compare-worker.ts', import.meta.url), {
    timeoutMs: TIMEOUT_MS,
    limits,
    idleMs: IDLE_MS,
  });
  const known = new LRUCache<string, TextDiff>({
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
     * @param work asks for all that it compares, and holds no connection
     * @throws 429 `too_many_at_once` for a person with too many that wait, 503 when too many wait altogether, and the asker's signal
     */
    inTurn: <T>({ kind, id, signal }: Asker, work: (session: Session) => Promise<T>): Promise<T> =>
      turns[kind](id, signal, () => work(createSession({ thread, known, signal }))),
    close: thread.close,
  };
}

const tooManyAtOnce = () =>
  new HttpProblem(429, 'too_many_at_once', 'Many of your comparisons are waiting already. Wait for one of them, then try again.', {
    headers: { 'retry-after': '2' },
  });

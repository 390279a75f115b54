/**
 * Metrics to which several features contribute, told apart by a label: work that waits in queues, and caches. What a queue in the database
 * holds is the same for all servers, so only one process of each reads it.
 */
import type { Counter, Gauge } from 'prom-client';

interface QueueState {
  /** Items that could be processed now. */
  depth: number;
  /** How long the oldest of them has been waiting, in seconds; null if there is none. */
  oldestSeconds: number | null;
}

/** The same, as selected. */
export interface QueueRow {
  depth: number;
  oldest_seconds: number | null;
}

/** Counted by the cache itself: a plain addition for each read. */
export interface CacheCounts {
  hits: number;
  misses: number;
}

interface Registering {
  process: string;
  counterBy(name: string, help: string, label: string, read: () => Iterable<readonly [string, number]>): Counter;
  gauge(
    name: string,
    help: string,
    collect: (gauge: Gauge<'queue'>) => Promise<void>,
    options: { labelNames: readonly 'queue'[]; aggregator: 'sum' | 'max' },
  ): unknown;
}

/** Number of the process that reads what is the same for all. */
const READER = '1';
/** Both gauges of a scrape use the same reading. */
const READING_LASTS_MS = 1000;

export function createSharedMetrics({ process, counterBy, gauge }: Registering) {
  const queues = new Map<string, () => QueueState | Promise<QueueState>>();
  const caches = new Map<string, CacheCounts>();
  let last: { at: number; states: Promise<(readonly [string, QueueState])[]> } | undefined;

  /** Without those that cannot be read now. */
  async function readAll(): Promise<(readonly [string, QueueState])[]> {
    const read = [...queues].map(async ([name, state]) => [name, await state()] as const);
    return (await Promise.allSettled(read)).flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  }

  function states() {
    if (!last || performance.now() - last.at > READING_LASTS_MS) last = { at: performance.now(), states: readAll() };
    return last.states;
  }

  const show = (value: (state: QueueState) => number) => async (of: Gauge<'queue'>) => {
    const read = await states();
    of.reset();
    for (const [queue, state] of read) of.set({ queue }, value(state));
  };

  function registerQueues(): void {
    const depth = show((state) => state.depth);
    gauge('queue_depth', 'Items that wait to be processed, by queue', depth, { labelNames: ['queue'], aggregator: 'sum' });
    const oldest = show((state) => state.oldestSeconds ?? 0);
    const help = 'Seconds that the oldest item has been waiting, by queue; 0 if none is';
    gauge('queue_oldest_seconds', help, oldest, { labelNames: ['queue'], aggregator: 'max' });
  }

  function registerCaches(): void {
    const by = (read: (counts: CacheCounts) => number) => () => [...caches].map(([cache, counts]) => [cache, read(counts)] as const);
    counterBy(
      'cache_hits_total',
      'Reads answered from memory, by cache',
      'cache',
      by(({ hits }) => hits),
    );
    counterBy(
      'cache_misses_total',
      'Reads that had to be loaded, by cache',
      'cache',
      by(({ misses }) => misses),
    );
  }

  function addQueue(name: string, read: () => QueueState | Promise<QueueState>): void {
    if (queues.size === 0) registerQueues();
    queues.set(name, read);
  }

  return {
    /** Measures a queue in the memory of each process. */
    queue: addQueue,
    /** Measures a queue in the database. @param read a row; if it fails, the queue is missing from the metrics */
    storedQueue(name: string, read: () => Promise<QueueRow[]>): void {
      if (process !== READER) return;
      addQueue(name, async () => {
        const [{ depth, oldest_seconds } = { depth: 0, oldest_seconds: null }] = await read();
        return { depth, oldestSeconds: oldest_seconds };
      });
    },
    /** @returns counts for a cache of this name to add to */
    cache(name: string): CacheCounts {
      if (caches.size === 0) registerCaches();
      const counts = { hits: 0, misses: 0 };
      caches.set(name, counts);
      return counts;
    },
  };
}

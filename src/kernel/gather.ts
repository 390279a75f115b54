/** Batches what arrives within a moment, so one statement handles all of it. */
import { setTimeout as sleep } from 'node:timers/promises';

interface Options<K, V> {
  gatherMs: number;
  /** Milliseconds from one flush to the next, at least: a busy server gathers for longer. Default: `gatherMs`. */
  everyMs?: number;
  /** Receives the batch; later values go into the next one. Must not reject. */
  flush: (gathered: ReadonlyMap<K, V>) => Promise<void>;
}

export function createGathering<K, V>({ gatherMs, everyMs = gatherMs, flush }: Options<K, V>) {
  let gathered = new Map<K, V>();
  let flushing = false;
  let flushedAt = -Infinity;

  async function flushAll(): Promise<void> {
    flushing = true;
    while (gathered.size > 0) {
      const wait = Math.max(gatherMs, flushedAt + everyMs - performance.now());
      await sleep(wait, undefined, { ref: false });
      flushedAt = performance.now();
      const taken = gathered;
      gathered = new Map();
      if (taken.size > 0) await flush(taken);
    }
    flushing = false;
  }

  return {
    /** The last value of a key wins. */
    add(key: K, value: V): void {
      gathered.set(key, value);
      if (!flushing) void flushAll();
    },
    remove: (key: K) => gathered.delete(key),
  };
}

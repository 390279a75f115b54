/**
 * Reads kept in memory that are never stale for longer than news take to arrive: entries are dropped by news from whichever
 * server changed the row, and nothing is kept while news cannot arrive.
 */
import { createBoundedMap } from './bounded-map.ts';
import type { Live } from './live.ts';

/**
 * @param topic of the news whose data is the key to drop, or `*` for all
 * @param load reads one entry, given its source; undefined (there is none) is remembered too
 * @param max entries; the ones used longest ago go first
 */
export function createCache<V>({
  live,
  topic,
  load,
  max,
}: {
  live: Live;
  topic: string;
  load: (source: string) => Promise<V | undefined>;
  max: number;
}) {
  const entries = createBoundedMap<{ value: V | undefined }>(max);
  const loading = new Map<string, Promise<V | undefined>>();
  // Counts drops: a load that began before one may have read what it dropped, so its result is handed on but not kept.
  let drops = 0;

  function drop(key: string): void {
    drops++;
    if (key === '*') {
      entries.clear();
      loading.clear();
    } else {
      entries.delete(key);
      loading.delete(key);
    }
  }

  live.on(topic, drop);
  live.onReset(() => drop('*'));

  async function read(key: string, source: string): Promise<V | undefined> {
    const before = drops;
    const value = await load(source);
    if (before === drops && live.connected()) entries.set(key, { value });
    return value;
  }

  return {
    /**
     * @param source what `load` needs, where it is not the key itself
     * @returns the entry, from memory if it is there; simultaneous readers of a missing one share a single load
     */
    get(key: string, source = key): V | undefined | Promise<V | undefined> {
      // What this process has not heard yet, because it stood still, is not served from memory.
      const entry = live.connected() ? entries.get(key) : undefined;
      if (entry) return entry.value;
      const running = loading.get(key);
      if (running) return running;
      const load = read(key, source).finally(() => {
        if (loading.get(key) === load) loading.delete(key);
      });
      loading.set(key, load);
      return load;
    },
    /** Drops an entry here at once; the others hear of it by news. */
    drop,
    size: () => entries.size,
  };
}

/**
 * Caches reads that are never stale for longer than a notification takes to arrive: the notification from the server that changed the row
 * drops the entry, and nothing is cached while notifications cannot arrive.
 */
import { createBoundedMap } from './bounded-map.ts';
import { EVERY, type IdChannel } from './channels.ts';
import type { EventBus } from './event-bus.ts';
import type { CacheCounts } from './shared-metrics.ts';

/**
 * @param channel whose payload is the key to drop, or `EVERY`
 * @param load reads one entry, given its source; undefined (no entry) is cached too
 * @param max entries; the least recently used are evicted first
 * @param counts to add hits and misses to; see `metrics.cache`
 */
export function createCache<V>({
  eventBus,
  channel,
  load,
  max,
  counts = { hits: 0, misses: 0 },
}: {
  eventBus: EventBus;
  channel: IdChannel;
  load: (source: string) => Promise<V | undefined>;
  max: number;
  counts?: CacheCounts;
}) {
  const entries = createBoundedMap<{ value: V | undefined }>(max);
  const loading = new Map<string, Promise<V | undefined>>();
  // Counts invalidations: a load that began before one may have read stale data, so its result is returned but not cached.
  let invalidations = 0;

  function invalidate(key: string): void {
    invalidations++;
    if (key === EVERY) {
      entries.clear();
      loading.clear();
    } else {
      entries.delete(key);
      loading.delete(key);
    }
  }

  eventBus.subscribe(channel, invalidate);
  eventBus.onReset(() => invalidate(EVERY));

  async function read(key: string, source: string): Promise<V | undefined> {
    const before = invalidations;
    const value = await load(source);
    if (before === invalidations && eventBus.connected()) entries.set(key, { value });
    return value;
  }

  return {
    /**
     * @param source passed to `load`, if it is not the key itself
     * @returns the entry, from cache if present; concurrent readers of a missing entry share a single load
     */
    get(key: string, source = key): V | undefined | Promise<V | undefined> {
      // A process that was paused may have missed a change, so it serves nothing from the cache.
      const entry = eventBus.connected() ? entries.get(key) : undefined;
      if (entry) {
        counts.hits++;
        return entry.value;
      }
      counts.misses++;
      const running = loading.get(key);
      if (running) return running;
      const load = read(key, source).finally(() => {
        if (loading.get(key) === load) loading.delete(key);
      });
      loading.set(key, load);
      return load;
    },
    /** Whether `get` needs no load. */
    has: (key: string): boolean => eventBus.connected() && entries.has(key),
    /** Drops an entry here immediately; other servers receive a notification. */
    invalidate,
    size: () => entries.size,
  };
}

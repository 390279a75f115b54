/**
 * Reads kept in memory that are never stale for longer than a notification takes to arrive: entries are dropped by the notification
 * of the server that changed the row, and nothing is kept while notifications cannot arrive.
 */
import { createBoundedMap } from './bounded-map.ts';
import { EVERY, type IdChannel } from './channels.ts';
import type { EventBus } from './event-bus.ts';

/**
 * @param channel whose payload is the key to drop, or `EVERY`
 * @param load reads one entry, given its source; undefined (there is none) is remembered too
 * @param max entries; the ones used longest ago go first
 */
export function createCache<V>({
  eventBus,
  channel,
  load,
  max,
}: {
  eventBus: EventBus;
  channel: IdChannel;
  load: (source: string) => Promise<V | undefined>;
  max: number;
}) {
  const entries = createBoundedMap<{ value: V | undefined }>(max);
  const loading = new Map<string, Promise<V | undefined>>();
  // Counts drops: a load that began before one may have read what it dropped, so its result is handed on but not kept.
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
     * @param source what `load` needs, where it is not the key itself
     * @returns the entry, from memory if it is there; simultaneous readers of a missing one share a single load
     */
    get(key: string, source = key): V | undefined | Promise<V | undefined> {
      // A process that stood still may not have heard of a change yet, so it serves nothing from memory.
      const entry = eventBus.connected() ? entries.get(key) : undefined;
      if (entry) return entry.value;
      const running = loading.get(key);
      if (running) return running;
      const load = read(key, source).finally(() => {
        if (loading.get(key) === load) loading.delete(key);
      });
      loading.set(key, load);
      return load;
    },
    /** Drops an entry here at once; the others hear of it by a notification. */
    invalidate,
    size: () => entries.size,
  };
}

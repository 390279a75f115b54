/**
 * Reads that many ask for at the same moment, made once for all of them. Whoever asks gets a read that began after they asked, so that
 * nothing is missing from it which was there by then: while one is under way, all who come share the next.
 */
export function createSharedReads() {
  const running = new Map<string, Promise<unknown>>();
  const next = new Map<string, Promise<unknown>>();

  function begin<V>(key: string, load: () => Promise<V>): Promise<V> {
    const read = load().finally(() => {
      if (running.get(key) === read) running.delete(key);
    });
    running.set(key, read);
    return read;
  }

  /** @param key tells what is read, and its type @throws what `load` throws, to all who share it */
  return function read<V>(key: string, load: () => Promise<V>): Promise<V> {
    const shared = next.get(key) as Promise<V> | undefined;
    if (shared) return shared;
    const current = running.get(key);
    if (!current) return begin(key, load);
    const start = () => {
      next.delete(key);
      return begin(key, load);
    };
    const later = current.then(start, start);
    next.set(key, later);
    return later;
  };
}

/**
 * Shares concurrent reads. Every caller gets a read that began after the call, so it includes everything written by then: during a read,
 * all new callers share the next one.
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

  /** @param key identifies what is read, and its type @throws what `load` throws, to all callers that share it */
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

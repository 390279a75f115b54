/** What waits, by key: the keys are served round robin, and what waits for one key in order of arrival. */
export interface Waiting {
  readonly key: string;
}

export function createFairQueue<W extends Waiting>() {
  /** The key that is next comes first; a key that was served goes to the end. */
  const lanes = new Map<string, Set<W>>();
  /** Those served before all others, whatever their key. */
  const ahead = new Set<W>();
  const byArrival = new Set<W>();

  function remove(item: W): void {
    byArrival.delete(item);
    ahead.delete(item);
    const lane = lanes.get(item.key);
    lane?.delete(item);
    if (lane?.size === 0) lanes.delete(item.key);
  }

  function take(item: W): W {
    const { key } = item;
    remove(item);
    const others = lanes.get(key);
    if (others) {
      lanes.delete(key);
      lanes.set(key, others);
    }
    return item;
  }

  return {
    add(item: W): void {
      byArrival.add(item);
      const lane = lanes.get(item.key);
      if (lane) lane.add(item);
      else lanes.set(item.key, new Set([item]));
    },
    /** For what has waited before. */
    addAhead(item: W): void {
      byArrival.add(item);
      ahead.add(item);
    },
    remove,
    /** @returns the next item, removed, whose key may go now */
    next(mayGo: (key: string) => boolean): W | undefined {
      for (const item of ahead) return take(item);
      for (const [key, lane] of lanes) if (mayGo(key)) for (const item of lane) return take(item);
      return undefined;
    },
    /** In order of arrival. Items may be removed meanwhile. */
    all: (): Iterable<W> => byArrival,
    size: () => byArrival.size,
    sizeOf: (key: string) => lanes.get(key)?.size ?? 0,
  };
}

/** A map with a maximum size, which evicts the least recently used entry. */
import { LRUCache } from 'lru-cache';

/** @param max entries. Uses `maxSize` rather than `max`, for which lru-cache would allocate all memory up front: a megabyte for 50,000. */
export function createBoundedMap<V extends object | string>(max: number): LRUCache<string, V> {
  return new LRUCache<string, V>({ maxSize: max, sizeCalculation: () => 1 });
}

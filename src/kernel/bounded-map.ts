/** A map with a bound: what was used longest ago goes first. */
import { LRUCache } from 'lru-cache';

/** @param max entries. By `maxSize` rather than `max`, for which lru-cache would set aside all the room at once: a megabyte for 50,000. */
export function createBoundedMap<V extends object | string>(max: number): LRUCache<string, V> {
  return new LRUCache<string, V>({ maxSize: max, sizeCalculation: () => 1 });
}

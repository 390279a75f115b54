/**
 * The contents of files that are read often. A content never changes under its version, so nothing invalidates this: the database still
 * says which version a file has now, and leaves out the content if it is here.
 */
import { LRUCache } from 'lru-cache';

const MAX_BYTES = 16 * 1024 * 1024;
/** A larger content would evict many others. */
const MAX_ENTRY_BYTES = 256 * 1024;
/** Of an entry besides its content. */
const OVERHEAD_BYTES = 500;

interface Cached {
  version: string;
  content: Buffer;
}

export function createContentCache() {
  const entries = new LRUCache<string, Cached>({
    maxSize: MAX_BYTES,
    maxEntrySize: MAX_ENTRY_BYTES,
    sizeCalculation: ({ content }) => content.length + OVERHEAD_BYTES,
  });
  const keyOf = (projectId: string, path: string) => `${projectId} ${path}`;
  return {
    get: (projectId: string, path: string): Cached | undefined => entries.get(keyOf(projectId, path)),
    set(projectId: string, path: string, version: string, content: Buffer): void {
      // A slice would keep the whole answer of the database in memory.
      entries.set(keyOf(projectId, path), { version, content: Buffer.from(content) });
    },
  };
}

/** Unsaved text, stored in this browser until it is saved or discarded. */
import { readStored, writeStored } from '#ui/app/stored.ts';
import type { BufferTable } from './buffer-table.ts';

export interface Draft {
  text: string;
  /** The version it is based on; null: a new file. */
  version: string | null;
  at: string;
}

const DELAY_MS = 400;

export function createDrafts(table: BufferTable, userId: string, projectId: string) {
  const timers = new Map<string, ReturnType<typeof setTimeout>>();
  const keyOf = (path: string) => `draft:${userId}:${projectId}:${path}`;

  function forgetTimer(path: string): void {
    clearTimeout(timers.get(path));
    timers.delete(path);
  }

  /** Syncs storage with the buffer: a draft while it is dirty, none while it is clean. */
  function persist(path: string): void {
    forgetTimer(path);
    const buffer = table.textAt(path);
    if (!buffer) return;
    if (!buffer.dirty) return void writeStored(keyOf(path), undefined);
    const draft: Draft = { text: table.contentOf(path), version: buffer.version, at: new Date().toISOString() };
    const unkept = !writeStored(keyOf(path), draft);
    if (unkept !== Boolean(buffer.unkept)) table.patch(path, { unkept });
  }

  return {
    persist,
    persistSoon(path: string): void {
      forgetTimer(path);
      timers.set(path, setTimeout(persist, DELAY_MS, path));
    },
    /** Immediately, because the page is about to unload. */
    persistAll(): void {
      for (const path of timers.keys()) persist(path);
    },
    read(path: string): Draft | undefined {
      const draft = readStored(keyOf(path));
      return typeof draft === 'object' && draft !== null && 'text' in draft ? (draft as Draft) : undefined;
    },
    remove(path: string): void {
      forgetTimer(path);
      writeStored(keyOf(path), undefined);
    },
  };
}

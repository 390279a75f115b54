/** Unsaved text, stored in this browser until it is saved or discarded. */
import { readStored, writeStored } from '#ui/app/stored.ts';
import type { BufferTable } from './buffer-table.ts';

export interface Draft {
  text: string;
  /** The version it is based on; null: a new file. */
  version: string | null;
  /** The text of that version, to merge with a newer one; undefined if it is too long to be stored twice. */
  base?: string;
  at: string;
}

/** A crash loses at most what was typed in this time. */
const DELAY_MS = 400;
/** After a draft did not fit: each attempt converts the whole text. */
const FULL_DELAY_MS = 5_000;
/** In characters; browsers store about five million for all drafts. */
const MAX_BASE = 200_000;

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
    const { version, base } = buffer;
    const draft: Draft = { text: table.contentOf(path), version, ...(base.length <= MAX_BASE && { base }), at: new Date().toISOString() };
    const unkept = !writeStored(keyOf(path), draft);
    if (unkept !== Boolean(buffer.unkept)) table.patch(path, { unkept });
  }

  return {
    persist,
    persistSoon(path: string): void {
      // Not postponed by further typing.
      if (timers.has(path)) return;
      timers.set(path, setTimeout(persist, table.textAt(path)?.unkept ? FULL_DELAY_MS : DELAY_MS, path));
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

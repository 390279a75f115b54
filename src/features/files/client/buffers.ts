/** Opens, edits and saves the files of a project, and ensures that no text is lost when two people edit the same file. */
import { type Author, file, type TreeEntry } from '#features/files/contract.ts';
import { hasCode, hasStatus } from '#ui/format/explain.ts';
import { ProblemError } from '#wire/call.ts';
import type { Content, TextBuffer, Theirs } from './buffer.ts';
import { createBufferTable } from './buffer-table.ts';
import { createDrafts, type Draft } from './drafts.ts';
import { createReconcile } from './reconcile.ts';
import { decodeText, encodeText, isWithin } from './text.ts';

interface BuffersOptions {
  userId: string;
  projectId: string;
  load: (path: string) => Promise<{ bytes: Uint8Array; version: string }>;
  write: (path: string, text: string, version: string | null) => Promise<{ file: { version: string } }>;
  /** A file that was open here without unsaved changes was deleted on the server. */
  onGone: (path: string) => void;
  /** A save has ended, successfully or not: a listing may be outdated, or the session expired. */
  onSettled: () => void;
}

export function createBuffers({ userId, projectId, load, write, onGone, onSettled }: BuffersOptions) {
  const table = createBufferTable();
  const drafts = createDrafts(table, userId, projectId);
  const { reconcile, compare, settle, hear } = createReconcile({ table, drafts, load, open, close, onGone });

  async function open(path: string): Promise<void> {
    const existing = table.get(path);
    if (existing && existing.kind !== 'failed') return;
    const opening = { kind: 'loading' } as const;
    table.put(path, opening);
    const draft = drafts.read(path);
    const found = await load(path).catch((error: unknown) => {
      if (draft && hasStatus(error, 404)) return null;
      if (table.get(path) === opening) table.put(path, { kind: 'failed', error });
    });
    if (found === undefined || table.get(path) !== opening) return;
    hear(path);
    const decoded = found ? decodeText(found.bytes) : { text: '', crlf: false };
    if (!decoded) return table.put(path, { kind: 'binary', bytes: found?.bytes ?? new Uint8Array(), version: found?.version ?? '' });
    const { text, crlf } = decoded;
    const version = found?.version ?? null;
    table.type(path, text);
    table.put(path, { kind: 'text', version, base: text, crlf, dirty: false, saving: false, revision: 0 });
    if (draft && (draft.text !== text || version === null)) restore(path, draft, { version, text });
  }

  function restore(path: string, draft: Draft, theirs: Theirs): void {
    const changes: Partial<TextBuffer> = { dirty: true, draftAt: draft.at };
    table.replace(path, draft.text, draft.version === theirs.version ? changes : { ...changes, theirs });
  }

  function edit(path: string, content: Content): void {
    const buffer = table.textAt(path);
    if (!buffer) return;
    table.type(path, content);
    const dirty = buffer.version === null || content.length !== buffer.base.length || content.toString() !== buffer.base;
    if (dirty !== buffer.dirty || buffer.refreshedBy || buffer.saveError) {
      table.patch(path, { dirty, refreshedBy: undefined, saveError: undefined });
    }
    drafts.persistSoon(path);
  }

  async function save(path: string): Promise<void> {
    const buffer = table.textAt(path);
    if (!buffer || buffer.saving || !buffer.dirty) return;
    const text = table.contentOf(path);
    table.patch(path, { saving: true, saveError: undefined });
    try {
      const saved = await write(path, encodeText({ text, crlf: buffer.crlf }), buffer.version);
      settle(path, saved.file.version, text);
    } catch (error) {
      table.patch(path, { saving: false });
      if (!hasStatus(error, 412)) return table.patch(path, { saveError: error });
      await compare(path, readAuthor(error)).catch((saveError: unknown) => table.patch(path, { saveError }));
    } finally {
      onSettled();
    }
  }

  function close(path: string): void {
    drafts.remove(path);
    table.drop(path);
  }

  /** Shows `text` in the editor as if it had been typed. */
  function retype(path: string, text: string): void {
    table.replace(path, text, {});
    edit(path, text);
  }

  return {
    open,
    /** Opens the files that have unsaved drafts. */
    openDrafts(paths: readonly string[]): void {
      for (const path of paths) if (drafts.read(path)) void open(path);
    },
    edit,
    save,
    /** Retries saves that could not be sent. */
    retryUnsent(): void {
      for (const path of table.paths()) if (hasCode(table.textAt(path)?.saveError, 'unreachable')) void save(path);
    },
    reconcile: (entries: readonly TreeEntry[], askedAt: number, complete: boolean) => reconcile(entries, askedAt, complete),
    close,
    retype,
    /** Overwrites their version after the user has seen it. */
    async keepMine(path: string): Promise<void> {
      const theirs = table.textAt(path)?.theirs;
      if (!theirs) return;
      table.patch(path, { version: theirs.version, base: theirs.text, theirs: undefined, dirty: true });
      await save(path);
    },
    /** @returns the replaced text, so that it can be restored */
    takeTheirs(path: string): string {
      const mine = table.contentOf(path);
      const theirs = table.textAt(path)?.theirs;
      if (!theirs) return mine;
      table.replace(path, theirs.text, { version: theirs.version, base: theirs.text, theirs: undefined, draftAt: undefined, dirty: false });
      drafts.persist(path);
      return mine;
    },
    /** Reverts to the server's version. @returns the discarded text */
    discard(path: string): string {
      const mine = table.contentOf(path);
      table.replace(path, table.textAt(path)?.base ?? '', { dirty: false, draftAt: undefined });
      drafts.persist(path);
      return mine;
    },
    renamed(from: string, to: string): void {
      for (const path of table.paths()) {
        if (!isWithin(path, from)) continue;
        const next = to + path.slice(from.length);
        drafts.remove(path);
        table.rename(path, next);
        drafts.persist(next);
        hear(next);
      }
    },
    get: table.get,
    contentOf: table.contentOf,
    dirtyPaths: table.dirtyPaths,
    subscribe: table.subscribe,
    persistDrafts: drafts.persistAll,
  };
}

/** A rejected save names the author of the version it would overwrite. */
function readAuthor(error: unknown): Author | undefined {
  return error instanceof ProblemError ? file.safeParse(error.problem.current).data?.changedBy : undefined;
}

export type Buffers = ReturnType<typeof createBuffers>;

/** Opens, edits and saves the files of a project, and ensures that no text is lost when two people edit the same file. */
import { hasStatus } from '#wire/call.ts';
import type { Content, Load, TextBuffer, Theirs } from './buffer.ts';
import { createBufferTable } from './buffer-table.ts';
import { createDrafts, type Draft } from './drafts.ts';
import { createReconcile } from './reconcile.ts';
import { createSaving, type Merge, type Write } from './saving.ts';
import { decodeText, isWithin, PLAIN } from './text.ts';

interface BuffersOptions {
  userId: string;
  projectId: string;
  load: Load;
  write: Write;
  /** A file that was open here without unsaved changes was deleted on the server. */
  onGone: (path: string) => void;
  /** A save was merged with a newer version. */
  onMerged: (merge: Merge) => void;
  /** A save has ended, successfully or not: the session may have expired. */
  onSettled: () => void;
}

export function createBuffers({ userId, projectId, load, write, onGone, onMerged, onSettled }: BuffersOptions) {
  const table = createBufferTable();
  const drafts = createDrafts(table, userId, projectId);
  const reconcile = createReconcile({ table, drafts, load, open, close, onGone });
  const { save, combine, retryUnsent } = createSaving({ table, drafts, reconcile, write, onMerged, onSettled });

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
    const decoded = found ? decodeText(found.bytes) : { text: '', encoding: PLAIN };
    if (decoded) show(path, { version: found?.version ?? null, ...decoded }, draft);
    else table.put(path, { kind: 'binary', bytes: found?.bytes ?? new Uint8Array(), version: found?.version ?? '' });
    // It may have changed while it was loading.
    reconcile.refresh(path);
  }

  function show(path: string, found: Theirs, draft: Draft | undefined): void {
    const { version, text, encoding } = found;
    table.type(path, text);
    table.put(path, { kind: 'text', version, base: text, encoding, dirty: false, saving: false, revision: 0 });
    if (!draft || (draft.text === text && version !== null)) return;
    const changes: Partial<TextBuffer> = { dirty: true, draftAt: draft.at };
    if (draft.version === version) table.replace(path, draft.text, changes);
    else if (draft.base === undefined) table.replace(path, draft.text, { ...changes, theirs: found, comparing: true });
    else table.replace(path, draft.text, { ...changes, version: draft.version, base: draft.base, theirs: found });
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

  function close(path: string): void {
    drafts.remove(path);
    reconcile.forget(path);
    table.drop(path);
  }

  /** Shows `text` in the editor as if it had been typed. */
  function retype(path: string, text: string): void {
    table.replace(path, text, { byOthers: undefined });
    edit(path, text);
  }

  /** @returns the discarded text, so that it can be restored */
  function discard(path: string): string {
    const mine = table.contentOf(path);
    const buffer = table.textAt(path);
    if (!buffer) return mine;
    const { version, text: base, encoding } = buffer.theirs ?? { ...buffer, text: buffer.base };
    const changes = { version, base, encoding, theirs: undefined, comparing: undefined };
    table.replace(path, base, { ...changes, dirty: false, draftAt: undefined, byOthers: undefined });
    drafts.persist(path);
    return mine;
  }

  return {
    open,
    /** Opens the files that have unsaved drafts. */
    openDrafts(paths: readonly string[]): void {
      for (const path of paths) if (drafts.read(path)) void open(path);
    },
    edit,
    save,
    retryUnsent,
    follow: reconcile.follow,
    close,
    retype,
    /** Merges their newer version into the user's text, without saving; shows both if lines overlap. */
    combine: (path: string): void => void combine(path),
    compareWithTheirs: (path: string): void => table.patch(path, { comparing: true }),
    /** Overwrites their version after the user has seen it. */
    async keepMine(path: string): Promise<void> {
      const theirs = table.textAt(path)?.theirs;
      if (!theirs) return;
      const { version, text: base, encoding } = theirs;
      const changes = { version, base, theirs: undefined, comparing: undefined, dirty: true };
      table.patch(path, version === null ? changes : { ...changes, encoding });
      await save(path);
    },
    /** Reverts to the server's version. */
    discard,
    renamed(from: string, to: string): void {
      for (const path of table.paths()) {
        if (!isWithin(path, from)) continue;
        const next = to + path.slice(from.length);
        drafts.remove(path);
        table.rename(path, next);
        drafts.persist(next);
      }
    },
    get: table.get,
    contentOf: table.contentOf,
    dirtyPaths: table.dirtyPaths,
    subscribe: table.subscribe,
    persistDrafts: drafts.persistAll,
  };
}

export type Buffers = ReturnType<typeof createBuffers>;

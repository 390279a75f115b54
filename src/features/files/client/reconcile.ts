/** Reconciles an open file with another version on the server. */
import type { Author, TreeEntry } from '#features/files/contract.ts';
import { hasStatus } from '#ui/format/explain.ts';
import type { Theirs } from './buffer.ts';
import type { BufferTable } from './buffer-table.ts';
import { decodeText } from './text.ts';

interface ReconcileOptions {
  table: BufferTable;
  drafts: { persist: (path: string) => void };
  load: (path: string) => Promise<{ bytes: Uint8Array; version: string }>;
  open: (path: string) => Promise<void>;
  close: (path: string) => void;
  onGone: (path: string) => void;
}

export function createReconcile({ table, drafts, load, open, close, onGone }: ReconcileOptions) {
  /** When each file was last known from the server: an older listing is ignored for it. */
  const heardAt = new Map<string, number>();
  const hear = (path: string) => heardAt.set(path, Date.now());

  /** The server has `text` as `version`; text typed since then stays. */
  function settle(path: string, version: string, text: string): void {
    hear(path);
    const done = { saving: false, saveError: undefined, theirs: undefined, draftAt: undefined, refreshedBy: undefined };
    table.patch(path, { ...done, version, base: text, dirty: table.contentOf(path) !== text });
    drafts.persist(path);
  }

  function meet(path: string, theirs: Theirs): void {
    const buffer = table.textAt(path);
    if (!buffer || buffer.saving) return;
    hear(path);
    // Also true if a save succeeded but its response was lost.
    const same = theirs.version === buffer.version || theirs.text === table.contentOf(path);
    if (theirs.version !== null && same) return settle(path, theirs.version, theirs.text);
    if (buffer.dirty) return table.patch(path, { theirs });
    if (theirs.version !== null) {
      return table.replace(path, theirs.text, { version: theirs.version, base: theirs.text, refreshedBy: theirs.by });
    }
    close(path);
    onGone(path);
  }

  /** Loads the server's version and applies it, or shows it next to the user's edits. */
  async function compare(path: string, by?: Author): Promise<void> {
    const found = await load(path).catch((error: unknown) => {
      if (hasStatus(error, 404)) return null;
      throw error;
    });
    if (!found) return meet(path, { version: null, text: '', by });
    const decoded = decodeText(found.bytes);
    if (decoded) return meet(path, { version: found.version, text: decoded.text, by });
    table.put(path, { kind: 'binary', bytes: found.bytes, version: found.version });
  }

  /**
   * Compares the open files with a listing of the project.
   * @param askedAt when the listing was requested
   * @param complete whether an unlisted file has been deleted
   */
  function reconcile(entries: readonly TreeEntry[], askedAt: number, complete: boolean): void {
    const listed = new Map(entries.map((entry) => [entry.path, entry]));
    for (const path of table.paths()) {
      const buffer = table.get(path);
      if (!buffer || !('version' in buffer) || (heardAt.get(path) ?? 0) >= askedAt) continue;
      const entry = listed.get(path);
      if (!entry && !complete) continue;
      const baseVersion = buffer.kind === 'text' && buffer.theirs ? buffer.theirs.version : buffer.version;
      if ((entry?.version ?? null) === baseVersion) continue;
      // The next listing makes up for a failed load.
      if (buffer.kind === 'text') void compare(path, entry?.changedBy ?? undefined).catch(() => undefined);
      else {
        close(path);
        if (entry) void open(path);
        else onGone(path);
      }
    }
  }

  return { reconcile, compare, settle, hear };
}

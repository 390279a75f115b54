/** Saves open files. A save on an old version is merged with the newer one if no lines overlap; otherwise the user chooses. */
import { type Author, file } from '#features/files/contract.ts';
import { hasCode, hasStatus, ProblemError } from '#wire/call.ts';
import type { TextBuffer, Theirs } from './buffer.ts';
import type { BufferTable } from './buffer-table.ts';
import type { createReconcile } from './reconcile.ts';
import { encodeText } from './text.ts';

/** Others may save again while a merged text is being saved. */
const MAX_SENDS = 4;

export type Write = (
  path: string,
  text: string,
  version: string | null,
) => Promise<{ file: { version: string }; change: { number: number } | null }>;

/** A merge that was saved, and how to take it back. */
export interface Merge {
  path: string;
  by: Author | undefined;
  /** @returns false if the file was edited or saved since */
  undo: () => Promise<boolean>;
}

/** What a merge started from. */
interface Before {
  mine: string;
  base: string;
  version: string | null;
  theirs: Theirs;
}

interface SavingOptions {
  table: BufferTable;
  drafts: { persist: (path: string) => void };
  reconcile: Pick<ReturnType<typeof createReconcile>, 'settle' | 'compare' | 'refresh' | 'note'>;
  write: Write;
  onMerged: (merge: Merge) => void;
  /** A save has ended, successfully or not: the session may have expired. */
  onSettled: () => void;
}

export function createSaving({ table, drafts, reconcile, write, onMerged, onSettled }: SavingOptions) {
  /** @returns whether the server has the text now */
  async function send(path: string, buffer: TextBuffer): Promise<boolean> {
    const text = table.contentOf(path);
    table.patch(path, { saving: true, saveError: undefined });
    try {
      const saved = await write(path, encodeText({ text, encoding: buffer.encoding }), buffer.version);
      if (saved.change) reconcile.note(path, saved.change.number);
      reconcile.settle(path, { version: saved.file.version, text, encoding: buffer.encoding });
      return true;
    } catch (error) {
      table.patch(path, { saving: false });
      if (!hasStatus(error, 412)) table.patch(path, { saveError: error });
      else await reconcile.compare(path, readAuthor(error)).catch((saveError: unknown) => table.patch(path, { saveError }));
      return false;
    } finally {
      onSettled();
      reconcile.refresh(path);
    }
  }

  /** Combines the user's text with theirs, in the editor only. @returns whether no lines overlap */
  async function combine(path: string): Promise<boolean> {
    const { mergeText } = await import('#features/files/merge-text.ts');
    const buffer = table.textAt(path);
    if (!buffer?.theirs) return buffer !== undefined;
    const { version, text, encoding } = buffer.theirs;
    const merged = version === null ? undefined : mergeText(buffer.base, table.contentOf(path), text);
    if (!merged || !('text' in merged)) {
      table.patch(path, { comparing: true });
      return false;
    }
    const changes = { version, base: text, encoding, theirs: undefined, comparing: undefined, dirty: merged.text !== text };
    table.replace(path, merged.text, { ...changes, byOthers: true });
    drafts.persist(path);
    return true;
  }

  async function save(path: string): Promise<void> {
    let before: Before | undefined;
    let sent = false;
    for (let sends = 0; sends < MAX_SENDS && !sent; ) {
      const buffer = table.textAt(path);
      if (!buffer || buffer.saving || buffer.comparing) return;
      if (buffer.theirs) {
        before = { mine: before?.mine ?? table.contentOf(path), base: buffer.base, version: buffer.version, theirs: buffer.theirs };
        if (!(await combine(path))) return;
      } else if (!buffer.dirty) return;
      else {
        sends++;
        sent = await send(path, buffer);
        if (!sent && !table.textAt(path)?.theirs) return;
      }
    }
    const saved = table.textAt(path);
    if (!sent || !before || !saved) return;
    const { theirs, ...mine } = before;
    onMerged({ path, by: theirs.by, undo: () => undo(path, { version: saved.version, text: saved.base }, mine, theirs) });
  }

  /** Saves their version again, and shows it next to the user's, as if it had not merged. @returns false if the file changed since */
  async function undo(
    path: string,
    saved: { version: string | null; text: string },
    { mine, base, version }: Omit<Before, 'theirs'>,
    theirs: Theirs,
  ): Promise<boolean> {
    const buffer = table.textAt(path);
    if (!buffer || buffer.saving || buffer.version !== saved.version || table.contentOf(path) !== saved.text) return false;
    const { file, change } = await write(path, encodeText(theirs), saved.version);
    if (change) reconcile.note(path, change.number);
    table.replace(path, mine, { version, base, dirty: true, theirs: { ...theirs, version: file.version }, comparing: true });
    drafts.persist(path);
    onSettled();
    return true;
  }

  return {
    save,
    combine,
    /** Retries saves that could not be sent. */
    retryUnsent(): void {
      for (const path of table.paths()) if (hasCode(table.textAt(path)?.saveError, 'unreachable')) void save(path);
    },
  };
}

/** A rejected save names the author of the version it would overwrite. */
function readAuthor(error: unknown): Author | undefined {
  return error instanceof ProblemError ? file.safeParse(error.problem.current).data?.changedBy : undefined;
}

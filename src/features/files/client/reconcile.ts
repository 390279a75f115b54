/** Keeps open files up to date with the server, and compares them with another version of it. */
import type { Author } from '#features/files/contract.ts';
import { hasStatus } from '#wire/call.ts';
import type { Load, Theirs } from './buffer.ts';
import type { BufferTable } from './buffer-table.ts';
import { decodeText, type Encoding, PLAIN } from './text.ts';

/** A change that touched a file. */
export interface Touch {
  number: number;
  by: Author | undefined;
}

interface ReconcileOptions {
  table: BufferTable;
  drafts: { persist: (path: string) => void };
  load: Load;
  open: (path: string) => Promise<void>;
  close: (path: string) => void;
  onGone: (path: string) => void;
}

interface Saved {
  version: string;
  text: string;
  encoding: Encoding;
}

export function createReconcile({ table, drafts, load, open, close, onGone }: ReconcileOptions) {
  /** Files that have changed on the server since they were loaded, as far as is known. */
  const outdated = new Map<string, Touch>();
  /** The newest of one's own changes by path: others learn of it from the server, this page knows. */
  const own = new Map<string, number>();

  /** The server has `text` as `version`; text typed since then stays. */
  function settle(path: string, { version, text, encoding }: Saved): void {
    const done = {
      saving: false,
      saveError: undefined,
      theirs: undefined,
      comparing: undefined,
      draftAt: undefined,
      refreshedBy: undefined,
    };
    table.patch(path, { ...done, version, base: text, encoding, dirty: table.contentOf(path) !== text });
    drafts.persist(path);
  }

  function meet(path: string, theirs: Theirs): void {
    const buffer = table.textAt(path);
    if (!buffer || buffer.saving) return;
    const { version, text, encoding } = theirs;
    // Also true if a save succeeded but its response was lost.
    const same = version === buffer.version || text === table.contentOf(path);
    if (version !== null && same) return settle(path, { version, text, encoding });
    if (buffer.dirty) return table.patch(path, { theirs });
    if (version !== null) {
      return table.replace(path, text, { version, base: text, encoding, refreshedBy: theirs.by, byOthers: true });
    }
    close(path);
    onGone(path);
  }

  /** Loads the server's version and applies it, or keeps it next to the user's edits. */
  async function compare(path: string, by?: Author): Promise<void> {
    const buffer = table.textAt(path);
    const known = buffer?.theirs ? buffer.theirs.version : buffer?.version;
    const found = await load(path, known ?? undefined).catch((error: unknown) => {
      if (hasStatus(error, 404)) return null;
      throw error;
    });
    if (found === undefined) return;
    if (found === null) return meet(path, { version: null, text: '', encoding: PLAIN, by });
    const decoded = decodeText(found.bytes);
    if (decoded) return meet(path, { version: found.version, ...decoded, by });
    if (!table.textAt(path)?.dirty) table.put(path, { kind: 'binary', ...found });
  }

  async function refreshBinary(path: string, known: string): Promise<void> {
    const found = await load(path, known).catch((error: unknown) => {
      if (hasStatus(error, 404)) return null;
      throw error;
    });
    if (found === undefined || table.get(path)?.kind !== 'binary') return;
    close(path);
    if (found) void open(path);
    else onGone(path);
  }

  function reopen(path: string): void {
    outdated.delete(path);
    void open(path);
  }

  /** Loads an outdated file again, once it is neither loading nor saving; if that fails, the next listing makes up for it. */
  function refresh(path: string): void {
    const buffer = table.get(path);
    const touch = outdated.get(path);
    // It could not be loaded; perhaps it can now.
    if (touch && buffer?.kind === 'failed') return reopen(path);
    if (!touch || !buffer || !('version' in buffer) || (buffer.kind === 'text' && buffer.saving)) return;
    outdated.delete(path);
    const refreshed = buffer.kind === 'text' ? compare(path, touch.by) : refreshBinary(path, buffer.version);
    refreshed.catch(() => outdated.set(path, touch));
  }

  /** @param touched the newest change of an open file since the last call, if there is any */
  function follow(touched: (path: string) => Touch | undefined): void {
    for (const path of table.paths()) {
      const touch = touched(path);
      if (touch && touch.number > (own.get(path) ?? 0)) outdated.set(path, touch);
      refresh(path);
    }
  }

  return {
    follow,
    refresh,
    compare,
    settle,
    /** Remembers a change that was made here. */
    note(path: string, number: number): void {
      own.set(path, number);
      if ((outdated.get(path)?.number ?? 0) <= number) outdated.delete(path);
    },
    forget: (path: string) => outdated.delete(path),
  };
}

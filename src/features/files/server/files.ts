/**
 * Files of a project, with history. A change is made by a person or a run, and may touch many files. A save names the version it is based
 * on, so that it cannot overwrite what another person saved in the meantime.
 */
import type { AuditLog } from '#features/audit-log/server/audit-log.ts';
import type { Change, FileDiff } from '#features/files/contract.ts';
import { MAX_FILE_BYTES, MAX_TREE_ENTRIES } from '#features/files/contract.ts';
import type { Database, Transaction } from '#kernel/database/pool.ts';
import type { Queryable } from '#kernel/database/statement.ts';
import { noFileAt, notFound } from '#kernel/errors.ts';
import type { Log } from '#kernel/log.ts';
import { applyEdits, type Edit, type EditsInput, requireBounds } from './apply.ts';
import { createArranging } from './arrange/arrange.ts';
import { type Asker, createComparer } from './comparer.ts';
import { createContentCache } from './content-cache.ts';
import { describeChange } from './describe.ts';
import { createHistory } from './history/history.ts';
import * as history from './history-queries.ts';
import { exists, type Listed, listEntries, listPaths } from './list.ts';
import { createLive } from './live/live.ts';
import * as sql from './queries.ts';
import { type Drift, findDrift, rebaseEdits } from './rebase.ts';
import type { ChangeListeners, NoteInstructions } from './record.ts';
import { type Undo, undo } from './revert.ts';
import { createSaving } from './save.ts';
import { createSearching } from './search/searching.ts';
import { MAX_DIFF_FILES, showDiffs, showEdits } from './show-diff.ts';
import { createStorage } from './storage.ts';
import { createZipTransfer } from './transfer/transfer.ts';

export type Files = ReturnType<typeof createFiles>;

export { bytesOf, type Edit, hashEdits, versionOf } from './apply.ts';
export type { Asker } from './comparer.ts';
export { diffText } from './diff.ts';
export type { Drift } from './rebase.ts';
export type { ChangeAuthor, NoteInstructions } from './record.ts';
export { createSearchIndex } from './search/search-index.ts';
export { createTransfers, type Transfers } from './transfers.ts';

/** PostgreSQL's largest integer. */
const ANY_SIZE = 2 ** 31 - 1;
/** Unless the environment says otherwise. */
const MAX_IMPORT_BYTES = 500 * 1024 * 1024;

interface Content {
  version: string;
  size: number;
  /** Null if the reader already has this version, or it is larger than `most`. */
  content: Buffer | null;
}

interface Options {
  db: Database;
  auditLog: AuditLog;
  log: Log;
  /** Largest size of one file, in bytes, for any writer. */
  maxFileBytes?: number;
  /** Most bytes per organization. */
  maxStored?: number;
  /** Largest zip to import, in bytes. */
  maxImportBytes?: number;
}

export function createFiles({
  db,
  auditLog,
  log,
  maxFileBytes = MAX_FILE_BYTES,
  maxStored = Infinity,
  maxImportBytes = MAX_IMPORT_BYTES,
}: Options) {
  let onInstructions: NoteInstructions | undefined;
  const live = createLive({ db, log });
  const note: ChangeListeners = {
    instructions: async (tx, written) => (await onInstructions?.(tx, written)) ?? (() => []),
    committed: live.noteChange,
  };
  const comparer = createComparer();
  const contents = createContentCache();
  const storage = createStorage(maxStored);
  const apply = (tx: Transaction, input: EditsInput) => applyEdits({ tx, storage, maxFileBytes, note }, input);

  return {
    ...createSaving({ db, storage, maxFileBytes, note }),
    ...createArranging({ db, note }),
    ...createZipTransfer({ db, auditLog, storage, note, maxFileBytes, maxImportBytes, maxStored }),

    /** Lets a later feature commit something with each version of a project’s AGENTS.md. Call once, before anything is written. */
    onInstructionsWritten(listener: NoteInstructions): void {
      onInstructions = listener;
    },

    /** @param path of a folder; by default, the whole project. @throws 404 if nothing exists at the path, 422 for an unknown cursor */
    list: (projectId: string, path = '', listed: Listed = {}) => listEntries(db, projectId, path, listed),

    /** The file at a path, or those below it; by default, all. @throws 404 if nothing exists at the path */
    listPaths: (projectId: string, path = '') => listPaths(db, projectId, path),

    /** Whether there is a file or folder at a path. */
    exists: (projectId: string, path: string): Promise<boolean> => exists(db, projectId, path),

    /** @returns the paths of all files if they fit into this many lines, else the entries of the root, folders with their counts */
    async outline(projectId: string, maxLines: number): Promise<{ count: number; lines: string[]; more: number }> {
      const paths = await sql.selectFirstPaths(db, { projectId, limit: maxLines + 1 });
      if (paths.length <= maxLines) return { count: paths.length, lines: paths.map(({ path }) => path), more: 0 };
      const rows = await sql.selectTopLevel(db, { projectId, limit: maxLines });
      const lines = rows.map(({ name, files, is_folder }) => (is_folder ? `${name}/ (${files} ${files === 1 ? 'file' : 'files'})` : name));
      return { count: rows[0]?.all_files ?? 0, lines, more: (rows[0]?.all_names ?? 0) - rows.length };
    },

    /**
     * @param at number of a change, for the file as of that change
     * @param known version whose content the reader already has
     * @param most largest content to return, in bytes
     * @throws 404
     */
    async read(
      projectId: string,
      path: string,
      { at, known = '', most = ANY_SIZE }: { at?: number | undefined; known?: string; most?: number } = {},
    ): Promise<Content> {
      const cached = at === undefined ? contents.get(projectId, path) : undefined;
      const [row] =
        at === undefined
          ? await sql.selectContent(db, { projectId, path, known: cached ? [known, cached.version] : [known], most })
          : await sql.selectContentAt(db, { projectId, path, number: at, most });
      if (!row) throw noFileAt(path);
      if (at === undefined && row.content) contents.set(projectId, path, row.version, row.content);
      if (row.version !== known && row.version === cached?.version && row.size <= most) return { ...row, content: cached.content };
      return row;
    },

    /** Size in bytes of a version's content in this project; undefined if there is none. */
    sizeOf: async (projectId: string, version: string): Promise<number | undefined> =>
      (await sql.selectSize(db, { projectId, version }))[0]?.size,

    /**
     * As many whole files as fit, smallest first, all from one snapshot; sorted by path.
     * @returns truncated if some were left out
     */
    async readAll(
      projectId: string,
      { maxFiles, maxBytes }: { maxFiles: number; maxBytes: number },
    ): Promise<{ files: { path: string; version: string; content: Buffer }[]; truncated: boolean }> {
      const rows = await sql.selectContents(db, { projectId, maxFiles, maxBytes });
      const files = rows.map(({ path, version, content }) => ({ path, version, content }));
      const truncated = rows[0] ? rows[0].files > rows.length : (await sql.selectFirstPaths(db, { projectId, limit: 1 })).length > 0;
      return { files, truncated };
    },

    ...createSearching({ db, comparer, apply }),

    maxFileBytes,
    live,
    apply,

    /** Counts what runs store in addition to files. */
    storage: { add: storage.add, subtract: storage.subtract },

    /** The files that have changed since the edits were made. */
    drift: (projectId: string, edits: readonly Pick<Edit, 'path' | 'base'>[], on: Queryable = db) => findDrift(on, projectId, edits),

    /** @throws 413, 422 for edits that are invalid regardless of the current files */
    requireBounds: (edits: readonly Edit[]) => requireBounds(edits, maxFileBytes),

    /** The versions of the files that exist at the given paths. */
    versions: async (projectId: string, paths: string[]): Promise<Map<string, string>> =>
      new Map((await sql.selectVersions(db, { projectId, paths })).map((row) => [row.path, row.version])),

    /** The same edits based on the current files, or the paths with conflicts. */
    rebase: (asker: Asker, projectId: string, edits: readonly Edit[], drift: readonly Drift[]) =>
      comparer.inTurn(asker, (session) => rebaseEdits(db, session, projectId, edits, drift)),

    /**
     * The diff of edits, file by file, against the versions they are based on.
     * @param read called once it is the asker’s turn, so that queued requests hold no contents; the first 100 are compared
     * @param alone the only file in the diff is shown however long it is
     */
    diffOfEdits: (asker: Asker, projectId: string, read: () => Promise<readonly Edit[]>, { alone = false } = {}): Promise<FileDiff[]> =>
      comparer.inTurn(asker, async (session) => showEdits({ db, session, projectId, alone }, (await read()).slice(0, MAX_DIFF_FILES))),

    /**
     * Undoes a change, or all changes of a run in one change; those already undone are skipped.
     * @param also work that commits with it
     * @throws 409 `nothing_to_undo`, or `changed_since` with the conflicts
     */
    undo: (asker: Asker, what: Undo, also?: (tx: Transaction, change: Change) => void): Promise<Change> =>
      undo({ db, comparer, storage, asker, also, note }, what),

    /** @throws 404 */
    async projectOf(changeId: string): Promise<string> {
      const [row] = await history.selectProjectOf(db, { changeId });
      if (!row) throw notFound('change');
      return row.project_id;
    },

    /**
     * A change with what it did to each file, sorted by path.
     * @param path of one of its files, which is then shown however long it is
     * @param from number of files to skip
     * @returns more if there are further files. @throws 404
     */
    async show(
      asker: Asker,
      changeId: string,
      { path, from = 0 }: { path?: string | undefined; from?: number } = {},
    ): Promise<{ change: Change; projectId: string; files: FileDiff[]; more: boolean }> {
      const [[row], steps] = await Promise.all([
        history.selectChange(db, { changeId }),
        history.selectStepsOfChange(db, { changeId, path: path ?? null, from, limit: MAX_DIFF_FILES + 1 }),
      ]);
      if (!row) throw notFound('change');
      const { project_id: projectId } = row;
      const showing = { db, projectId, alone: path !== undefined };
      const files = await comparer.inTurn(asker, (session) => showDiffs({ ...showing, session }, steps.slice(0, MAX_DIFF_FILES)));
      return { change: describeChange(row), projectId, files, more: steps.length > MAX_DIFF_FILES };
    },

    /** How the files that a run has changed differ now from before the run; limited to a path and everything below it, if given. */
    async diffOfRun(asker: Asker, projectId: string, runId: string, path = ''): Promise<{ files: FileDiff[]; more: boolean }> {
      const steps = await history.selectStepsOfRun(db, { projectId, runId, path, limit: 2 * MAX_TREE_ENTRIES });
      const firsts = new Map(steps.map((step) => [step.path, step]));
      const pairs = [...firsts.values()].map((first) => ({ path: first.path, before: first.before, after: first.current }));
      const changed = pairs.filter(({ before, after }) => before !== after);
      const [first, ...others] = changed;
      const showing = { db, projectId, alone: first?.path === path && others.length === 0 };
      const files = await comparer.inTurn(asker, (session) => showDiffs({ ...showing, session }, changed.slice(0, MAX_DIFF_FILES)));
      return { files, more: changed.length > MAX_DIFF_FILES };
    },

    history: createHistory({ db, auditLog, comparer, note }),

    /** Ends the comparison thread. */
    close: comparer.close,
  };
}

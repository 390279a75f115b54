/**
 * Undo: a change that reverts others, all or none, and preserves later changes. Merging happens before the project is locked, and its
 * result is valid only while those files do not change.
 */
import type { Change, UndoConflict } from '#features/files/contract.ts';
import { MAX_IMPORT_ENTRIES } from '#features/files/transfer-contract.ts';
import type { Database, Transaction } from '#kernel/database/pool.ts';
import { conflict, HttpProblem } from '#kernel/errors.ts';
import { createYield } from '#kernel/event-loop.ts';
import type { Clash } from '../merge-text.ts';
import { contentsOf, type NewVersion, putVersions, selectObstacles } from './apply.ts';
import type { Asker, Comparer } from './comparer.ts';
import { describeAuthor } from './describe.ts';
import { type Folded, fold } from './fold.ts';
import * as sql from './history-queries.ts';
import { type ChangeAuthor, type ChangeListeners, record } from './record.ts';
import type { Storage } from './storage.ts';
import { texts } from './texts.ts';

/** Most bytes to merge, of one file and in total. */
const MAX_MERGE_BYTES = 1_000_000;
const MAX_MERGED_BYTES = 20_000_000;
/** Others may change the same files during the merge; number of attempts. */
const MAX_ATTEMPTS = 5;
/** As many as the largest import writes; moving a folder of the largest size touches fewer. */
export const MAX_STEPS = MAX_IMPORT_ENTRIES;
/** Most conflicts reported, hunks of each, and characters of each text. */
const MAX_CONFLICTS = 50;
const MAX_HUNKS = 3;
const MAX_HUNK_TEXT = 1000;

export interface Undo {
  projectId: string;
  by: ChangeAuthor;
  /** Either a change, or all changes of a run. */
  changeId?: string;
  runId?: string;
}

interface Undoing {
  db: Database;
  comparer: Comparer;
  storage: Storage;
  asker: Asker;
  /** Work that commits with it. */
  also?: ((tx: Transaction, change: Change) => void) | undefined;
  note: ChangeListeners;
}

/** Merge results, by their inputs. */
type Merged = Map<string, Folded>;

/** Thrown if files must be merged first: nothing was written. */
class NeedsMerge extends Error {
  readonly files: ReadonlyMap<string, sql.StepRow[]>;
  constructor(files: ReadonlyMap<string, sql.StepRow[]>) {
    super();
    this.files = files;
  }
}

/**
 * @throws 409 `changed_since` with the conflicts, 409 `nothing_to_undo`, 409 `changed_meanwhile`, 409 `storage_limit_reached`, and the
 * problems of waiting for a comparison
 */
export async function undo({ db, comparer, storage, asker, also, note }: Undoing, what: Undo): Promise<Change> {
  const merged: Merged = new Map();
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    try {
      return await db.transaction(async (tx) => {
        const change = await revert({ tx, storage, note }, what, merged);
        also?.(tx, change);
        return change;
      });
    } catch (error) {
      if (!(error instanceof NeedsMerge)) throw error;
      await mergeAll({ db, comparer, asker }, what.projectId, error.files, merged);
    }
  }
  throw conflict('changed_meanwhile', texts.problems.keepsChanging);
}

function revert(
  { tx, storage, note }: { tx: Transaction } & Pick<Undoing, 'storage' | 'note'>,
  undo: Undo,
  merged: Merged,
): Promise<Change> {
  const { projectId, changeId = null, runId = null } = undo;
  const readCurrent = () => sql.selectStepsToUndo(tx, { projectId, changeId, runId, limit: MAX_STEPS + 1 });
  return record(tx, { ...undo, note }, readCurrent, async (rows) => {
    if (rows.length === 0) throw nothingToUndo(undo);
    if (rows.length > MAX_STEPS) throw new HttpProblem(422, 'too_many_files', texts.problems.tooManyToUndo);
    const files = groupByPath(rows);
    const letOthers = createYield();
    const folded = await foldAll(files, merged, letOthers);
    const versions: NewVersion[] = [];
    const conflicts: UndoConflict[] = [];
    for (const [path, result] of folded) {
      await letOthers();
      const executable = modeAfter(files.get(path) ?? []);
      if ('reason' in result) conflicts.push(describeConflict(path, result));
      else if ('version' in result && (result.version !== files.get(path)?.[0]?.current || executable !== undefined))
        versions.push({ path, ...result, ...(executable !== undefined && { executable }) });
    }
    if (conflicts.length === 0) conflicts.push(...(await findObstacles(tx, projectId, versions)));
    if (conflicts.length > 0) throw await conflictProblem(tx, projectId, conflicts);
    if (versions.length === 0) throw nothingToUndo(undo);
    // Only merged contents are new.
    const added = await storage.requireSpace(tx, await storage.measure(tx, projectId, contentsOf(versions)));
    const undone = [...new Set(rows.map((row) => row.change_id))];
    return {
      kind: 'revert' as const,
      paths: versions.map(({ path }) => path),
      added,
      apply: (number, id) => [
        ...putVersions(tx, projectId, number, versions),
        sql.markUndone(tx, { projectId, changeIds: undone, by: id }),
      ],
    };
  });
}

function nothingToUndo({ runId }: Undo): HttpProblem {
  return conflict('nothing_to_undo', texts.problems[runId ? 'nothingOfRun' : 'nothingOfChange']);
}

function groupByPath(rows: readonly sql.StepRow[]): Map<string, sql.StepRow[]> {
  const files = new Map<string, sql.StepRow[]>();
  for (const row of rows) {
    const steps = files.get(row.path);
    if (steps) steps.push(row);
    else files.set(row.path, [row]);
  }
  return files;
}

/** @throws NeedsMerge */
async function foldAll(
  files: ReadonlyMap<string, sql.StepRow[]>,
  merged: Merged,
  letOthers: ReturnType<typeof createYield>,
): Promise<Map<string, Folded>> {
  const folded = new Map<string, Folded>();
  const open = new Map<string, sql.StepRow[]>();
  for (const [path, steps] of files) {
    const result = (merged.size > 0 && merged.get(keyOf(steps))) || fold(steps, steps[0]?.current ?? null);
    folded.set(path, result);
    if ('needs' in result) open.set(path, steps);
    await letOthers();
  }
  if (open.size > 0) throw new NeedsMerge(open);
  return folded;
}

/** @returns the mode that the file gets back; undefined if these steps did not change it, or others did since */
function modeAfter(steps: readonly sql.StepRow[]): boolean | undefined {
  const [newest, oldest] = [steps[0], steps.at(-1)];
  if (!newest || !oldest || oldest.executable_before === null) return undefined;
  return newest.executable === newest.executable_after && newest.executable !== oldest.executable_before
    ? oldest.executable_before
    : undefined;
}

/** The steps and the current version: while these are the same, so is the merge. */
const keyOf = (steps: readonly sql.StepRow[]): string =>
  JSON.stringify([steps[0]?.path, steps[0]?.current, ...steps.map((step) => step.number)]);

/** Holds no connection and no lock during comparison. */
async function mergeAll(
  { db, comparer, asker }: Pick<Undoing, 'db' | 'comparer' | 'asker'>,
  projectId: string,
  files: ReadonlyMap<string, sql.StepRow[]>,
  merged: Merged,
): Promise<void> {
  await comparer.inTurn(asker, async (session) => {
    const needs = new Map([...files].map(([path, steps]) => [path, neededBy(steps)]));
    const versions = [...new Set([...needs.values()].flat())];
    const rows = await sql.selectBlobs(db, { projectId, versions, maxBytes: MAX_MERGE_BYTES, maxTotal: MAX_MERGED_BYTES });
    const contents = new Map(rows.map(({ version, content }) => [version, content]));
    for (const [path, steps] of files) {
      const own = new Map((needs.get(path) ?? []).map((version) => [version, contents.get(version) ?? null]));
      merged.set(keyOf(steps), await session.fold(steps, steps[0]?.current ?? null, own));
    }
  });
}

function neededBy(steps: readonly sql.StepRow[]): string[] {
  const folded = fold(steps, steps[0]?.current ?? null);
  return 'needs' in folded ? folded.needs : [];
}

async function findObstacles(tx: Transaction, projectId: string, versions: readonly NewVersion[]): Promise<UndoConflict[]> {
  const obstacles = await selectObstacles(tx, projectId, versions);
  return [...new Set(obstacles.map(({ path }) => path))].map((path) => describeConflict(path, { reason: 'in_the_way' }));
}

const describeConflict = (path: string, { reason, clashes = [] }: { reason: UndoConflict['reason']; clashes?: Clash[] }): UndoConflict => ({
  path,
  reason,
  by: null,
  hunks: clashes
    .slice(0, MAX_HUNKS)
    .map(({ line, base, ours, theirs }) => ({ line, current: cut(ours), written: cut(base), before: cut(theirs) })),
});

const cut = (text: string) => (text.length > MAX_HUNK_TEXT ? `${text.slice(0, MAX_HUNK_TEXT)}…` : text);

async function conflictProblem(tx: Transaction, projectId: string, conflicts: readonly UndoConflict[]): Promise<HttpProblem> {
  const listed = conflicts.slice(0, MAX_CONFLICTS);
  const paths = listed.map(({ path }) => path);
  const authors = new Map((await sql.selectLastAuthors(tx, { projectId, paths })).map((row) => [row.path, describeAuthor(row)]));
  const members = { conflicts: listed.map((each) => ({ ...each, by: authors.get(each.path) ?? null })), conflictCount: conflicts.length };
  return conflict('changed_since', texts.problems.notMerged(paths[0], conflicts.length), members);
}

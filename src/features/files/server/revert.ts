/** Undo: a change that takes others back, all of them or nothing, and leaves in place what was done since. */
import { setImmediate } from 'node:timers/promises';
import type { Change, UndoConflict } from '#features/files/contract.ts';
import { MAX_TREE_ENTRIES } from '#features/files/contract.ts';
import type { Transaction } from '#kernel/database/pool.ts';
import { conflict, Refusal } from '#kernel/errors.ts';
import { type NewVersion, putVersions, selectObstacles } from './apply.ts';
import { describeAuthor } from './describe.ts';
import { type Contents, type Folded, fold } from './fold.ts';
import * as sql from './history-queries.ts';
import type { Clash } from './merge.ts';
import { type ChangeAuthor, record } from './record.ts';
import { readText } from './text.ts';

/** The project's lock is held for a merge, so that what is merged is bounded: bytes of one file, and of all together. */
const MAX_MERGE_BYTES = 1_000_000;
const MAX_MERGED_BYTES = 20_000_000;
const MAX_MERGE_MS = 1000;
/** A moved folder of the largest size touches each of its paths twice. */
const MAX_STEPS = 2 * MAX_TREE_ENTRIES;
/** Conflicts that are told, hunks of each, and characters of each text. */
const MAX_CONFLICTS = 50;
const MAX_HUNKS = 3;
const MAX_HUNK_TEXT = 1000;

export interface Undo {
  projectId: string;
  by: ChangeAuthor;
  /** One of the two: a change, or all of a run. */
  changeId?: string;
  runId?: string;
}

/** @throws 409 `changed_since` with the conflicts, 409 `nothing_to_undo` */
export function revert(tx: Transaction, undo: Undo): Promise<Change> {
  const { projectId, changeId = null, runId = null } = undo;
  const look = () => sql.selectStepsToUndo(tx, projectId, changeId, runId, MAX_STEPS + 1);
  return record(tx, undo, look, async (rows) => {
    if (rows.length === 0) throw nothingToUndo(undo);
    if (rows.length > MAX_STEPS) throw new Refusal(422, 'too_many_files', 'This touched too many files to be undone at once.');
    const files = groupByPath(rows);
    const folded = await foldAll(tx, projectId, files);
    const versions: NewVersion[] = [];
    const conflicts: UndoConflict[] = [];
    for (const [path, result] of folded) {
      if ('reason' in result) conflicts.push(describeConflict(path, result));
      else if ('version' in result && result.version !== files.get(path)?.[0]?.current) versions.push({ path, ...result });
    }
    if (conflicts.length === 0) conflicts.push(...(await findObstacles(tx, projectId, versions)));
    if (conflicts.length > 0) throw await refuseConflicts(tx, projectId, conflicts);
    if (versions.length === 0) throw nothingToUndo(undo);
    const undone = [...new Set(rows.map((row) => row.change_id))];
    return {
      kind: 'revert' as const,
      paths: versions.map(({ path }) => path),
      apply: (number, id) => [...putVersions(tx, projectId, number, versions), sql.markUndone(tx, projectId, undone, id)],
    };
  });
}

function nothingToUndo({ runId }: Undo): Refusal {
  const detail = runId
    ? 'There is nothing to undo: this run has changed no files, or all it changed was undone already.'
    : 'There is nothing to undo: this change was undone already.';
  return conflict('nothing_to_undo', detail);
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

async function foldAll(tx: Transaction, projectId: string, files: ReadonlyMap<string, sql.StepRow[]>): Promise<Map<string, Folded>> {
  const folded = new Map([...files].map(([path, steps]) => [path, fold(steps, steps[0]?.current ?? null)]));
  const needs = new Set([...folded.values()].flatMap((result) => ('needs' in result ? result.needs : [])));
  if (needs.size === 0) return folded;
  const contents = readContents(await sql.selectBlobs(tx, projectId, [...needs], MAX_MERGE_BYTES, MAX_MERGED_BYTES));
  const end = performance.now() + MAX_MERGE_MS;
  for (const [path, steps] of files) {
    if (!('needs' in (folded.get(path) ?? {}))) continue;
    const late = performance.now() > end;
    folded.set(path, late ? { reason: 'too_large' } : fold(steps, steps[0]?.current ?? null, contents));
    await setImmediate();
  }
  return folded;
}

function readContents(rows: readonly { version: string; content: Buffer | null }[]): Contents {
  const contents = new Map(rows.map(({ version, content }) => [version, content]));
  return (version) => {
    const content = contents.get(version);
    if (!content) return { reason: 'too_large' };
    const text = readText(content);
    return text === undefined ? { reason: 'binary' } : { text };
  };
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

async function refuseConflicts(tx: Transaction, projectId: string, conflicts: readonly UndoConflict[]): Promise<Refusal> {
  const told = conflicts.slice(0, MAX_CONFLICTS);
  const paths = told.map(({ path }) => path);
  const authors = new Map((await sql.selectLastAuthors(tx, projectId, paths)).map((row) => [row.path, describeAuthor(row)]));
  const members = { conflicts: told.map((each) => ({ ...each, by: authors.get(each.path) ?? null })), conflictCount: conflicts.length };
  const others = conflicts.length > 1 ? ` and ${conflicts.length - 1} more` : '';
  const detail = `${paths[0]}${others} changed since in a way that does not merge. Nothing was touched; undo what came later first, or edit by hand.`;
  return conflict('changed_since', detail, members);
}

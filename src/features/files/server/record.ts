/** The only way to write a project's history. */
import { v7 as uuid } from 'uuid';
import type { Change } from '#features/files/contract.ts';
import { INSTRUCTIONS_PATH } from '#features/files/instructions-file.ts';
import type { Transaction } from '#kernel/database/pool.ts';
import { notFound } from '#kernel/errors.ts';
import { describeAuthor, MAX_PATHS } from './describe.ts';
import * as sql from './queries.ts';

/** Files of a change that may make small tables large. */
const LARGE_CHANGE = 1000;

/** The author of a change: a person, or a run on behalf of one. */
export interface ChangeAuthor {
  userId: string | null;
  runId: string | null;
  /** The approval with which a person allowed the run to make it. */
  approvalId?: string | undefined;
  /** Set for a token that may not accept agents' instructions: what it writes into them waits for a person. */
  accepts?: false;
}

/**
 * Commits something with each version of agents' instructions.
 * @param tx in which the project is locked, and nothing is written yet
 * @returns a function that sends the statements, called after the version has been sent
 */
export type NoteInstructions = (
  tx: Transaction,
  written: { projectId: string; by: ChangeAuthor },
) => Promise<(number: number) => Promise<unknown>[]>;

/** What goes with every change of files. */
export interface ChangeListeners {
  instructions: NoteInstructions;
  /** After the commit. */
  committed(projectId: string, number: number): void;
}

/** The context of a change, without its content. */
interface Recording {
  projectId: string;
  by: ChangeAuthor;
  note: ChangeListeners;
}

export interface ChangeDraft {
  kind: Change['kind'];
  paths: string[];
  /** Bytes of contents that the project did not have. */
  added: number;
  /** Sends the statements of the change. */
  apply(number: number, changeId: string): Promise<unknown>[];
}

/**
 * Records one change under the project's lock: two round trips, one to read and one to write and commit.
 * @param read what to read once the lock is held; sent along with it
 * @param draft determines the change; null if there is nothing to do
 */
export async function record<R, P extends ChangeDraft | null>(
  tx: Transaction,
  { projectId, by, note }: Recording,
  read: () => Promise<R>,
  draft: (found: R) => Promise<P> | P,
): Promise<P extends null ? null : Change> {
  const [[project], found] = await Promise.all([sql.lockProject(tx, { projectId, userId: by.userId }), read()]);
  if (!project) throw notFound('project');
  const planned = await draft(found);
  const noted = planned?.paths.includes(INSTRUCTIONS_PATH) ? await note.instructions(tx, { projectId, by }) : undefined;
  const change = planned && applyDraft(tx, projectId, by, project, planned);
  if (change) tx.afterCommit(() => note.committed(projectId, change.number));
  for (const statement of (change && noted?.(change.number)) ?? []) tx.withCommit(statement);
  return change as P extends null ? null : Change;
}

function applyDraft(
  tx: Transaction,
  projectId: string,
  by: ChangeAuthor,
  { head, at, user_name }: { head: number; at: string; user_name: string | null },
  { kind, paths, added, apply }: ChangeDraft,
): Change {
  const id = uuid();
  const number = head + 1;
  tx.withCommit(sql.insertChange(tx, { id, projectId, number, kind, userId: by.userId, runId: by.runId, added }));
  for (const statement of apply(number, id)) tx.withCommit(statement);
  if (paths.length >= LARGE_CHANGE) tx.withCommit(sql.noteGrowth(tx));
  const author = describeAuthor({ user_id: by.userId, run_id: by.runId, user_name });
  const named = paths.slice(0, MAX_PATHS);
  return { id, number, kind, paths: named, pathCount: paths.length, undone: false, by: author, run: by.runId, at };
}

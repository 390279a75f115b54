import { type UndoConflict, undoConflict } from '#features/files/contract.ts';
import { hasCode } from '#ui/format/explain.ts';
import { ProblemError } from '#wire/call.ts';

/** @returns the conflicts that prevent an undo; undefined for any other error */
export function readConflicts(error: unknown): UndoConflict[] | undefined {
  if (!hasCode(error, 'changed_since') || !(error instanceof ProblemError)) return undefined;
  return undoConflict.array().safeParse(error.problem['conflicts']).data;
}

import { type UndoConflict, undoConflict } from '#features/files/contract.ts';
import { hasCode } from '#ui/format/explain.ts';
import { ProblemError } from '#wire/call.ts';

/** @returns what stands against an undo; undefined for an error of any other kind */
export function readConflicts(error: unknown): UndoConflict[] | undefined {
  if (!hasCode(error, 'changed_since') || !(error instanceof ProblemError)) return undefined;
  return undoConflict.array().safeParse(error.problem['conflicts']).data;
}

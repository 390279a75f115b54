import { newPathProblem } from '#features/files/path.ts';
import { invalid } from '#kernel/errors.ts';

/** @throws 422 for a new name that is not displayed as written */
export function requireReadable(field: string, path: string, known: readonly string[] = []): void {
  const message = newPathProblem(path, known);
  if (message) throw invalid([{ path: field, message }]);
}

/** Back to an earlier state: a file, a folder or the whole project, as one new change that can itself be undone. */
import type { Change } from '#features/files/contract.ts';
import { selectObstacle } from '#features/files/server/queries.ts';
import { type ChangeAuthor, type ChangeListeners, record } from '#features/files/server/record.ts';
import { MAX_STEPS } from '#features/files/server/revert.ts';
import { foldersOf } from '#features/files/server/tree.ts';
import type { Database, Transaction } from '#kernel/database/pool.ts';
import { conflict, HttpProblem } from '#kernel/errors.ts';
import { selectHead } from './compare-queries.ts';
import { requireChange } from './head.ts';
import * as sql from './restore-queries.ts';
import { texts } from './texts.ts';

export interface Restore {
  projectId: string;
  by: ChangeAuthor;
  /** The number of the change after which it was so. */
  at: number;
  /** A file or a folder; the whole project by default. */
  path?: string | undefined;
}

/**
 * @throws 404 for a change that does not exist, or a path that never did, 409 `nothing_to_restore`, 409 `path_taken`, 422 `too_many_files`
 */
export function restoreFiles(db: Database, note: ChangeListeners, { projectId, by, at, path }: Restore): Promise<Change> {
  const where = { projectId, path: path ?? '', at };
  return db.transaction((tx) => {
    const read = () =>
      Promise.all([
        selectHead(tx, { projectId }),
        sql.selectToRestore(tx, { ...where, limit: MAX_STEPS + 1 }),
        // A file that is now where one of its folders was.
        selectObstacle(tx, { projectId, folders: path === undefined ? [] : foldersOf(path), path: '' }),
      ]);
    return record(tx, { projectId, by, note }, read, async ([[project], found, [obstacle]]) => {
      requireChange(at, project?.head ?? 0);
      if (found.length === 0) throw await nothingToRestore(tx, projectId, path, at);
      if (found.length > MAX_STEPS) throw new HttpProblem(422, 'too_many_files', texts.tooManyFiles(MAX_STEPS));
      if (obstacle && path !== undefined && found.some(({ exists }) => exists))
        throw conflict('path_taken', texts.inTheWay(path, obstacle.path), { path: obstacle.path });
      const paths = found.map((file) => file.path);
      return { kind: 'restore' as const, paths, added: 0, apply: (number: number) => [sql.restoreFiles(tx, { ...where, number })] };
    });
  });
}

async function nothingToRestore(tx: Transaction, projectId: string, path: string | undefined, at: number): Promise<HttpProblem> {
  const [row] = path === undefined ? [] : await sql.selectEverThere(tx, { projectId, path });
  if (row && !row.ever && path !== undefined) return new HttpProblem(404, 'not_found', texts.neverThere(path));
  return conflict('nothing_to_restore', texts.nothingToRestore(path, at));
}

/** Moves, copies and deletes of several files and folders in one change. */
import { type Change, MAX_TREE_ENTRIES } from '#features/files/contract.ts';
import { pathProblem } from '#features/files/path.ts';
import type { Database, Transaction } from '#kernel/database/pool.ts';
import { conflict, HttpProblem, invalid, noFileAt } from '#kernel/errors.ts';
import { selectObstacles } from '../apply.ts';
import * as sql from '../queries.ts';
import { type ChangeAuthor, type ChangeDraft, type ChangeListeners, record } from '../record.ts';
import { requireReadable } from '../require-readable.ts';
import { texts } from '../texts.ts';
import * as queries from './queries.ts';

interface Transfer {
  from: string;
  to: string;
}

interface Arrangement {
  moves: readonly Transfer[];
  copies: readonly Transfer[];
  deletes: readonly string[];
}

/** @throws 409, 422 for what is invalid regardless of the files */
function requireSense({ moves, copies, deletes }: Arrangement): void {
  for (const { from, to } of [...moves, ...copies]) {
    requireReadable('to', to, [from]);
    if (to === from || to.startsWith(`${from}/`)) throw conflict('path_taken', texts.problems.notMovable(from, to));
  }
  const named = [...moves.map(({ from }) => from), ...copies.map(({ from }) => from), ...deletes].sort();
  const all = new Set(named);
  if (all.size < named.length) throw invalid([{ path: '', message: texts.problems.namedTwice }]);
  const targets = [...moves, ...copies].map(({ to }) => to);
  if (new Set(targets).size < targets.length) throw conflict('path_taken', texts.problems.samePath);
}

/** A file or folder, and the path in the arrangement that it was found for. */
interface Found {
  path: string;
  base: string;
}

/** What an arrangement does to single files, or to folders that were created by themselves. */
interface Plan {
  from: string[];
  to: string[];
  gone: string[];
}

function planFor({ moves, copies, deletes }: Arrangement, found: readonly Found[]): Plan {
  const below = Map.groupBy(found, ({ base }) => base);
  const at = (base: string) => below.get(base)?.map(({ path }) => path) ?? [];
  const transfers = [...moves, ...copies].flatMap(({ from, to }) =>
    at(from).map((path) => ({ path, target: to + path.slice(from.length) })),
  );
  const tooLong = transfers.find(({ target }) => pathProblem(target) !== undefined);
  if (tooLong) throw new HttpProblem(422, 'path_too_long', texts.problems.longPath(tooLong.target.slice(0, 100)));
  return {
    from: transfers.map(({ path }) => path),
    to: transfers.map(({ target }) => target),
    gone: [...moves.map(({ from }) => from), ...deletes].flatMap(at),
  };
}

/** @throws 404 for a path with nothing at it, 422 */
function requireFound(paths: readonly string[], files: readonly Found[], folders: readonly Found[]): void {
  const bases = new Set([...files, ...folders].map(({ base }) => base));
  const missing = paths.find((path) => !bases.has(path));
  if (missing !== undefined) throw noFileAt(missing);
  if (files.length > MAX_TREE_ENTRIES) throw new HttpProblem(422, 'too_many_files', texts.problems.tooManyArranged(MAX_TREE_ENTRIES));
  if (new Set(files.map(({ path }) => path)).size < files.length) throw invalid([{ path: '', message: texts.problems.namedWithFolder }]);
}

/** @param targets where the arrangement puts files or folders @param gone what goes in it */
async function requireRoom(tx: Transaction, projectId: string, targets: string[], gone: string[]): Promise<void> {
  if (targets.length === 0) return;
  const versions = [...targets.map((path) => ({ path, version: '' })), ...gone.map((path) => ({ path, version: null }))];
  const [[first], [obstacle]] = await Promise.all([
    sql.selectVersions(tx, { projectId, paths: targets }),
    selectObstacles(tx, projectId, versions),
  ]);
  if (first) throw conflict('path_taken', texts.problems.exists(first.path), { path: first.path });
  if (obstacle) throw conflict('path_taken', texts.problems.inTheWay(obstacle.path, obstacle.taken), { path: obstacle.path });
}

function kindOf({ moves, copies, deletes }: Arrangement): Change['kind'] {
  if (copies.length === 0 && deletes.length === 0) return 'move';
  return moves.length === 0 && copies.length === 0 ? 'delete' : 'batch';
}

export function createArranging({ db, note }: { db: Database; note: ChangeListeners }) {
  return {
    /** @returns null if only empty folders were concerned, which have no history. @throws 404, 409 if something is in the way, 422 */
    arrange: ({ projectId, by, ...what }: Arrangement & { projectId: string; by: ChangeAuthor }): Promise<Change | null> => {
      requireSense(what);
      const paths = [...what.moves.map(({ from }) => from), ...what.copies.map(({ from }) => from), ...what.deletes];
      return db.transaction(async (tx) => {
        const look = () =>
          Promise.all([
            queries.selectFilesBelow(tx, { projectId, paths, limit: MAX_TREE_ENTRIES + 1 }),
            queries.selectFoldersBelow(tx, { projectId, paths }),
          ]);
        return record(tx, { projectId, by, note }, look, async ([files, folders]): Promise<ChangeDraft | null> => {
          requireFound(paths, files, folders);
          const plan = planFor(what, files);
          const empty = planFor(what, folders);
          await requireRoom(tx, projectId, [...plan.to, ...empty.to], plan.gone);
          if (empty.gone.length > 0) tx.withCommit(queries.deleteFolders(tx, { projectId, paths: empty.gone }));
          if (empty.to.length > 0) tx.withCommit(queries.insertFolders(tx, { projectId, paths: empty.to }));
          if (files.length === 0) return null;
          const apply = (number: number) => [
            ...(plan.to.length > 0 ? [sql.copyFiles(tx, { projectId, from: plan.from, to: plan.to, number })] : []),
            ...(plan.gone.length > 0 ? [sql.removeFiles(tx, { projectId, paths: plan.gone, number })] : []),
          ];
          const kind = kindOf(what);
          const touched = kind === 'move' ? [...plan.from, ...plan.to] : [...plan.gone, ...plan.to];
          return { kind, paths: touched, added: 0, apply };
        });
      });
    },
  };
}

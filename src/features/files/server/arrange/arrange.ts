/** Moves, copies and deletes of several files and folders in one change. */
import { type Change, MAX_TREE_ENTRIES } from '#features/files/contract.ts';
import { pathProblem } from '#features/files/path.ts';
import type { Database, Transaction } from '#kernel/database/pool.ts';
import { conflict, HttpProblem, invalid, noFileAt } from '#kernel/errors.ts';
import { selectObstacles } from '../apply.ts';
import * as sql from '../queries.ts';
import { type ChangeAuthor, type ChangeDraft, type NoteInstructions, record } from '../record.ts';
import { requireReadable } from '../require-readable.ts';
import { selectFilesBelow } from './queries.ts';

interface Transfer {
  from: string;
  to: string;
}

export interface Arrangement {
  moves: readonly Transfer[];
  copies: readonly Transfer[];
  deletes: readonly string[];
}

/** @throws 409, 422 for what is invalid regardless of the files */
function requireSense({ moves, copies, deletes }: Arrangement): void {
  for (const { from, to } of [...moves, ...copies]) {
    requireReadable('to', to, [from]);
    if (to === from || to.startsWith(`${from}/`)) throw conflict('path_taken', `${from} cannot be moved to ${to}. Choose another path.`);
  }
  const named = [...moves.map(({ from }) => from), ...copies.map(({ from }) => from), ...deletes].sort();
  const all = new Set(named);
  if (all.size < named.length) throw invalid([{ path: '', message: 'Each file or folder may be named once.' }]);
  const targets = [...moves, ...copies].map(({ to }) => to);
  if (new Set(targets).size < targets.length) throw conflict('path_taken', 'Two of them would get the same path. Choose other names.');
}

/** The single files that an arrangement is about. */
interface Plan {
  from: string[];
  to: string[];
  gone: string[];
}

function planFiles({ moves, copies, deletes }: Arrangement, rows: readonly { path: string; base: string }[]): Plan {
  const found = new Map<string, string[]>();
  for (const { path, base } of rows) found.set(base, [...(found.get(base) ?? []), path]);
  if (new Set(rows.map(({ path }) => path)).size < rows.length)
    throw invalid([{ path: '', message: 'Do not name a file together with a folder it is in.' }]);
  const at = (base: string): string[] => {
    const paths = found.get(base);
    if (!paths) throw noFileAt(base);
    return paths;
  };
  const transfers = [...moves, ...copies].flatMap(({ from, to }) =>
    at(from).map((path) => ({ path, target: to + path.slice(from.length) })),
  );
  const tooLong = transfers.find(({ target }) => pathProblem(target) !== undefined);
  if (tooLong)
    throw new HttpProblem(422, 'path_too_long', `The path ${tooLong.target.slice(0, 100)}… would be too long. Choose a shorter name.`);
  return {
    from: transfers.map(({ path }) => path),
    to: transfers.map(({ target }) => target),
    gone: [...moves.map(({ from }) => from), ...deletes].flatMap(at),
  };
}

async function requireRoom(tx: Transaction, projectId: string, { to, gone }: Plan): Promise<void> {
  const versions = [...to.map((path) => ({ path, version: '' })), ...gone.map((path) => ({ path, version: null }))];
  const [taken, [obstacle]] = await Promise.all([
    sql.selectVersions(tx, { projectId, paths: to }),
    selectObstacles(tx, projectId, versions),
  ]);
  const [first] = taken;
  if (first) throw conflict('path_taken', `${first.path} already exists. Choose another name, or delete it first.`, { path: first.path });
  if (obstacle) throw conflict('path_taken', `${obstacle.path} cannot be there: ${obstacle.taken} is in the way.`, { path: obstacle.path });
}

function kindOf({ moves, copies, deletes }: Arrangement): Change['kind'] {
  if (copies.length === 0 && deletes.length === 0) return 'move';
  return moves.length === 0 && copies.length === 0 ? 'delete' : 'batch';
}

export function createArranging({ db, note }: { db: Database; note: NoteInstructions }) {
  return {
    /** @throws 404, 409 if something is in the way, 422 */
    arrange: ({ projectId, by, ...what }: Arrangement & { projectId: string; by: ChangeAuthor }): Promise<Change> => {
      requireSense(what);
      const paths = [...what.moves.map(({ from }) => from), ...what.copies.map(({ from }) => from), ...what.deletes];
      return db.transaction(async (tx) => {
        const look = () => selectFilesBelow(tx, { projectId, paths, limit: MAX_TREE_ENTRIES + 1 });
        return record(tx, { projectId, by, note }, look, async (rows): Promise<ChangeDraft> => {
          if (rows.length > MAX_TREE_ENTRIES)
            throw new HttpProblem(422, 'too_many_files', `More than ${MAX_TREE_ENTRIES} files at once. Choose fewer.`);
          const plan = planFiles(what, rows);
          if (plan.to.length > 0) await requireRoom(tx, projectId, plan);
          const apply = (number: number) => [
            ...(plan.to.length > 0 ? [sql.copyFiles(tx, { projectId, from: plan.from, to: plan.to, number })] : []),
            ...(plan.gone.length > 0 ? [sql.removeFiles(tx, { projectId, paths: plan.gone, number })] : []),
          ];
          const touched = kindOf(what) === 'move' ? [...plan.from, ...plan.to] : [...plan.gone, ...plan.to];
          return { kind: kindOf(what), paths: touched, added: 0, apply };
        });
      });
    },
  };
}

import type { Change } from '#features/files/contract.ts';
import { describeChange } from '#features/files/server/describe.ts';
import type { Database } from '#kernel/database/pool.ts';
import * as sql from './change-queries.ts';

export interface ChangesWanted {
  /** A file, or a folder with everything below it. */
  path?: string | undefined;
  run?: string | undefined;
  /** A person; what their runs changed is left out. */
  user?: string | undefined;
  /** The number of a change. */
  before?: number | undefined;
  limit: number;
}

/** @returns changes, newest first; more if there are older ones */
export async function listChanges(
  db: Database,
  projectId: string,
  { path = '', run, user, before = Number.MAX_SAFE_INTEGER, limit }: ChangesWanted,
): Promise<{ changes: Change[]; more: boolean }> {
  // A change is by a run or by a person.
  if (run !== undefined && user !== undefined) return { changes: [], more: false };
  const page = { projectId, before, limit: limit + 1 };
  const rows = await select(db, page, { path, run, user });
  return { changes: rows.slice(0, limit).map(describeChange), more: rows.length > limit };
}

function select(
  db: Database,
  page: Parameters<typeof sql.selectNewest>[1],
  { path, run, user }: { path: string; run: string | undefined; user: string | undefined },
) {
  if (run !== undefined) return sql.selectOfRun(db, { ...page, runId: run, path });
  if (user !== undefined && path !== '') return sql.selectOfPersonAtPath(db, { ...page, path, userId: user });
  if (user !== undefined) return sql.selectOfPerson(db, { ...page, userId: user });
  return path === '' ? sql.selectNewest(db, page) : sql.selectAtPath(db, { ...page, path });
}

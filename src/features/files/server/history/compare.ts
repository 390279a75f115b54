import type { FileDiff } from '#features/files/contract.ts';
import type { Asker, Comparer } from '#features/files/server/comparer.ts';
import { MAX_DIFF_FILES, showDiffs } from '#features/files/server/show-diff.ts';
import type { Database } from '#kernel/database/pool.ts';
import * as sql from './compare-queries.ts';
import { headOf, requireChange } from './head.ts';

interface States {
  /** Numbers of changes; 0 is the empty project. */
  from: number;
  /** Now by default. */
  to?: number | undefined;
  path?: string | undefined;
  /** Files to skip. */
  offset: number;
}

/** @throws 404 for a change that does not exist, and the problems of waiting for a comparison */
export async function compareStates(
  { db, comparer, asker }: { db: Database; comparer: Comparer; asker: Asker },
  projectId: string,
  { from, to, path, offset }: States,
): Promise<{ files: FileDiff[]; more: boolean }> {
  const head = await headOf(db, projectId);
  for (const number of [from, to ?? head]) requireChange(number, head);
  const page = { projectId, from, to: to ?? head, offset, limit: MAX_DIFF_FILES + 1 };
  const pairs = path === undefined ? await sql.selectDifferences(db, page) : await sql.selectDifferencesAt(db, { ...page, path });
  const alone = offset === 0 && pairs.length === 1 && pairs[0]?.path === path;
  const files = await comparer.inTurn(asker, (session) => showDiffs({ db, session, projectId, alone }, pairs.slice(0, MAX_DIFF_FILES)));
  return { files, more: pairs.length > MAX_DIFF_FILES };
}

/** What takes an organization's space. */

import type { getStorage } from '#features/files/transfer-contract.ts';
import type { Database } from '#kernel/database/pool.ts';
import type { ReplyOf } from '#wire/contract.ts';
import { selectStorage } from './queries.ts';

type StorageView = ReplyOf<typeof getStorage>['body'];

/** Most projects listed; the rest is summed up. */
const MAX_LISTED = 200;

export async function viewStorage(
  db: Database,
  { organizationId, userId, limit }: { organizationId: string; userId: string; limit: number },
): Promise<StorageView> {
  const rows = await selectStorage(db, { organizationId, userId, limit: MAX_LISTED });
  const listed = rows.flatMap(({ id, name, stored, current, files }) =>
    id === null || name === null || stored === null ? [] : [{ id, name, stored, current, files }],
  );
  const [{ projects, all_stored: stored } = { projects: 0, all_stored: 0 }] = rows;
  return {
    stored,
    limit: Number.isFinite(limit) ? limit : null,
    projects: listed,
    others: { projects: projects - listed.length, stored: stored - listed.reduce((total, each) => total + each.stored, 0) },
  };
}

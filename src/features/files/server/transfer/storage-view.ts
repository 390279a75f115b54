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
  const rows = await selectStorage(db, { organizationId, userId });
  const listed = new Set(rows.filter((row) => row.is_visible).slice(0, MAX_LISTED));
  const others = rows.filter((row) => !listed.has(row));
  return {
    stored: sum(rows),
    limit: Number.isFinite(limit) ? limit : null,
    projects: [...listed].map(({ id, name, stored, current, files }) => ({ id, name, stored, current, files })),
    others: { projects: others.length, stored: sum(others) },
  };
}

const sum = (rows: readonly { stored: number }[]): number => rows.reduce((total, { stored }) => total + stored, 0);

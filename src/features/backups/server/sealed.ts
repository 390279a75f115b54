/** Secrets sealed with ENCRYPTION_KEY: how many a database holds, and which keys sealed them. */
import type pg from 'pg';
import { bind } from '#kernel/database/named-parameters.ts';

/** A column of secrets. */
export interface SealedColumn {
  table: string;
  column: string;
  /** What it holds, for people. */
  what: string;
}

/** The nonce of a sealed secret begins with the id of its key; before keys had ids, it was random. */
const KEY_ID_BYTES = 4;

/** The database may be older than some of the columns. */
export async function readSealed(
  client: pg.ClientBase,
  columns: readonly SealedColumn[],
): Promise<{ sealed: { what: string; count: number }[]; keyIds: string[] }> {
  const sealed: { what: string; count: number }[] = [];
  const keyIds = new Set<string>();
  for (const { table, column, what } of columns) {
    const { rowCount: exists } = await client.query(
      bind('select from pg_attribute where attrelid = to_regclass($table) and attname = $column and not attisdropped', { table, column }),
    );
    if (!exists) continue;
    const { rows } = await client.query<{ id: string; count: number }>(
      `select encode(substr(${column}, 1, ${KEY_ID_BYTES}), 'hex') as id, count(*)::int as count from ${table}
       where ${column} is not null group by 1 order by 1`,
    );
    for (const { id } of rows) keyIds.add(id);
    const count = rows.reduce((sum, row) => sum + row.count, 0);
    if (count > 0) sealed.push({ what, count });
  }
  return { sealed, keyIds: [...keyIds] };
}

/** The list of backups survives a restore: it is about files, which the restore does not change. */
import type pg from 'pg';
import { bind } from '#kernel/database/named-parameters.ts';

const TABLES = ['backups', 'restore_tests'];

/** Call before the tables are dropped. @returns a function that inserts the rows again, as far as the restored schema has room for them */
export async function keepLists(client: pg.ClientBase): Promise<() => Promise<void>> {
  const kept: { table: string; rows: string }[] = [];
  for (const table of TABLES) {
    const { rows } = await client.query<{ found: boolean }>(bind('select to_regclass($table) is not null as found', { table }));
    if (!rows[0]?.found) continue;
    const { rows: all } = await client.query<{ rows: string }>(
      `select coalesce(jsonb_agg(to_jsonb(t)), '[]')::text as rows from ${table} t`,
    );
    kept.push({ table, rows: all[0]?.rows ?? '[]' });
  }
  return async () => {
    for (const { table, rows } of kept) {
      // Their people may not exist in what was restored.
      const text = `insert into ${table} select * from jsonb_populate_recordset(null::${table}, $rows::jsonb) on conflict do nothing`;
      await client.query(bind(text, { rows }));
    }
  };
}

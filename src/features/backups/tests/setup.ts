import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { query } from '../../../../test/harness/database.ts';
import { leftOut } from '../server/left-out.ts';

export const PASSPHRASE = 'correct horse battery staple';
export const KEY = 'k3yOfTheInstallationWhoseSecretsAreSealedZq7XwV9bN2mLpR5tYuHgFdSa';

/** A database in which nothing was ever created. */
export async function createEmptyDatabase(): Promise<string> {
  const adminUrl = process.env['TEST_DATABASE_URL'] ?? '';
  const name = `empty_${randomUUID().replaceAll('-', '')}`;
  await query(adminUrl, `create database ${name} template template0`);
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/** A digest of each table that backups contain, whatever the order of its rows. What commands do about backups is not part of it. */
export async function digestsOf(url: string): Promise<Record<string, string>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1`,
    );
    const digests: Record<string, string> = {};
    for (const { name } of tables.filter((table) => !Object.hasOwn(leftOut, table.name))) {
      const but = name === 'audit_entries' ? `where action not like 'backup.%'` : '';
      const { rows } = await client.query<{ digest: string }>(
        `select count(*) || ' ' || coalesce(md5(string_agg(md5(t::text), '' order by md5(t::text))), '') as digest from ${name} t ${but}`,
      );
      digests[name] = rows[0]?.digest ?? '';
    }
    return digests;
  } finally {
    await client.end();
  }
}

/** The structure of a database: columns, constraints, indexes, triggers, functions. */
export async function structureOf(url: string): Promise<string[]> {
  const rows = await query<{ line: string }>(
    url,
    `select 'column ' || c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || a.attnotnull || a.attgenerated::text
         || coalesce(pg_get_expr(d.adbin, d.adrelid), '') as line
       from pg_class c join pg_attribute a on a.attrelid = c.oid left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
       where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v') and a.attnum > 0 and not a.attisdropped
     union all select 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
       from pg_constraint where connamespace = 'public'::regnamespace
     union all select 'index ' || pg_get_indexdef(indexrelid) from pg_index where indrelid in (
       select oid from pg_class where relnamespace = 'public'::regnamespace)
     union all select 'trigger ' || pg_get_triggerdef(oid) || tgenabled::text from pg_trigger where not tgisinternal
     union all select 'function ' || oid::regprocedure::text from pg_proc where pronamespace = 'public'::regnamespace
     order by 1`,
  );
  return rows.map(({ line }) => line);
}

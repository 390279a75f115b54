/**
 * Replaces everything in a database by the content of a backup, within the caller's transaction: until it commits, whatever happens leaves
 * the database as it was.
 */
import { finished } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { applyOnce, createMigrations, type Migration } from '#kernel/database/migrate.ts';
import { bind } from '#kernel/database/named-parameters.ts';
import { ours, suspendRules, tablesOf } from '#kernel/database/suspend-rules.ts';
import type { OpenBackup } from './backup-file.ts';
import { BackupError, type Content, type End, type Header, type Secrets, type TableOfBackup } from './format.ts';
import type { Progress } from './snapshot.ts';

/** @returns the migrations of this program that the backup has, and the later ones @throws BackupError for a backup of a newer program */
export function splitMigrations(
  { migrations: theirs, version }: Header,
  known: readonly Migration[],
): { had: Migration[]; missing: Migration[] } {
  const byNumber = new Map(known.map((migration) => [migration.number, migration]));
  for (const { number, name, checksum } of theirs) {
    const own = byNumber.get(number);
    if (!own)
      throw new BackupError(
        `This backup was made by a newer version of Guildhall (${version}), whose migration ${name} this version does not know. Restore it with that version or a later one.`,
      );
    if (own.checksum !== checksum)
      throw new BackupError(
        `Migration ${own.name} differs from the one of this backup. Restore it with the version that made it, ${version}.`,
      );
  }
  const numbers = new Set(theirs.map(({ number }) => number));
  return { had: known.filter(({ number }) => numbers.has(number)), missing: known.filter(({ number }) => !numbers.has(number)) };
}

/** Whether there is anything to lose. */
export async function isEmpty(client: pg.ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ found: boolean }>(`select to_regclass('users') is not null as found`);
  if (!rows[0]?.found) return true;
  const { rowCount } = await client.query('select from users limit 1');
  return rowCount === 0;
}

/** Extensions stay, with what belongs to them: creating them may take rights that this user lacks. */
export async function dropEverything(client: pg.ClientBase): Promise<void> {
  const { rows: tables } = await client.query<{ name: string }>(tablesOf);
  if (tables.length > 0) await client.query(`drop table ${tables.map(({ name }) => pg.escapeIdentifier(name)).join(', ')} cascade`);
  const { rows: others } = await client.query<{ sql: string }>(
    `select format('drop view if exists %I cascade', c.relname) as sql from pg_class c
       where c.relnamespace = current_schema()::regnamespace and c.relkind = 'v' and ${ours('pg_class', 'c')}
     union all
     select format('drop function %s cascade', p.oid::regprocedure) from pg_proc p
       where p.pronamespace = current_schema()::regnamespace and p.prokind = 'f' and ${ours('pg_proc', 'p')}`,
  );
  for (const { sql } of others) await client.query(sql);
}

/**
 * Creates the tables as they were when the backup was made, and fills them.
 * @throws BackupError if the backup is damaged, Error if PostgreSQL rejects it
 */
export async function load(
  client: pg.Client,
  backup: OpenBackup,
  had: readonly Migration[],
  onProgress: (progress: Progress) => void,
): Promise<{ secrets: Secrets | undefined; skipped: string[] }> {
  await client.query(createMigrations);
  for (const migration of had) await applyOnce(client, migration);
  const restoreRules = await suspendRules(client);
  await empty(client);
  const { rows: created } = await client.query<{ name: string }>(tablesOf);
  const { secrets, loaded, skipped, end } = await loadTables(client, backup, new Set(created.map(({ name }) => name)), onProgress);
  await requireCounts(client, loaded);
  for (const { table, column, lastValue, isCalled } of end?.sequences ?? [])
    await client.query(
      bind('select setval(pg_get_serial_sequence($table, $column), $lastValue::bigint, $isCalled)', {
        table: pg.escapeIdentifier(table),
        column,
        lastValue,
        isCalled,
      }),
    );
  await restoreRules();
  return { secrets, skipped };
}

/** Migrations may have inserted rows, which the backup contains if they still exist. */
async function empty(client: pg.Client): Promise<void> {
  const { rows: tables } = await client.query<{ name: string }>(tablesOf);
  const names = tables.map(({ name }) => pg.escapeIdentifier(name)).filter((name) => name !== '"migrations"');
  await client.query(`truncate ${names.join(', ')}`);
}

interface Loaded {
  table: TableOfBackup;
  content: Content;
}

/** @param created the tables of Guildhall: a backup also has those that somebody added to its database */
async function loadTables(client: pg.Client, backup: OpenBackup, created: ReadonlySet<string>, onProgress: (progress: Progress) => void) {
  const loaded: Loaded[] = [];
  const skipped: string[] = [];
  const sums = { rows: 0, bytes: 0 };
  let secrets: Secrets | undefined;
  let end: End | undefined;
  let copying: ReturnType<typeof startCopy> | undefined;
  try {
    for await (const { kind, value } of backup.records()) {
      if (kind === 'secrets') secrets = value;
      else if (kind === 'table' && !created.has(value.name)) skipped.push(value.name);
      else if (kind === 'table') copying = startCopy(client, value);
      else if (kind === 'rows' && copying) {
        await copying.write(value);
        sums.bytes += value.length;
        onProgress({ table: copying.table.name, ...sums });
      } else if (kind === 'tableEnd' && copying) {
        const rows = await copying.end();
        if (rows !== value.rows) throw new Error(`${rows} of ${value.rows} rows of ${copying.table.name} were stored.`);
        sums.rows += rows;
        loaded.push({ table: copying.table, content: value });
        copying = undefined;
      } else if (kind === 'end') end = value;
    }
  } catch (error) {
    // Otherwise the rollback would wait for the end of the table.
    await copying?.abort();
    throw error;
  }
  return { secrets, loaded, skipped, end };
}

function startCopy(client: pg.Client, table: TableOfBackup) {
  const list = table.columns.map(pg.escapeIdentifier).join(', ');
  const stream = client.query(copyFrom(`copy ${pg.escapeIdentifier(table.name)} (${list}) from stdin`));
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => undefined);
  const done = finished(stream);
  done.catch(failed.reject);
  const drained = () => new Promise<void>((resolve) => stream.once('drain', resolve));
  return {
    table,
    /** @throws PostgreSQL's error as soon as it is known */
    async write(chunk: Buffer): Promise<void> {
      // The decoder's memory is not reused, so the chunk may be kept until it is sent.
      if (!stream.write(chunk)) await Promise.race([drained(), failed.promise]);
    },
    abort: async (): Promise<void> => {
      stream.destroy(new Error('the backup could not be read'));
      await done.catch(() => undefined);
    },
    async end(): Promise<number> {
      stream.end();
      await done;
      return stream.rowCount;
    },
  };
}

/** Reads every row that was stored. */
async function requireCounts(client: pg.Client, loaded: readonly Loaded[]): Promise<void> {
  for (const { table, content } of loaded) {
    const { rows } = await client.query<{ count: string }>(`select count(*) as count from ${pg.escapeIdentifier(table.name)}`);
    if (Number(rows[0]?.count) !== content.rows)
      throw new Error(`${table.name} has ${rows[0]?.count} rows after the restore, and ${content.rows} in the backup.`);
  }
}

/** Numbers that are given out next are free. @throws Error */
export async function requireSequences(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ table: string; column: string; sequence: string }>(
    `select c.relname as "table", a.attname as "column", pg_get_serial_sequence(quote_ident(c.relname), a.attname) as sequence
     from pg_attribute a join (${tablesOf}) t on t.oid = a.attrelid join pg_class c on c.oid = a.attrelid
     where a.attnum > 0 and not a.attisdropped and pg_get_serial_sequence(quote_ident(c.relname), a.attname) is not null`,
  );
  for (const { table, column, sequence } of rows) {
    const [name, key] = [pg.escapeIdentifier(table), pg.escapeIdentifier(column)];
    const { rows: behind } = await client.query<{ behind: boolean }>(
      `select coalesce((select max(${key}) from ${name}) > (select last_value from ${sequence}), false) as behind`,
    );
    if (behind[0]?.behind) throw new Error(`The next number of ${table}.${column} is taken.`);
  }
}

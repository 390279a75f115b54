/** Reads a database as one consistent snapshot while others write to it. */
import { createHash } from 'node:crypto';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { MIGRATION_LOCK } from '#kernel/database/migrate.ts';
import { type BackupRecord, type Content, type Header, MAX_ROWS_BYTES, type Sequence, type TableOfBackup } from './format.ts';
import { leftOut } from './left-out.ts';
import { readSealed, type SealedColumn } from './sealed.ts';

/** The database a backup is taken of; `describe` and then `read` once each. */
export interface Snapshot {
  describe(): Promise<Omit<Header, 'format' | 'version' | 'madeAt' | 'encryption'>>;
  read(tables: readonly TableOfBackup[], onRead: (progress: Progress) => void): AsyncGenerator<BackupRecord, Totals>;
}

export interface Progress {
  table: string;
  /** Of all tables so far. */
  rows: number;
  /** Of their text, before compression. */
  bytes: number;
}

interface Totals {
  rows: number;
  sequences: Sequence[];
}

/** Text COPY depends on these; the other settings that it depends on cannot be set by a user or a database. */
const textFormat = `set datestyle = 'ISO, MDY'; set intervalstyle = 'postgres'; set timezone = 'UTC'; set bytea_output = 'hex';
  set extra_float_digits = 1; set client_encoding = 'UTF8'`;
/** A backup takes as long as it takes, and may wait for a disk in between. */
const noTimeouts = 'set statement_timeout = 0; set lock_timeout = 0; set idle_in_transaction_session_timeout = 0';

export async function connectForCopy(url: string, name: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000, application_name: name, keepAlive: true });
  // The statement in flight reports why the connection broke.
  client.on('error', () => undefined);
  await client.connect();
  await client.query(`${noTimeouts}; ${textFormat}`);
  return client;
}

/**
 * @param work gets the snapshot, which ends with it
 * @throws if there is no Guildhall in this database
 */
export async function withSnapshot<T>(url: string, sealed: readonly SealedColumn[], work: (snapshot: Snapshot) => Promise<T>): Promise<T> {
  const client = await connectForCopy(url, 'backup of guildhall');
  try {
    // Migrations would change tables between two of them; a server that has some to apply waits for the end of the backup.
    await client.query(`select pg_advisory_lock_shared(${MIGRATION_LOCK})`);
    await client.query('begin isolation level repeatable read read only');
    const { rows } = await client.query<{ found: boolean }>(`select to_regclass('migrations') is not null as found`);
    if (!rows[0]?.found) throw new Error('There is no Guildhall in this database yet, so there is nothing to back up.');
    return await work({ describe: () => describe(client, sealed), read: (tables, onRead) => read(client, tables, onRead) });
  } finally {
    await client.end();
  }
}

const selectTables = `select c.relname as name,
    array(select a.attname::text from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
      order by a.attnum) as columns
  from pg_class c where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
    and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
  order by c.relname`;

async function describe(client: pg.Client, sealed: readonly SealedColumn[]) {
  const { rows: migrations } = await client.query<Header['migrations'][number]>(
    'select number, name, checksum from migrations order by number',
  );
  const { rows: all } = await client.query<TableOfBackup>(selectTables);
  const { rows } = await client.query<{ version: string }>(`select current_setting('server_version') as version`);
  const isLeftOut = ({ name }: TableOfBackup) => Object.hasOwn(leftOut, name);
  return {
    postgres: rows[0]?.version ?? '',
    migrations,
    tables: all.filter((table) => !isLeftOut(table)),
    leftOut: all.filter(isLeftOut).map(({ name }) => name),
    ...(await readSealed(client, sealed)),
  };
}

async function* read(
  client: pg.Client,
  tables: readonly TableOfBackup[],
  onRead: (progress: Progress) => void,
): AsyncGenerator<BackupRecord, Totals> {
  const sums = { rows: 0, bytes: 0 };
  for (const table of tables) {
    yield { kind: 'table', value: table };
    const before = sums.bytes;
    const content = yield* readTable(client, table, (bytes) => {
      sums.bytes = before + bytes;
      onRead({ table: table.name, ...sums });
    });
    sums.rows += content.rows;
    yield { kind: 'tableEnd', value: content };
  }
  return { rows: sums.rows, sequences: await readSequences(client) };
}

async function* readTable(
  client: pg.Client,
  { name, columns }: TableOfBackup,
  onBytes: (bytes: number) => void,
): AsyncGenerator<BackupRecord, Content> {
  const list = columns.map(pg.escapeIdentifier).join(', ');
  const stream = client.query(copyTo(`copy ${pg.escapeIdentifier(name)} (${list}) to stdout`));
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>)
    for (let at = 0; at < chunk.length; at += MAX_ROWS_BYTES) {
      const value = chunk.subarray(at, at + MAX_ROWS_BYTES);
      hash.update(value);
      bytes += value.length;
      onBytes(bytes);
      yield { kind: 'rows', value };
    }
  // The stream ends before PostgreSQL tells the number of rows.
  await client.query('select');
  return { rows: stream.rowCount, bytes, sha256: hash.digest('hex') };
}

/** Not part of the snapshot: at most a few numbers ahead of its rows, never behind. */
async function readSequences(client: pg.Client): Promise<Sequence[]> {
  const { rows: found } = await client.query<{ sequence: string; table: string; column: string }>(
    `select s.oid::regclass::text as sequence, t.relname as "table", a.attname as "column"
     from pg_class s join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = s.oid and d.deptype in ('a', 'i')
     join pg_class t on t.oid = d.refobjid join pg_attribute a on a.attrelid = t.oid and a.attnum = d.refobjsubid
     where s.relkind = 'S' and t.relnamespace = current_schema()::regnamespace order by 1`,
  );
  const sequences: Sequence[] = [];
  for (const { sequence, table, column } of found) {
    const { rows } = await client.query<{ last_value: string; is_called: boolean }>(`select last_value, is_called from ${sequence}`);
    const [row] = rows;
    if (row && !Object.hasOwn(leftOut, table)) sequences.push({ table, column, lastValue: row.last_value, isCalled: row.is_called });
  }
  return sequences;
}

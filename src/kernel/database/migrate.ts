/** Forward-only migrations: `db/migrations/0001_accounts.sql`, each applied once, in one transaction, by one server at a time. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { bind } from './named-parameters.ts';
import { actAsOwner } from './owner.ts';
import { connectForStart } from './start-connection.ts';

/** An arbitrary number, the same in all versions: the server that holds this lock migrates, the others wait. */
export const MIGRATION_LOCK = 7_301_001;
/** A minute and a half in all, three quarters of it for other statements. */
const LOCK_WAIT_MS = 1000;
const LOCK_PAUSE_MS = 3000;
const LOCK_TRIES = 24;
/** Lock timeout, and a deadlock with a transaction that takes the same tables in another order. */
const lockFailures = new Set(['55P03', '40P01']);
const directory = new URL('../../../db/migrations/', import.meta.url);
const worksFromFile = new URL('../../../db/works-from', import.meta.url);

export interface Migration {
  number: number;
  name: string;
  sql: string;
  checksum: string;
  /** The newest migration of the release before: programs that know it keep working with this one. */
  worksFrom: number;
}

/** The migrations of this version, in order. */
export async function readMigrations(): Promise<Migration[]> {
  const names = (await readdir(directory)).filter((name) => /^\d{4}_.+\.sql$/.test(name)).sort();
  const worksFrom = Number(await readFile(worksFromFile, 'utf8'));
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(new URL(name, directory), 'utf8');
      return { number: Number(name.slice(0, 4)), name, sql, checksum: createHash('sha256').update(sql).digest('hex'), worksFrom };
    }),
  );
}

export const createMigrations = `create table if not exists migrations (
  number integer primary key,
  name text not null,
  checksum text not null,
  applied_at timestamptz not null default now()
);
alter table migrations add column if not exists works_from integer`;

/**
 * Migrates the database to the current schema. Safe with several servers at once.
 * @returns the names of the applied migrations
 * @throws if an applied migration was changed since, or the database is of a version with which this program does not work
 */
export async function migrate(url: string): Promise<string[]> {
  const client = await connectForStart(url, 'guildhall migrate');
  try {
    // Overrides the user's settings: a migration takes as long as it takes.
    await client.query('set statement_timeout = 0; set lock_timeout = 0; set idle_in_transaction_session_timeout = 0');
    const migrations = await readMigrations();
    // Lets a server start on a read-only database that is up to date.
    if (findMissing(migrations, await readApplied(client)).length === 0) return [];
    await client.query(`select pg_advisory_lock(${MIGRATION_LOCK})`);
    await actAsOwner(client, 'connection');
    await client.query(createMigrations);
    const missing = findMissing(migrations, await readApplied(client));
    for (const migration of missing) await apply(client, migration);
    return missing.map(({ name }) => name);
  } finally {
    await client.end();
  }
}

/** What `migrate` would do. */
export interface MigrationState {
  /** How many of this program's migrations are applied. */
  applied: number;
  /** Names of those that are missing, in order. */
  missing: string[];
  /** Whether servers that run on the database as it is keep working once they are applied. */
  previousWorks: boolean;
  /** Whether they also start again afterwards: those of versions before this promise refuse every newer database. */
  previousStarts: boolean;
}

/** @throws as `migrate` */
export async function inspectMigrations(url: string): Promise<MigrationState> {
  const client = await connectForStart(url, 'guildhall migrate');
  try {
    const migrations = await readMigrations();
    const applied = await readApplied(client);
    const found = findMissing(migrations, applied);
    const missing = found.map(({ name }) => name);
    const newest = Math.max(0, ...applied.keys());
    const previousWorks = applied.size === 0 || found.every(({ worksFrom }) => newest >= worksFrom);
    const knowsPromise = applied.size === 0 || (applied.get(newest)?.worksFrom ?? Infinity) < Infinity;
    const previousStarts = missing.length === 0 || (previousWorks && knowsPromise);
    return { applied: migrations.length - missing.length, missing, previousWorks, previousStarts };
  } finally {
    await client.end();
  }
}

type Applied = ReadonlyMap<number, { checksum: string; worksFrom: number }>;

/** The applied migrations, by number. */
async function readApplied(client: pg.Client): Promise<Applied> {
  const { rows: found } = await client.query(`select from pg_class where oid = to_regclass('migrations')`);
  if (found.length === 0) return new Map();
  // Versions before this one have no such column, and do not fill it.
  const { rows } = await client.query<{ number: number; checksum: string; works_from: number | null }>(
    `select number, checksum, (to_jsonb(m) ->> 'works_from')::int as works_from from migrations m`,
  );
  return new Map(rows.map(({ number, checksum, works_from }) => [number, { checksum, worksFrom: works_from ?? Infinity }]));
}

/** @throws if an applied migration was changed since, or the database is of a version with which this program does not work */
function findMissing(migrations: Migration[], applied: Applied): Migration[] {
  const numbers = new Set(migrations.map(({ number }) => number));
  const newest = Math.max(0, ...numbers);
  // This program may be the release before, whose servers run during an upgrade and are started again to take it back.
  for (const [number, { worksFrom }] of applied)
    if (!numbers.has(number) && worksFrom > newest)
      throw new Error(`The database has migration ${number}, with which this version does not work. Start a newer version.`);
  for (const { number, name, checksum } of migrations) {
    if ((applied.get(number)?.checksum ?? checksum) !== checksum)
      throw new Error(`Migration ${name} was changed after it had been applied. Restore it and add a new one.`);
  }
  return migrations.filter(({ number }) => !applied.has(number));
}

/**
 * Waits for locks only briefly, and retries: every other statement queues behind a migration that waits for a table.
 * @throws if a lock it needs stays taken all that time
 */
async function apply(client: pg.Client, migration: Migration): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await client.query(`begin; set local lock_timeout = ${LOCK_WAIT_MS}`);
      await applyOnce(client, migration);
      await client.query('commit');
      return;
    } catch (error) {
      await client.query('rollback').catch(() => undefined);
      if (!(error instanceof pg.DatabaseError) || !lockFailures.has(error.code ?? '')) throw error;
      if (tries === LOCK_TRIES)
        throw new Error(
          `Migration ${migration.name} needs a table that another transaction keeps locked. End that transaction, then start again.`,
          { cause: error },
        );
      await sleep(LOCK_PAUSE_MS);
    }
  }
}

/** Within the caller's transaction. */
export async function applyOnce(client: pg.Client, { number, name, sql, checksum, worksFrom }: Migration): Promise<void> {
  await client.query(sql);
  const insert = 'insert into migrations (number, name, checksum, works_from) values ($number, $name, $checksum, $worksFrom)';
  await client.query(bind(insert, { number, name, checksum, worksFrom }));
}

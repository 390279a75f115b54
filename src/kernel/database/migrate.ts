/** Forward-only migrations: `db/migrations/0001_accounts.sql`, each applied once, in one transaction, by one server at a time. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { bind } from './named-parameters.ts';
import { connectForStart } from './start-connection.ts';

/** An arbitrary number, the same in all versions: the server that holds this lock migrates, the others wait. */
const LOCK = 7_301_001;
/** A minute and a half in all, three quarters of it for other statements. */
const LOCK_WAIT_MS = 1000;
const LOCK_PAUSE_MS = 3000;
const LOCK_TRIES = 24;
/** Lock timeout, and a deadlock with a transaction that takes the same tables in another order. */
const lockFailures = new Set(['55P03', '40P01']);
const directory = new URL('../../../db/migrations/', import.meta.url);

interface Migration {
  number: number;
  name: string;
  sql: string;
  checksum: string;
}

/** The migrations of this version, in order. */
export async function readMigrations(): Promise<Migration[]> {
  const names = (await readdir(directory)).filter((name) => /^\d{4}_.+\.sql$/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(new URL(name, directory), 'utf8');
      return { number: Number(name.slice(0, 4)), name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

/**
 * Migrates the database to the current schema. Safe with several servers at once.
 * @returns the names of the applied migrations
 * @throws if an applied migration was changed since, or the database is newer than this program
 */
export async function migrate(url: string): Promise<string[]> {
  const client = await connectForStart(url, 'guildhall migrate');
  try {
    // Overrides the user's settings: a migration takes as long as it takes.
    await client.query('set statement_timeout = 0; set lock_timeout = 0; set idle_in_transaction_session_timeout = 0');
    const migrations = await readMigrations();
    // Lets a server start on a read-only database that is up to date.
    if (!isMissingAny(migrations, await readApplied(client))) return [];
    await client.query(`select pg_advisory_lock(${LOCK})`);
    await client.query(`create table if not exists migrations (
      number integer primary key,
      name text not null,
      checksum text not null,
      applied_at timestamptz not null default now()
    )`);
    return await applyMissing(client, migrations, await readApplied(client));
  } finally {
    await client.end();
  }
}

type Applied = ReadonlyMap<number, string>;

/** The checksums of the applied migrations, by number. */
async function readApplied(client: pg.Client): Promise<Applied> {
  const { rows: found } = await client.query(`select from pg_class where oid = to_regclass('migrations')`);
  if (found.length === 0) return new Map();
  const { rows } = await client.query<{ number: number; checksum: string }>('select number, checksum from migrations');
  return new Map(rows.map(({ number, checksum }) => [number, checksum]));
}

/** @throws if an applied migration was changed since, or the database is newer than this program */
function isMissingAny(migrations: Migration[], applied: Applied): boolean {
  const numbers = new Set(migrations.map(({ number }) => number));
  const newer = [...applied.keys()].find((number) => !numbers.has(number));
  if (newer !== undefined) throw new Error(`The database has migration ${newer}, which this version does not know. Start a newer version.`);
  for (const { number, name, checksum } of migrations) {
    if ((applied.get(number) ?? checksum) !== checksum)
      throw new Error(`Migration ${name} was changed after it had been applied. Restore it and add a new one.`);
  }
  return migrations.some(({ number }) => !applied.has(number));
}

async function applyMissing(client: pg.Client, migrations: Migration[], applied: Applied): Promise<string[]> {
  if (!isMissingAny(migrations, applied)) return [];
  const done: string[] = [];
  for (const migration of migrations) {
    if (applied.has(migration.number)) continue;
    await apply(client, migration);
    done.push(migration.name);
  }
  return done;
}

/**
 * Waits for locks only briefly, and retries: every other statement queues behind a migration that waits for a table.
 * @throws if a lock it needs stays taken all that time
 */
async function apply(client: pg.Client, { number, name, sql, checksum }: Migration): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await client.query(`begin; set local lock_timeout = ${LOCK_WAIT_MS}`);
      await client.query(sql);
      await client.query(
        bind('insert into migrations (number, name, checksum) values ($number, $name, $checksum)', { number, name, checksum }),
      );
      await client.query('commit');
      return;
    } catch (error) {
      await client.query('rollback').catch(() => undefined);
      if (!(error instanceof pg.DatabaseError) || !lockFailures.has(error.code ?? '')) throw error;
      if (tries === LOCK_TRIES)
        throw new Error(`Migration ${name} needs a table that another transaction keeps locked. End that transaction, then start again.`, {
          cause: error,
        });
      await sleep(LOCK_PAUSE_MS);
    }
  }
}

/** Forward-only migrations: `db/migrations/0001_accounts.sql`, each once, in one transaction, one server at a time. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import pg from 'pg';

/** Any number, the same in all versions: who holds it migrates, the others wait. */
const LOCK = 7_301_001;
const directory = new URL('../../../db/migrations/', import.meta.url);

interface Migration {
  number: number;
  name: string;
  sql: string;
  checksum: string;
}

async function readMigrations(): Promise<Migration[]> {
  const names = (await readdir(directory)).filter((name) => /^\d{4}_.+\.sql$/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(new URL(name, directory), 'utf8');
      return { number: Number(name.slice(0, 4)), name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

/**
 * Brings the database to today's schema. Safe with several servers at once.
 * @returns the names of the migrations that were applied
 * @throws when an applied migration was changed since, or the database is newer than this program
 */
export async function migrate(url: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000, application_name: 'guildhall migrate' });
  // What breaks the connection is told by the statement that was under way.
  client.on('error', () => undefined);
  await client.connect().catch((error: Error) => {
    // A database that does not answer, or not in TLS, has no code to tell it by.
    if ('code' in error) throw error;
    throw new Error(`The database at DATABASE_URL cannot be reached (${error.message}). Check the address and that PostgreSQL runs.`, {
      cause: error,
    });
  });
  try {
    await client.query('select pg_advisory_lock($1)', [LOCK]);
    await client.query(`create table if not exists migrations (
      number integer primary key,
      name text not null,
      checksum text not null,
      applied_at timestamptz not null default now()
    )`);
    const applied = new Map<number, string>();
    const { rows } = await client.query<{ number: number; checksum: string }>('select number, checksum from migrations');
    for (const row of rows) applied.set(row.number, row.checksum);
    return await applyMissing(client, await readMigrations(), applied);
  } finally {
    await client.end();
  }
}

async function applyMissing(client: pg.Client, migrations: Migration[], applied: Map<number, string>): Promise<string[]> {
  const known = new Set(migrations.map((m) => m.number));
  const newer = [...applied.keys()].find((number) => !known.has(number));
  if (newer !== undefined) throw new Error(`The database has migration ${newer}, which this version does not know. Start a newer version.`);
  const done: string[] = [];
  for (const { number, name, sql, checksum } of migrations) {
    const before = applied.get(number);
    if (before !== undefined && before !== checksum)
      throw new Error(`Migration ${name} was changed after it had been applied. Restore it and add a new one.`);
    if (before !== undefined) continue;
    await client.query('begin');
    await client.query(sql);
    await client.query('insert into migrations (number, name, checksum) values ($1, $2, $3)', [number, name, checksum]);
    await client.query('commit');
    done.push(name);
  }
  return done;
}

/** A database for one run, in the installation's PostgreSQL: created before and dropped after, or by the next run if this one is killed. */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { bind } from '#kernel/database/named-parameters.ts';
import { findPostmaster } from '../resources/process-time.ts';

interface ScratchDatabase {
  url: string;
  /** Process id of its PostgreSQL, if it runs on this machine. */
  postmaster: number | undefined;
  drop(): Promise<void>;
}

const PREFIX = 'guildhall_load_';
/** While a run has a connection of this name, its database is in use. */
const holderOf = (name: string) => `guildhall load ${name}`;

/**
 * @param url of a database in the same PostgreSQL
 * @throws Error with a sentence for people if it cannot be reached or databases may not be created
 */
export async function createScratchDatabase(url: string): Promise<ScratchDatabase> {
  const name = `${PREFIX}${randomBytes(6).toString('hex')}`;
  const holder = await connect(url, holderOf(name));
  try {
    await dropStale(holder);
    await holder.query(`create database ${name}`);
  } catch (error) {
    await holder.end();
    throw explain(error);
  }
  const scratch = new URL(url);
  scratch.pathname = `/${name}`;
  return {
    url: scratch.href,
    postmaster: await findPostmasterOf(scratch.href, name),
    async drop() {
      // Not the connection that marks it as in use, which may have been lost in a long run.
      const client = await connect(url, 'guildhall load');
      await client.query(`drop database if exists ${name} with (force)`).finally(() => client.end());
      await holder.end();
    },
  };
}

/** @returns process id of the PostgreSQL at `url`; undefined if it does not run on this machine */
export async function findPostmasterOf(url: string, name: string): Promise<number | undefined> {
  const client = await connect(url, 'guildhall load');
  try {
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    return rows[0] && findPostmaster(rows[0].pid, name);
  } finally {
    await client.end();
  }
}

async function connect(url: string, name: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000, application_name: name, keepAlive: true });
  // A broken connection is reported by the next statement that needs it.
  client.on('error', () => undefined);
  await client.connect().catch((cause: Error) => {
    throw new Error(`The database cannot be reached (${cause.message}). Check DATABASE_URL and that PostgreSQL runs.`, { cause });
  });
  return client;
}

async function dropStale(client: pg.Client): Promise<void> {
  const scratch = bind(
    `select d.datname as name from pg_database d
     where d.datname ~ $pattern and pg_get_userbyid(d.datdba) = current_user
       and not exists (select from pg_stat_activity a where a.application_name = $holder || d.datname)`,
    { pattern: `^${PREFIX}[0-9a-f]{12}$`, holder: holderOf('') },
  );
  const { rows } = await client.query<{ name: string }>(scratch);
  for (const { name } of rows) await client.query(`drop database if exists ${name} with (force)`);
}

function explain(error: unknown): unknown {
  if (!(error instanceof pg.DatabaseError) || error.code !== '42501') return error;
  return new Error(
    'The user of DATABASE_URL may not create databases, and a load test needs a scratch one. Allow it (alter role … createdb), or set TARGET_URL to a server that runs already.',
    { cause: error },
  );
}

/**
 * Checks that a PostgreSQL is suitable before anything is created there: its version, its encoding, and that its connections are dedicated.
 * A pooler in transaction mode lets a server start, and then loses its LISTEN and locks, so it needs a second address beside its own.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { connectForStart, silent } from './start-connection.ts';

const ANSWER_MS = 10_000;
/** The first version with every feature used here, and the oldest one the tests have run on. */
const MIN_VERSION = 15;

interface Options {
  minVersion?: number;
  /** The address of a pooler in transaction mode that leads to the same database. */
  pooler?: string | undefined;
}

/** @throws Error with one sentence for people; PostgreSQL's own errors pass through */
export async function requireSuitable(url: string, { minVersion = MIN_VERSION, pooler }: Options = {}): Promise<void> {
  const variable = pooler === undefined ? 'DATABASE_URL' : 'DATABASE_DIRECT_URL';
  await using connections = new AsyncDisposableStack();
  async function connect(to = url, name = variable): Promise<pg.Client> {
    const client = await connectForStart(to, 'guildhall start', ANSWER_MS, name);
    connections.defer(() => client.end().catch(() => undefined));
    return client;
  }
  const one = await connect();
  await requireVersion(one, minVersion, variable);
  await requirePrimary(one, variable);
  await requireOwnConnections(one, await connect(), variable);
  if (pooler !== undefined) await requireSameDatabase(one, await connect(pooler, 'DATABASE_URL'));
}

async function ask<Row extends pg.QueryResultRow>(client: pg.Client, text: string): Promise<Row | undefined> {
  try {
    return (await client.query<Row>(text)).rows[0];
  } catch (error) {
    throw error instanceof pg.DatabaseError ? error : silent(error as Error);
  }
}

async function read<Row extends pg.QueryResultRow>(client: pg.Client, text: string): Promise<Row> {
  const row = await ask<Row>(client, text);
  if (!row) throw new Error(`PostgreSQL answered nothing to: ${text}`);
  return row;
}

async function requireVersion(client: pg.Client, minVersion: number, variable: string): Promise<void> {
  const settings = `select current_setting('server_version') as version, current_setting('server_version_num')::int as number,
    current_setting('server_encoding') as encoding, current_database() as database`;
  const { version, number, encoding, database } = await read<{ version: string; number: number; encoding: string; database: string }>(
    client,
    settings,
  );
  if (number < minVersion * 10_000)
    throw new Error(`The database at ${variable} is PostgreSQL ${version}. Guildhall needs ${minVersion} or newer: upgrade it.`);
  if (encoding !== 'UTF8')
    throw new Error(
      `The database ${database} is encoded in ${encoding}. Guildhall needs UTF8: create it with encoding 'UTF8' template template0.`,
    );
}

/** A standby does not support LISTEN, so a server could not even announce itself to others. */
async function requirePrimary(client: pg.Client, variable: string): Promise<void> {
  const { standby } = await read<{ standby: boolean }>(client, 'select pg_is_in_recovery() as standby');
  if (standby) throw new Error(`The database at ${variable} is a standby, which takes no changes. Set ${variable} to its primary.`);
}

const pidOf = async (client: pg.Client) => (await read<{ pid: number }>(client, 'select pg_backend_pid() as pid')).pid;

/**
 * Determined by trying: one connection keeps a PostgreSQL process busy, and the other must still have its own; and what one notifies, the
 * other receives.
 */
async function requireOwnConnections(one: pg.Client, other: pg.Client, variable: string): Promise<void> {
  const channel = `guildhall_start_${randomBytes(8).toString('hex')}`;
  const heard = new Promise<boolean>((resolve) => one.once('notification', () => resolve(true)));
  const pid = await pidOf(one);
  await ask(one, `listen ${channel}`);
  await ask(other, 'begin');
  const otherPid = await pidOf(other);
  const shared = otherPid === pid || (await pidOf(one)) !== pid;
  await ask(other, 'commit');
  if (shared) throw pooled(variable);
  await ask(other, `notify ${channel}`);
  const waiting = new AbortController();
  const late = sleep(ANSWER_MS, false, { signal: waiting.signal }).catch(() => false);
  const arrived = await Promise.race([heard, late]);
  waiting.abort();
  if (!arrived) throw pooled(variable);
}

const pooled = (variable: string) =>
  new Error(
    `The address in ${variable} is that of a connection pooler in transaction mode, such as PgBouncer with pool_mode = transaction. ${
      variable === 'DATABASE_URL'
        ? 'Guildhall also needs connections of its own: set DATABASE_DIRECT_URL to PostgreSQL itself, or the pooler to session mode.'
        : 'It must be that of PostgreSQL itself.'
    }`,
  );

/** A pooler may lead elsewhere, by a name in its configuration. */
async function requireSameDatabase(direct: pg.Client, pooler: pg.Client): Promise<void> {
  const which = 'select system_identifier::text as system, current_database() as database from pg_control_system()';
  const [here, there] = await Promise.all([direct, pooler].map((client) => read<{ system: string; database: string }>(client, which)));
  if (here?.system !== there?.system || here?.database !== there?.database)
    throw new Error(
      `DATABASE_URL leads to the database ${there?.database}, and DATABASE_DIRECT_URL to another, ${here?.database}. Both must lead to the same one.`,
    );
}

/** The connection pool: the guide's sizes, and one way for a lost connection to become a 503. */
import pg from 'pg';
import { databaseError } from '#kernel/errors.ts';
import type { Log } from '#kernel/log.ts';
import { type Queryable, type QueryConfig, STATEMENT_TIMEOUT_MS } from './statement.ts';

/**
 * When PostgreSQL hangs, a request may wait for its time-out once and not again with every statement that follows (limits count
 * by themselves and go on): so for a moment after one, all have to be quick. Three of them and the time-out are below 2.5 s.
 */
const HURRY_MS = 150;
const HURRY_FOR_MS = 1000;

/**
 * Statements are sent as they are made, without waiting for those before them, and carried out in order: what is awaited together
 * is one round trip.
 */
export interface Transaction extends Queryable {
  /** Sends a statement along with the commit, which fails if it does. For what nobody has to wait for before that. */
  withCommit(statement: Promise<unknown>): void;
}
export type Database = ReturnType<typeof createDatabase>;

/**
 * `2026-11-23 19:00:00.5+00` to `2026-11-23T19:00:00.500000Z`: many times cheaper than a Date, and exact. Always with all its digits,
 * so that instants are in the order of their texts, and one that is read twice is the same text.
 */
export function readInstant(text: string): string {
  if (!text.endsWith('+00')) return new Date(text).toISOString();
  const instant = `${text.slice(0, 10)}T${text.slice(11, -3)}`;
  if (instant.length === 26) return `${instant}Z`;
  return `${(instant.length === 19 ? `${instant}.` : instant).padEnd(26, '0')}Z`;
}

const parsers: Record<number, (text: string) => unknown> = {
  [pg.types.builtins.TIMESTAMPTZ]: readInstant,
  // Counts and sizes here stay far below 2^53.
  [pg.types.builtins.INT8]: Number,
};

const types = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    (format !== 'binary' && parsers[oid]) || pg.types.getTypeParser(oid, format as 'text'),
} as pg.CustomTypesConfig;

/** In a transaction that failed already, PostgreSQL refuses what follows by 25P02: what it refused first says why. */
async function firstFailure(error: unknown, sent: Promise<unknown>[]): Promise<unknown> {
  if (!(error instanceof pg.DatabaseError) || error.code !== '25P02') return error;
  const failed = (await Promise.allSettled(sent)).find((outcome) => outcome.status === 'rejected');
  return failed?.reason ?? error;
}

/**
 * @param url of PostgreSQL
 * @param max connections; see the table in docs/scaling.md
 * @returns `query` for a single statement, `transaction` for several, `stats` of the pool, `close`
 */
export function createDatabase({ url, max, log }: { url: string; max: number; log: Log }) {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    idleTimeoutMillis: 30_000,
    connectionTimeoutMillis: STATEMENT_TIMEOUT_MS,
    keepAlive: true,
    pipeline: true,
    application_name: 'guildhall',
    types,
  });
  // An idle connection that breaks is replaced at the next use; without a listener it would end the process.
  // The pool calls itself closed while its connections still say goodbye, and a PostgreSQL that stops then may interrupt them.
  pool.on('error', (error) => {
    if (!pool.ending) log.warn({ error: error.message }, 'an idle database connection was lost');
  });
  // The pool listens on idle connections only; one that breaks between two statements of a transaction would end the process too.
  pool.on('connect', (client) => client.on('error', () => undefined));
  let queries = 0;
  let hurryUntil = 0;

  const patience = (milliseconds = STATEMENT_TIMEOUT_MS) =>
    milliseconds <= STATEMENT_TIMEOUT_MS && performance.now() < hurryUntil ? HURRY_MS : milliseconds;

  /** Notes whether what failed had used up its patience. */
  function noteFailure(begun: number, error: unknown): void {
    const now = performance.now();
    if (!(error instanceof pg.DatabaseError) && now - begun >= STATEMENT_TIMEOUT_MS - 10) hurryUntil = now + HURRY_FOR_MS;
  }

  async function connect(): Promise<pg.PoolClient> {
    const begun = performance.now();
    pool.options.connectionTimeoutMillis = patience();
    try {
      return await pool.connect();
    } catch (error) {
      noteFailure(begun, error);
      throw databaseError(error);
    }
  }

  async function run<Row extends pg.QueryResultRow>(client: pg.PoolClient, config: QueryConfig): Promise<pg.QueryResult<Row>> {
    const begun = performance.now();
    queries++;
    try {
      const limited: QueryConfig = { ...config, query_timeout: patience(config.query_timeout) };
      const result = await client.query<Row>(limited);
      hurryUntil = 0;
      return result;
    } catch (error) {
      noteFailure(begun, error);
      throw error;
    }
  }

  async function query<Row extends pg.QueryResultRow>(config: QueryConfig): Promise<pg.QueryResult<Row>> {
    const client = await connect();
    let broken = false;
    try {
      return await run<Row>(client, config);
    } catch (error) {
      // Unnamed ones may be scripts (pg-boss sends such), and one that fails halfway leaves its transaction open.
      broken = config.name === '' || !(error instanceof pg.DatabaseError);
      throw databaseError(error);
    } finally {
      client.release(broken);
    }
  }

  /** Runs `work` in one transaction at read committed; rolls back when it throws. Never wait for anything but SQL inside. */
  async function transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const client = await connect();
    const sent: Promise<unknown>[] = [];
    let patienceOfSent = 0;
    /** A statement waits for those that were sent before it, so their time comes on top of its own. */
    async function query<Row extends pg.QueryResultRow>(config: QueryConfig): Promise<pg.QueryResult<Row>> {
      const own = config.query_timeout ?? STATEMENT_TIMEOUT_MS;
      patienceOfSent += own;
      try {
        return await run<Row>(client, { ...config, query_timeout: patienceOfSent });
      } finally {
        patienceOfSent -= own;
      }
    }
    // Nothing has to wait long behind these.
    const send = (name: string, query_timeout: number) => run(client, { name, text: name, values: [], query_timeout });
    function withCommit(statement: Promise<unknown>): void {
      // Whether it failed is asked for together with the commit, or not at all when `work` throws.
      statement.catch(() => undefined);
      sent.push(statement);
    }
    let broken = false;
    try {
      withCommit(send('begin', 2000));
      const result = await work({ query, withCommit });
      const committed = query({ name: 'commit', text: 'commit', values: [], query_timeout: 10_000 });
      withCommit(committed);
      await Promise.all(sent);
      if ((await committed).command !== 'COMMIT') throw new Error('a statement failed, and the transaction with it');
      return result;
    } catch (error) {
      await send('rollback', 2000).catch(() => {
        broken = true;
      });
      const cause = await firstFailure(error, sent);
      // What `work` threw on its own account passes; what the connection threw means the database is away.
      throw cause instanceof pg.DatabaseError || broken ? databaseError(cause) : cause;
    } finally {
      client.release(broken);
    }
  }

  return {
    query,
    transaction,
    /** Connections by state, and statements sent since the start. */
    stats: () => ({ total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount, max, queries }),
    close: () => pool.end(),
  };
}

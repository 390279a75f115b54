/** The connection pool: the guide's sizes, and one way for a lost connection to become a 503. */
import pg from 'pg';
import { databaseError } from '#kernel/errors.ts';
import type { Log } from '#kernel/log.ts';
import type { Queryable, QueryConfig } from './statement.ts';

export type Transaction = Queryable;
export type Database = ReturnType<typeof createDatabase>;

/** `2026-11-23 19:00:00.5+00` to `2026-11-23T19:00:00.5Z`: six times cheaper than a Date, which would become this string anyway. */
function readInstant(text: string): string {
  if (text.length > 19 && text.endsWith('+00')) return `${text.slice(0, 10)}T${text.slice(11, -3)}Z`;
  return new Date(text).toISOString();
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
    connectionTimeoutMillis: 2000,
    keepAlive: true,
    application_name: 'guildhall',
    types,
  });
  // An idle connection that breaks is replaced at the next use; without a listener it would end the process.
  pool.on('error', (error) => log.warn({ error: error.message }, 'an idle database connection was lost'));
  let queries = 0;

  async function connect(): Promise<pg.PoolClient> {
    try {
      return await pool.connect();
    } catch (error) {
      throw databaseError(error);
    }
  }

  function run<Row extends pg.QueryResultRow>(client: pg.PoolClient, config: QueryConfig): Promise<pg.QueryResult<Row>> {
    queries++;
    return client.query<Row>(config);
  }

  async function query<Row extends pg.QueryResultRow>(config: QueryConfig): Promise<pg.QueryResult<Row>> {
    const client = await connect();
    let broken = false;
    try {
      return await run<Row>(client, config);
    } catch (error) {
      broken = !(error instanceof pg.DatabaseError);
      throw databaseError(error);
    } finally {
      client.release(broken);
    }
  }

  /** Runs `work` in one transaction at read committed; rolls back when it throws. Never wait for anything but SQL inside. */
  async function transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const client = await connect();
    const tx: Transaction = { query: (config) => run(client, config) };
    let broken = false;
    try {
      await tx.query({ name: 'begin', text: 'begin', values: [], query_timeout: 2000 });
      const result = await work(tx);
      await tx.query({ name: 'commit', text: 'commit', values: [], query_timeout: 10_000 });
      return result;
    } catch (error) {
      await client.query('rollback').catch(() => {
        broken = true;
      });
      // What `work` threw on its own account passes; what the connection threw means the database is away.
      throw error instanceof pg.DatabaseError || broken ? databaseError(error) : error;
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

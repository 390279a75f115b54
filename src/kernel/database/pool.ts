/** The connection pool: the guide's sizes, and one way for a lost connection to become a 503. */
import pg from 'pg';
import { busy, databaseError, databaseUnavailable } from '#kernel/errors.ts';
import type { Log } from '#kernel/log.ts';
import type { Metrics } from '#kernel/metrics.ts';
import type { Tracer } from '#kernel/tracing/tracer.ts';
import { type Connection, type Observer, watchConnection } from './connection.ts';
import { createFailFast } from './fail-fast.ts';
import { createHeartbeat, type Heartbeat } from './heartbeat.ts';
import { createPoolMetrics } from './pool-metrics.ts';
import type { ReplicaReads } from './replica-reads.ts';
import { retrying } from './retry.ts';
import { isLong, pooledSettings, sessionSettings } from './session-settings.ts';
import type { QueryConfig } from './statement.ts';
import { runTransaction, type Transaction } from './transaction.ts';
import { valueTypes } from './value-types.ts';
import type { Writability } from './writability.ts';

export type { Transaction } from './transaction.ts';
export type Database = ReturnType<typeof createDatabase>;

/** Longer than any request waits for one: a slow new connection still serves the next request. */
const CONNECT_MS = 5000;
/** Seconds to wait before retrying when all connections are in use. */
const BUSY_S = 2;

interface Options {
  /** PostgreSQL's URL. */
  url: string;
  /** Connections; see the table in docs/scaling.md. */
  max: number;
  log: Log;
  /** The event bus's, which asks every second. */
  heartbeat?: Heartbeat;
  writability?: Writability;
  metrics?: Metrics;
  tracer?: Tracer | undefined;
  /** The URL is that of a pooler in transaction mode, where each transaction may have another connection. */
  pooled?: boolean;
  /** Prepares statements once per connection, by name. */
  named?: boolean;
  /** For reads that the primary need not answer. */
  replicas?: ReplicaReads | undefined;
  /** Retries what was rolled back because of a conflict; on a replica, the primary is the better place. */
  retries?: boolean;
}

/** @returns `query` for a single statement, `transaction` for several, `stats` of the pool, `close` */
export function createDatabase({ url, max, log, heartbeat: shared, writability, metrics, tracer, ...options }: Options) {
  const { pooled = false, named = true, replicas, retries = true } = options;
  const heartbeat = shared ?? createHeartbeat();
  // Without an event bus nobody asks all the time, so silence says nothing.
  const isGone = () => shared?.isSilent() ?? false;
  const failFast = createFailFast(heartbeat, isGone);
  const pool = new pg.Pool({
    connectionString: url,
    max,
    idleTimeoutMillis: 30_000,
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
    pipeline: true,
    application_name: 'guildhall',
    types: valueTypes,
  });
  const connections = new WeakMap<pg.PoolClient, Connection>();
  const reclaimed = new Set<Connection>();
  let queries = 0;
  const stats = () => ({ total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount, max, queries });
  const measured = createPoolMetrics(metrics, stats);
  const observer: Observer = {
    noteSent: () => void queries++,
    noteAnswer: failFast.noteAnswer,
    noteTimeout: failFast.noteTimeout,
    isGone,
    noteWriteRejected: (reason) => writability?.note(reason),
    noteTime: measured.answered,
    ...(tracer && { trace: (name) => tracer.child(name || 'script', 'client') }),
  };

  // An idle connection that breaks is replaced on next use; without a listener it would end the process. The pool reports itself closed
  // while its connections are still closing, and a PostgreSQL that stops then may interrupt them.
  pool.on('error', (error) => {
    if (!pool.ending) log.warn({ error: error.message }, 'an idle database connection was lost');
  });
  pool.on('connect', (client) => {
    // The pool listens on idle connections only; one that breaks between two statements of a transaction would also end the process.
    client.on('error', () => undefined);
    // Sent ahead of the first statement.
    client
      .query(pooled ? pooledSettings : sessionSettings)
      .catch((error: Error) => log.warn({ error: error.message }, 'a database connection has no timeouts'));
    connections.set(client, watchConnection(client, observer, { named }));
  });

  /** @throws 503 `busy` if all connections are in use, `database_unavailable` if PostgreSQL is unreachable */
  function checkOut(): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const begun = performance.now();
      let over = false;
      function timeOut(): void {
        if (over) return;
        over = true;
        measured.waited(performance.now() - begun);
        failFast.noteTimeout();
        const cause = new Error(`no connection in time: ${pool.totalCount} of ${max} are open, ${pool.waitingCount} wait`);
        reject(heartbeat.isSilent() ? databaseUnavailable(cause) : busy(BUSY_S, cause));
      }
      const timer = setTimeout(() => setImmediate(timeOut), failFast.timeout());
      pool.connect((error, client) => {
        clearTimeout(timer);
        if (over) return void client?.release();
        over = true;
        measured.waited(performance.now() - begun);
        const connection = client && connections.get(client);
        if (connection) {
          measured.taken();
          resolve(connection);
        } else reject(databaseError(error));
      });
    });
  }

  function checkIn(connection: Connection, broken = false): void {
    if (broken || connection.isQuiet()) return connection.release(broken);
    reclaimed.add(connection);
    void connection
      .reclaim()
      .then(
        () => connection.release(),
        () => connection.release(true),
      )
      .finally(() => reclaimed.delete(connection));
  }

  async function queryOnce<Row extends pg.QueryResultRow>(config: QueryConfig): Promise<pg.QueryResult<Row>> {
    // A pooler would give the statement's own timeout to its next client.
    if (pooled && isLong(config)) return transactionOnce((tx) => tx.query<Row>(config));
    const connection = await checkOut();
    let failed = true;
    try {
      const result = await connection.send<Row>(config, failFast.timeout(config.query_timeout), false);
      failed = false;
      return result;
    } finally {
      // Unnamed ones may be scripts, and one that fails halfway leaves its transaction open.
      checkIn(connection, failed && config.name === '');
    }
  }

  async function transactionOnce<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const connection = await checkOut();
    try {
      return await runTransaction(connection, work, failFast.timeout);
    } catch (error) {
      await connection.rollback();
      throw error;
    } finally {
      checkIn(connection);
    }
  }

  const withRetries = <T>(attempt: () => Promise<T>): Promise<T> => (retries ? retrying(attempt) : attempt());
  const query = <Row extends pg.QueryResultRow>(config: QueryConfig) => withRetries(() => queryOnce<Row>(config));
  const transaction = <T>(work: (tx: Transaction) => Promise<T>): Promise<T> => withRetries(() => transactionOnce(work));
  replicas?.attach(query);

  return {
    query: <Row extends pg.QueryResultRow>(config: QueryConfig): Promise<pg.QueryResult<Row>> =>
      replicas && config.replica ? replicas.query<Row>(config, query) : query<Row>(config),
    /**
     * Runs `work` in one transaction at read committed, and retries it when PostgreSQL rolled it back because of a conflict; rolls back
     * when it throws. Never wait for anything but SQL inside.
     */
    transaction,
    /** The same for a transaction that only reads what a replica may answer. */
    readTransaction: <T>(work: (tx: Transaction) => Promise<T>): Promise<T> =>
      replicas ? replicas.transaction(work, transaction) : transaction(work),
    /** Connections by state, and statements sent since startup. */
    stats,
    async close(): Promise<void> {
      for (const connection of reclaimed) connection.destroy();
      await pool.end();
    },
  };
}

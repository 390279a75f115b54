/**
 * Reads from replicas. A request says how much it must see, as a position in the primary's log; the statements in it that a replica may
 * answer (`{ replica: true }`) go to one that has replayed that much, all of them to the same one. Without such a replica, or if it fails,
 * they go to the primary, which is never behind.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { QueryResult, QueryResultRow } from 'pg';
import type { Log } from '#kernel/log.ts';
import type { Metrics } from '#kernel/metrics.ts';
import type { Query, RunTransaction } from '../replica-reads.ts';
import { type QueryConfig, STATEMENT_TIMEOUT_MS } from '../statement.ts';
import type { Transaction } from '../transaction.ts';
import { createPrimary } from './primary.ts';
import { createReplica, type Replica } from './replica.ts';

export type Replicas = ReturnType<typeof createReplicas>;

interface Options {
  urls: readonly string[];
  /** Connections to each. */
  max: number;
  /** Seconds after which a replica that is behind is left out. */
  maxLag: number;
  log: Log;
  metrics: Metrics;
}

/** What a request reads from. */
interface Reading {
  /** What it must see. */
  position: number;
  /** By whom, so that their reads prefer one replica, and do not go back in time. */
  reader: string;
  /** Chosen at the first read, given up at the first failure. */
  from?: Promise<Replica | undefined>;
}

/** `attach` it to the pool of the primary. */
export function createReplicas({ urls, max, maxLag, log, metrics }: Options) {
  const current = new AsyncLocalStorage<Reading>();
  let query: Query | undefined;
  const primary = createPrimary({ query: (config) => (query ?? never)(config) });
  const replicas = urls.map((url) => createReplica({ url, max, maxLag, primary, log }));
  const reads = { replica: 0, primary: 0, failed: 0 };

  metrics.counterBy('database_reads_total', 'Reads that a replica may answer, by what answered them', 'target', () =>
    Object.entries(reads),
  );
  metrics.gauge(
    'database_replica_lag_seconds',
    'How far a replica is behind, as this process sees it; -1: it is left out',
    (gauge) => {
      for (const { name, unfit, lag } of replicas) gauge.set({ replica: name }, unfit() === undefined ? lag() : -1);
    },
    { labelNames: ['replica'], aggregator: 'max' },
  );

  async function choose({ position, reader }: Reading): Promise<Replica | undefined> {
    const first = replicas.length > 1 ? Number.parseInt(reader.slice(-8), 16) % replicas.length || 0 : 0;
    for (let index = 0; index < replicas.length; index++) {
      const replica = replicas[(first + index) % replicas.length];
      if (replica && (await replica.hasReplayed(position))) return replica;
    }
    return undefined;
  }

  /** @param work on the replica, or without one on the primary, with half of the time if the other half is spent */
  async function readWith<T>(work: (replica: Replica | undefined, share: 0.5 | 1) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const reading = current.getStore();
    if (!reading) return work(undefined, 1);
    reading.from ??= choose(reading);
    const replica = await reading.from;
    if (!replica) {
      reads.primary++;
      return work(undefined, 1);
    }
    try {
      const result = await work(replica, 0.5);
      reads.replica++;
      return result;
    } catch (error) {
      if (signal?.aborted) throw error;
      // An error of the statement itself comes again. Others are those of a standby: a conflict with what it replays, an old schema.
      reads.failed++;
      reading.from = Promise.resolve(undefined);
      log.debug({ err: error, replica: replica.name }, 'a read is repeated on the primary');
      return work(undefined, 0.5);
    }
  }

  return {
    /** @returns a position that includes everything visible now, also on other servers */
    ask: primary.ask,
    attach(own: Query): void {
      query = own;
    },

    /** Lets the reads in `work` go to a replica that has replayed `position`. @param reader an id */
    reading: <T>(position: number, reader: string, work: () => T): T => current.run({ position, reader }, work),

    query: <Row extends QueryResultRow>(config: QueryConfig, own: Query): Promise<QueryResult<Row>> =>
      readWith((replica, share) => {
        const limited = share === 1 ? config : { ...config, query_timeout: (config.query_timeout ?? STATEMENT_TIMEOUT_MS) * share };
        return replica ? replica.db.query<Row>(limited) : own<Row>(limited);
      }, config.signal),
    transaction: <T>(work: (tx: Transaction) => Promise<T>, own: RunTransaction): Promise<T> =>
      readWith((replica) => (replica ? replica.db.transaction(work) : own(work))),

    /** Each with the reason why it is left out, if it is. */
    describe: () => replicas.map(({ name, unfit, lag }) => ({ name, unfit: unfit(), lag: lag() })),
    reads: () => ({ ...reads }),
    async start(): Promise<void> {
      await primary.start();
      for (const replica of replicas) replica.start();
    },
    async close(): Promise<void> {
      primary.close();
      await Promise.all(replicas.map((replica) => replica.close()));
    },
  };
}

const never = (): never => {
  throw new Error('replicas were asked before they had a primary');
};

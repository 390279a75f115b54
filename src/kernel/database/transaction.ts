/** Several statements in one transaction, pipelined: each is sent without waiting for those before it. */
import pg from 'pg';
import type { Connection } from './connection.ts';
import { type Queryable, type QueryConfig, STATEMENT_TIMEOUT_MS } from './statement.ts';

const BEGIN_MS = 2000;
const COMMIT_MS = 10_000;

/** Statements run in order: those awaited together take one round trip. */
export interface Transaction extends Queryable {
  /** Sends a statement along with the commit, which fails if it does. For statements whose result is not needed earlier. */
  withCommit(statement: Promise<unknown>): void;
  /** Calls `work` once the transaction has committed; not at all if it does not. It must not throw. */
  afterCommit(work: () => void): void;
}

/**
 * Commits what `work` has sent, or rolls back when it throws.
 * @param limit returns the milliseconds that a statement may take now
 * @throws what `work` throws, or PostgreSQL's first error
 */
export async function runTransaction<T>(
  connection: Connection,
  work: (tx: Transaction) => Promise<T>,
  limit: (milliseconds: number) => number,
): Promise<T> {
  const sent: Promise<unknown>[] = [];
  const committedWork: (() => void)[] = [];
  let timeOfSent = 0;
  /** A statement waits for those sent before it, so their time is added to its own. */
  async function query<Row extends pg.QueryResultRow>(config: QueryConfig): Promise<pg.QueryResult<Row>> {
    const own = config.query_timeout ?? STATEMENT_TIMEOUT_MS;
    timeOfSent += own;
    try {
      return await connection.send<Row>(config, limit(timeOfSent), true);
    } finally {
      timeOfSent -= own;
    }
  }
  function withCommit(statement: Promise<unknown>): void {
    // Its failure is reported together with the commit, or not at all when `work` throws.
    statement.catch(() => undefined);
    sent.push(statement);
  }
  try {
    withCommit(connection.send({ name: 'begin', text: 'begin', values: [] }, limit(BEGIN_MS), true));
    const result = await work({ query, withCommit, afterCommit: (each) => void committedWork.push(each) });
    const committed = query({ name: 'commit', text: 'commit', values: [], query_timeout: COMMIT_MS });
    withCommit(committed);
    await Promise.all(sent);
    if ((await committed).command !== 'COMMIT') throw new Error('a statement failed, and the transaction with it');
    for (const each of committedWork) each();
    return result;
  } catch (error) {
    throw await firstFailure(error, sent);
  }
}

/** In a failed transaction, PostgreSQL rejects further statements with 25P02; its first error has the reason. */
async function firstFailure(error: unknown, sent: Promise<unknown>[]): Promise<unknown> {
  if (!(error instanceof pg.DatabaseError) || error.code !== '25P02') return error;
  const failed = (await Promise.allSettled(sent)).find((outcome) => outcome.status === 'rejected');
  return failed?.reason ?? error;
}

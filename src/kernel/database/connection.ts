/**
 * A connection of the pool, with what it was sent and has not answered. What is given up here is ended on the server too, and until
 * it has ended there the connection keeps its place in the pool: so the pool's size bounds PostgreSQL's processes, whoever locks what.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { databaseError, HttpProblem } from '#kernel/errors.ts';
import { cancelStatement } from './cancel.ts';
import { CopyOut } from './copy-out.ts';
import type { QueryConfig } from './statement.ts';
import { isWriteRejection, type WriteRejection } from './writability.ts';

/** Milliseconds; a statement that may take longer says so to the server first. */
const MAX_ORDINARY_MS = 15_000;
/** Later than our own timeouts, so that it is us who end a statement while we can. */
const SERVER_STATEMENT_MS = MAX_ORDINARY_MS + 1000;
/** Who waits for a lock has a connection that others need. */
const SERVER_LOCK_MS = 5000;
/** Nothing but SQL is waited for in a transaction: who says nothing for so long stands still, and holds locks. */
const SERVER_IDLE_IN_TRANSACTION_MS = 10_000;
/** PostgreSQL ends a statement in milliseconds, unless its process is stuck in the kernel. */
const QUIET_MS = 10_000;
const ROLLBACK_MS = 2000;

/**
 * Guards on the server for when this process dies or stands still and can end nothing itself, and what our statements rely on, whatever
 * is set for the database or the user. Sent as statements: a pooler in session mode refuses unknown parameters of a start.
 */
export const sessionSettings = `
  set statement_timeout = ${SERVER_STATEMENT_MS};
  set lock_timeout = ${SERVER_LOCK_MS};
  set idle_in_transaction_session_timeout = ${SERVER_IDLE_IN_TRANSACTION_MS};
  set tcp_keepalives_idle = 10;
  set tcp_keepalives_interval = 5;
  set tcp_keepalives_count = 3;
  set timezone = 'UTC';
  set datestyle = 'ISO, MDY';
  set default_transaction_isolation = 'read committed'`;

export interface Observer {
  noteSent(): void;
  /** PostgreSQL answered, if with an error. */
  noteAnswer(): void;
  noteWriteRejected(reason: WriteRejection): void;
  noteTimeout(): void;
  /** Milliseconds that a statement took, also one that failed or was given up before. */
  noteTime(milliseconds: number): void;
}

export type Connection = ReturnType<typeof watchConnection>;

/** @param client of the pool; call it once for each */
export function watchConnection(client: pg.PoolClient, observer: Observer) {
  let inFlight = 0;
  let timedOut = 0;
  let whenQuiet: (() => void) | undefined;

  function send<Row extends pg.QueryResultRow>({ name, text, values, copy }: QueryConfig, timeout: number): Promise<pg.QueryResult<Row>> {
    return new Promise((resolve, reject) => {
      const begun = performance.now();
      let over = false;
      function timeOut(): void {
        if (over) return;
        over = true;
        timedOut++;
        observer.noteTimeout();
        reject(databaseError(new Error(`${name || 'a statement'} was not answered within ${timeout} ms`)));
      }
      // An answer that came while this process was busy is read before the timeout counts.
      const timer = setTimeout(() => setImmediate(timeOut), timeout);
      function settle(error: Error | null, result?: pg.QueryResult<Row>): void {
        clearTimeout(timer);
        observer.noteTime(performance.now() - begun);
        if (!error || error instanceof pg.DatabaseError) observer.noteAnswer();
        if (over) timedOut--;
        if (--inFlight === 0) whenQuiet?.();
        if (over) return;
        over = true;
        if (result) return resolve(result);
        // Where it was sent from is worth more than where the socket was read.
        if (error) Error.captureStackTrace(error);
        const failure = databaseError(error);
        if (failure instanceof HttpProblem && isWriteRejection(failure.code)) observer.noteWriteRejected(failure.code);
        reject(failure);
      }
      inFlight++;
      observer.noteSent();
      if (copy) client.query(new CopyOut(text, settle as never));
      else client.query({ name, text, values, callback: settle } as pg.QueryConfig);
    });
  }

  /** Sent before and after a statement that takes longer; costs no round trip. */
  function setServerTimeout(scope: 'set' | 'set local', statement: number, lock: number): void {
    client.query(`${scope} statement_timeout = ${statement}; ${scope} lock_timeout = ${lock}`).catch(() => undefined);
  }

  const rollback = () => send({ name: 'rollback', text: 'rollback', values: [] }, ROLLBACK_MS);
  const destroy = () => (client as unknown as { connection: pg.Connection }).connection.stream.destroy();

  async function becomeQuiet(): Promise<void> {
    if (inFlight === 0) return;
    const quiet = new Promise<void>((resolve) => {
      whenQuiet = resolve;
    });
    const waiting = new AbortController();
    await Promise.race([quiet, sleep(QUIET_MS, undefined, { signal: waiting.signal }).catch(() => undefined)]);
    waiting.abort();
    whenQuiet = undefined;
  }

  return {
    /**
     * @param timeout milliseconds until we give it up; `query_timeout` is its own share of them, without the statements before it
     * @throws HttpProblem 503 when no answer comes in time, or PostgreSQL is away
     */
    send<Row extends pg.QueryResultRow>(config: QueryConfig, timeout: number, inTransaction: boolean): Promise<pg.QueryResult<Row>> {
      const { query_timeout: own = 0 } = config;
      if (own <= MAX_ORDINARY_MS) return send<Row>(config, timeout);
      setServerTimeout(inTransaction ? 'set local' : 'set', own + 1000, own);
      const answer = send<Row>(config, timeout);
      if (!inTransaction) setServerTimeout('set', SERVER_STATEMENT_MS, SERVER_LOCK_MS);
      return answer;
    },
    /** Rolls back what was begun, unless something was given up: `reclaim` does it then. */
    async rollback(): Promise<void> {
      if (timedOut === 0) await rollback().catch(() => undefined);
    },
    /** Is nothing under way on it? */
    isQuiet: () => inFlight === 0,
    /** Ends on the server what was given up here, so that the connection can be used again. @throws when that is not possible */
    async reclaim(): Promise<void> {
      if (!(await cancelStatement(client)) && inFlight > 0) throw new Error('PostgreSQL took no request to cancel');
      await becomeQuiet();
      if (inFlight > 0) throw new Error('PostgreSQL did not end the statement');
      // Ends what was begun, and is what a signal hits that comes late.
      await rollback();
    },
    destroy,
    /** Gives it back to the pool. @param broken closes it instead */
    release(broken = false): void {
      if (broken && inFlight > 0) destroy();
      client.release(broken);
    },
  };
}

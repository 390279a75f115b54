/**
 * A pooled connection and its unanswered statements. A statement abandoned here is canceled on the server too, and the connection keeps its
 * slot in the pool until it has ended there: thus the pool size bounds PostgreSQL's processes, whatever locks exist.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { databaseError, HttpProblem } from '#kernel/errors.ts';
import type { Span } from '#kernel/tracing/tracer.ts';
import { cancelStatement } from './cancel.ts';
import { CopyOut } from './copy-out.ts';
import { isLong, SERVER_LOCK_MS, SERVER_STATEMENT_MS } from './session-settings.ts';
import { type QueryConfig, STATEMENT_TIMEOUT_MS } from './statement.ts';
import { startStatementTimer } from './statement-timer.ts';
import { isWriteRejection, type WriteRejection } from './writability.ts';

/** PostgreSQL cancels a statement in milliseconds, unless its process is stuck in the kernel. */
const QUIET_MS = 10_000;
const ROLLBACK_MS = 2000;

export interface Observer {
  noteSent(): void;
  /** PostgreSQL answered, possibly with an error. */
  noteAnswer(): void;
  noteWriteRejected(reason: WriteRejection): void;
  noteTimeout(): void;
  /** Whether PostgreSQL answers nobody, as far as that is known. */
  isGone(): boolean;
  /** Duration of a statement in milliseconds, including failed and abandoned ones. */
  noteTime(name: string, milliseconds: number): void;
  /** Begins the span of a statement, if it belongs to a trace. */
  trace?: (name: string) => Span | undefined;
}

export type Connection = ReturnType<typeof watchConnection>;

/**
 * @param client of the pool; call this once for each
 * @param named statements are prepared by their names; otherwise each is parsed and planned again
 */
export function watchConnection(client: pg.PoolClient, observer: Observer, { named }: { named: boolean }) {
  let inFlight = 0;
  let abandoned = 0;
  let whenQuiet: (() => void) | undefined;
  let isGathering = false;

  const socket = () => (client as unknown as { connection: pg.Connection }).connection.stream;

  /** What is sent in one turn of the event loop leaves in one system call: a save has two instead of one for each statement. */
  function gatherWrites(): void {
    if (isGathering) return;
    isGathering = true;
    const corked = socket();
    corked.cork();
    process.nextTick(() => {
      isGathering = false;
      corked.uncork();
    });
  }

  function send<Row extends pg.QueryResultRow>(
    { name, text, values, copy, signal, query_timeout: own = STATEMENT_TIMEOUT_MS }: QueryConfig,
    timeout: number,
  ): Promise<pg.QueryResult<Row>> {
    signal?.throwIfAborted();
    return new Promise((resolve, reject) => {
      const begun = performance.now();
      const span = observer.trace?.(name);
      let over = false;
      function abandon(reason: unknown): void {
        over = true;
        abandoned++;
        reject(reason);
      }
      function timeOut(): void {
        if (over) return;
        observer.noteTimeout();
        abandon(databaseError(new Error(`${name || 'a statement'} was not answered within ${timeout} ms`)));
      }
      const abort = () => {
        if (!over) abandon(signal?.reason);
      };
      signal?.addEventListener('abort', abort);
      const clearTimer = startStatementTimer(timeout, own, observer.isGone, timeOut);
      function settle(error: Error | null, result?: pg.QueryResult<Row>): void {
        clearTimer();
        signal?.removeEventListener('abort', abort);
        observer.noteTime(name || 'unnamed', performance.now() - begun);
        span?.end({ 'db.system.name': 'postgresql', 'db.query.summary': name }, error ?? undefined);
        if (!error || error instanceof pg.DatabaseError) observer.noteAnswer();
        if (over) abandoned--;
        if (--inFlight === 0) whenQuiet?.();
        if (over) return;
        over = true;
        if (result) return resolve(result);
        // The stack where it was sent is more useful than that of the socket read.
        if (error) Error.captureStackTrace(error);
        const failure = databaseError(error);
        if (failure instanceof HttpProblem && isWriteRejection(failure.code)) observer.noteWriteRejected(failure.code);
        reject(failure);
      }
      inFlight++;
      observer.noteSent();
      gatherWrites();
      if (copy) client.query(new CopyOut(text, settle as never));
      else client.query({ ...(named && { name }), text, values, callback: settle } as pg.QueryConfig);
    });
  }

  /** Sent before and after a statement that takes longer; costs no round trip. */
  function setServerTimeout(scope: 'set' | 'set local', statement: number, lock: number): void {
    client.query(`${scope} statement_timeout = ${statement}; ${scope} lock_timeout = ${lock}`).catch(() => undefined);
  }

  const rollback = () => send({ name: 'rollback', text: 'rollback', values: [] }, ROLLBACK_MS);
  const destroy = () => socket().destroy();

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
     * A longer statement than the ordinary ones first raises the server's timeout.
     * @param timeout milliseconds until we abandon it; `query_timeout` is its own share of them, without the statements before it
     * @throws HttpProblem 503 if there is no response in time, or PostgreSQL is unreachable
     */
    send<Row extends pg.QueryResultRow>(config: QueryConfig, timeout: number, inTransaction: boolean): Promise<pg.QueryResult<Row>> {
      const { query_timeout: own = 0 } = config;
      if (!isLong(config)) return send<Row>(config, timeout);
      setServerTimeout(inTransaction ? 'set local' : 'set', own + 1000, own);
      const answer = send<Row>(config, timeout);
      if (!inTransaction) setServerTimeout('set', SERVER_STATEMENT_MS, SERVER_LOCK_MS);
      return answer;
    },
    /** Rolls back an open transaction, unless a statement was abandoned: then `reclaim` does it. */
    async rollback(): Promise<void> {
      if (abandoned === 0) await rollback().catch(() => undefined);
    },
    /** Whether no statement is in flight. */
    isQuiet: () => inFlight === 0,
    /** Ends abandoned statements on the server, so the connection can be reused. @throws if that is not possible */
    async reclaim(): Promise<void> {
      if (!(await cancelStatement(client)) && inFlight > 0) throw new Error('PostgreSQL took no request to cancel');
      await becomeQuiet();
      if (inFlight > 0) throw new Error('PostgreSQL did not end the statement');
      // Ends an open transaction, and absorbs a late cancel signal.
      await rollback();
    },
    destroy,
    /** Returns it to the pool. @param broken closes it instead */
    release(broken = false): void {
      if (broken && inFlight > 0) destroy();
      client.release(broken);
    },
  };
}

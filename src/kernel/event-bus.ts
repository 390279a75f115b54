/**
 * The event bus between servers, over LISTEN/NOTIFY. Stored data is authoritative; a notification only says "read again", so losing one
 * must never lose data: consumers of notifications (a cache, a stream) start over when the connection was lost. It uses one connection
 * outside the pool, which also holds this server's liveness lock (`server-liveness.ts`).
 */
import pg from 'pg';
import { type Channel, channels, formatMessage, type PayloadOf, splitMessage } from './channels.ts';
import { type Clock, createDuePoller } from './clock.ts';
import { createHeartbeat, type Heartbeat } from './database/heartbeat.ts';
import { sessionSettings } from './database/session-settings.ts';
import { type Queryable, statement } from './database/statement.ts';
import type { Log } from './log.ts';
import * as liveness from './server-liveness.ts';

/** The single PostgreSQL channel that carries all of ours. */
const PG_CHANNEL = 'guildhall';
/** Together with its connection timeout, detects a half-open connection within three seconds. */
const HEARTBEAT_MS = 1000;
/** A server without a response to a heartbeat for this long does not rely on notifications. */
const LATE_MS = 4000;

export type EventBus = ReturnType<typeof createEventBus>;

const notify = statement<never, { message: string }>('event-bus.notify', `select pg_notify('${PG_CHANNEL}', $message)`);

interface Options {
  /** PostgreSQL's own URL, not that of a pooler in transaction mode: LISTEN needs a dedicated connection. */
  url: string;
  log: Log;
  heartbeat?: Heartbeat;
  clock?: Clock;
  /** Of the program. */
  version?: string;
}

/** Notifies all servers, including this one; inside a transaction, if and when it commits. A payload has at most 7,000 bytes. */
export async function publish<C extends Channel>(
  db: Queryable,
  channel: C,
  ...[payload]: PayloadOf<C> extends void ? [] : [payload: PayloadOf<C>]
): Promise<void> {
  await notify(db, { message: formatMessage(channel, payload as PayloadOf<C>) });
}

export function createEventBus({ url, log, heartbeat = createHeartbeat(), clock = createDuePoller(), version }: Options) {
  const listeners = new Map<string, Set<(payload: never) => void>>();
  const resets = new Set<() => void>();
  let client: pg.Client | undefined;
  let server = 0;
  let servers = 1;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  let beatAt = 0;

  /** After this process was paused, notifications may be queued behind requests. */
  const isCurrent = () => client !== undefined && performance.now() - beatAt < LATE_MS;

  function reset(): void {
    for (const listener of resets) listener();
  }

  function receive({ payload: message = '' }: pg.Notification): void {
    const { channel, text } = splitMessage(message);
    const listening = listeners.get(channel);
    if (!listening) return;
    let payload: unknown;
    try {
      payload = channels[channel as Channel].read(text);
    } catch (error) {
      // An unreadable notification counts as a missed one.
      log.error({ err: error, channel }, 'a notification between servers could not be read');
      return reset();
    }
    for (const listener of listening) listener(payload as never);
  }

  async function connect(): Promise<void> {
    const fresh = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: 2000,
      query_timeout: 2000,
      keepAlive: true,
      application_name: 'guildhall live',
    });
    fresh.on('error', () => lose(fresh));
    fresh.on('end', () => lose(fresh));
    fresh.on('notification', receive);
    try {
      await fresh.connect();
      await fresh.query(sessionSettings);
      const number = await liveness.holdLiveness(fresh);
      await fresh.query(`listen ${PG_CHANNEL}`);
      await beat(fresh, number);
      await liveness.forgetGoneServers(fresh);
      if (closed) return void (await fresh.end());
      client = fresh;
      server = number;
      timer = setInterval(() => void beat(fresh, number).catch(() => lose(fresh)), HEARTBEAT_MS);
    } catch (error) {
      await fresh.end().catch(() => undefined);
      throw error;
    }
  }

  /** @throws if the connection is lost, or others considered this server stopped, which voids its claims */
  async function beat(on: pg.Client, number: number): Promise<void> {
    const sentAt = performance.now();
    const answer = await liveness.beat(on, number, version ?? null);
    heartbeat.beat();
    if (!answer) return;
    beatAt = sentAt;
    clock.observe(answer.now, sentAt, performance.now());
    servers = Math.max(1, answer.servers);
    if ((answer.pause ?? 0) >= liveness.STOPPED_SECONDS) throw new Error(`this server stood still for ${answer.pause} s`);
  }

  function lose(lost: pg.Client): void {
    if (client !== lost) return;
    client = undefined;
    server = 0;
    clearInterval(timer);
    void lost.end().catch(() => undefined);
    reset();
    if (closed) return;
    log.warn('the connection for notifications between servers was lost; caches are off until it is back');
    void reconnect();
  }

  async function reconnect(): Promise<void> {
    for (let wait = 100; !closed && !client; wait = Math.min(wait * 2, 1000)) {
      await connect().catch(() => undefined);
      if (!client) await new Promise((resolve) => setTimeout(resolve, wait));
    }
    if (!client) return;
    log.info('notifications between servers arrive again');
    reset();
  }

  return {
    start: connect,
    /** Calls back with the payload of each notification on a channel. @returns a function that unsubscribes */
    subscribe<C extends Channel>(channel: C, listener: (payload: PayloadOf<C>) => void): () => void {
      const set = listeners.get(channel) ?? new Set();
      listeners.set(channel, set.add(listener));
      return () => set.delete(listener);
    },
    /** Calls back when notifications may have been missed: when the connection is lost, and when it is restored. */
    onReset(listener: () => void): () => void {
      resets.add(listener);
      return () => resets.delete(listener);
    },
    /** Whether notifications arrive. Only then may anything be cached. */
    connected: isCurrent,
    /** This server's number while it holds its liveness lock, else 0. A new number after each lost connection. */
    serverNumber: () => (isCurrent() ? server : 0),
    /** Servers alive at the last heartbeat, including this one. */
    serverCount: () => servers,
    async close(): Promise<void> {
      closed = true;
      clearInterval(timer);
      const open = client;
      client = undefined;
      await open?.end().catch(() => undefined);
    },
  };
}

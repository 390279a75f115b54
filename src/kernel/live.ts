/**
 * News between servers over LISTEN/NOTIFY. What is stored is the truth; news only say "look again", so losing one must never
 * lose data: whoever relies on news (a cache, a stream) starts over when the connection was lost. Holds one connection outside
 * the pool, on it a lock that tells the others this server is alive, and beats on it, which tell them that it is not standing still.
 */
import { randomInt } from 'node:crypto';
import pg from 'pg';
import { type Clock, createClock } from './clock.ts';
import { sessionSettings } from './database/connection.ts';
import { createHeartbeat, type Heartbeat } from './database/heartbeat.ts';
import { type Queryable, statement } from './database/statement.ts';
import type { Log } from './log.ts';

const CHANNEL = 'guildhall';
/** First half of the advisory lock's key; the second is the server's number. */
const LIVENESS = 7301;
/** With the time-out of its connection: a connection that is half open is noticed within three seconds. */
const HEARTBEAT_MS = 1000;

export type Live = ReturnType<typeof createLive>;

const notify = statement<Record<string, never>, [message: string]>('live.notify', `select pg_notify('${CHANNEL}', $1)`);

/** Seconds without a beat after which the others take a server for stopped. */
const STOPPED_SECONDS = 10;
/** A server that has had no answer to a beat for this long does not rely on news. */
const NEWS_LATE_MS = 4000;
/** Seconds without a beat after which a server is not steady: it says nothing of the others until they have had time to beat. */
const PAUSE_SECONDS = 3;

/**
 * Numbers of the servers of this database that are alive; $1 is the server that asks. PostgreSQL drops the lock the moment a process
 * dies; one that is stopped keeps its lock and misses its beats. A server without a row is of a version that only has a lock.
 * `pg_locks` lists the locks of all databases of a PostgreSQL, and one of them may be a copy of another, with the same numbers in its runs.
 */
export const selectAliveServers = `select objid::int from pg_locks where locktype = 'advisory' and classid = ${LIVENESS} and objsubid = 2
   and granted and database = (select oid from pg_database where datname = current_database())
   and not exists (
     select from servers stopped join servers asking on asking.number = $1
     where stopped.number::oid = objid and stopped.beat_at < now() - interval '${STOPPED_SECONDS} seconds'
       and asking.steady_since < now() - interval '${STOPPED_SECONDS} seconds'
   )`;

/** How many there are, and PostgreSQL's clock in milliseconds since 1970. */
const askQuery = `select count(*)::int as servers, extract(epoch from clock_timestamp())::float8 * 1000 as now from (${selectAliveServers}) s`;
/** The same, and beats. `pause`: seconds since the beat before, null at the first. */
const beatQuery = `with beat as (
     insert into servers as s (number, beat_at, steady_since) values ($1, now(), now())
     on conflict (number) do update set beat_at = excluded.beat_at,
       steady_since = case when s.beat_at < now() - interval '${PAUSE_SECONDS} seconds' then now() else s.steady_since end
   )
   select (select extract(epoch from now() - beat_at)::float8 from servers where number = $1) as pause, asked.* from (${askQuery}) asked`;
/** Those that ended without a word. */
const forgetQuery = `delete from servers where beat_at < now() - interval '1 day'`;

interface Beat {
  servers: number;
  now: number;
  pause?: number | null;
}

interface Options {
  /** Of PostgreSQL itself, not of a pooler in transaction mode: LISTEN needs a connection of its own. */
  url: string;
  log: Log;
  heartbeat?: Heartbeat;
  clock?: Clock;
}

/** Tells all servers; inside a transaction, when and only if it commits. `data` up to 7,000 bytes. */
export async function publish(db: Queryable, topic: string, data: string): Promise<void> {
  await notify(db, `${topic} ${data}`);
}

export function createLive({ url, log, heartbeat = createHeartbeat(), clock = createClock() }: Options) {
  const listeners = new Map<string, Set<(data: string) => void>>();
  const resets = new Set<() => void>();
  let client: pg.Client | undefined;
  let server = 0;
  let servers = 1;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  let beatAt = 0;

  /** After a pause of this process, news may wait to be read behind requests. */
  const isCurrent = () => client !== undefined && performance.now() - beatAt < NEWS_LATE_MS;

  function receive(message: pg.Notification): void {
    const text = message.payload ?? '';
    const space = text.indexOf(' ');
    for (const listener of listeners.get(text.slice(0, space)) ?? []) listener(text.slice(space + 1));
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
      const number = randomInt(1, 2 ** 31);
      await fresh.query('select pg_advisory_lock($1, $2)', [LIVENESS, number]);
      await fresh.query(`listen ${CHANNEL}`);
      await beat(fresh, number);
      await fresh.query(forgetQuery).catch(() => undefined);
      if (closed) return void (await fresh.end());
      client = fresh;
      server = number;
      timer = setInterval(() => void beat(fresh, number).catch(() => lose(fresh)), HEARTBEAT_MS);
    } catch (error) {
      await fresh.end().catch(() => undefined);
      throw error;
    }
  }

  /** @throws when the connection is lost, or this server was taken for stopped, so that what it holds is no longer its own */
  async function beat(asked: pg.Client, number: number): Promise<void> {
    const sentAt = performance.now();
    const { rows } = await asked.query<Beat>(beatQuery, [number]).catch((error: unknown) => {
      // A database that is full or read-only takes no beat, and no other server's either.
      if (error instanceof pg.DatabaseError) return asked.query<Beat>(askQuery, [number]);
      throw error;
    });
    heartbeat.beat();
    if (!rows[0]) return;
    beatAt = sentAt;
    clock.observe(rows[0].now, sentAt, performance.now());
    servers = Math.max(1, rows[0].servers);
    if ((rows[0].pause ?? 0) >= STOPPED_SECONDS) throw new Error(`this server stood still for ${rows[0].pause} s`);
  }

  function lose(lost: pg.Client): void {
    if (client !== lost) return;
    client = undefined;
    server = 0;
    clearInterval(timer);
    void lost.end().catch(() => undefined);
    for (const reset of resets) reset();
    if (closed) return;
    log.warn('the connection for news between servers was lost; caches are off until it is back');
    void reconnect();
  }

  async function reconnect(): Promise<void> {
    for (let wait = 100; !closed && !client; wait = Math.min(wait * 2, 1000)) {
      await connect().catch(() => undefined);
      if (!client) await new Promise((resolve) => setTimeout(resolve, wait));
    }
    if (!client) return;
    log.info('news between servers arrive again');
    for (const reset of resets) reset();
  }

  return {
    start: connect,
    /** Calls back with the data of each news of a topic. @returns how to end it */
    on(topic: string, listener: (data: string) => void): () => void {
      const set = listeners.get(topic) ?? new Set();
      listeners.set(topic, set.add(listener));
      return () => set.delete(listener);
    },
    /** Calls back when news may have been missed: on losing the connection, and on having it again. */
    onReset(reset: () => void): () => void {
      resets.add(reset);
      return () => resets.delete(reset);
    },
    /** Do news arrive? Only while they do may anything be cached. */
    connected: isCurrent,
    /** This server's number while it holds its liveness lock, else 0. A new one after each lost connection. */
    server: () => (isCurrent() ? server : 0),
    /** Servers that were alive when PostgreSQL was last asked, this one included. */
    servers: () => servers,
    async close(): Promise<void> {
      closed = true;
      clearInterval(timer);
      const open = client;
      client = undefined;
      await open?.end().catch(() => undefined);
    },
  };
}

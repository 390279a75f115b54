/**
 * How servers detect that others are alive: each holds an advisory lock on its notification connection, which PostgreSQL releases as soon
 * as the process dies, and sends heartbeats, which show that it is not hung.
 */
import { randomInt } from 'node:crypto';
import pg from 'pg';
import { type Queryable, statement } from './database/statement.ts';

/** First half of the advisory lock's key; the second half is the server's number. */
const LIVENESS = 7301;
/** Seconds without a heartbeat after which the others consider a server stopped. */
export const STOPPED_SECONDS = 10;
/** Seconds without a heartbeat after which a server distrusts its view of the others until they have had time for theirs. */
const PAUSE_SECONDS = 3;

/**
 * The locks of this database's servers, for all users to see. `pg_locks` lists those of all databases in a PostgreSQL cluster, and one of them
 * may be a copy of another, with the same numbers in its runs.
 */
export const livenessLocks = `select objid, pid from pg_locks where locktype = 'advisory' and classid = ${LIVENESS} and objsubid = 2
   and granted and database = (select oid from pg_database where datname = current_database())`;

/**
 * Numbers of this database's live servers; $server is the server that asks. A stopped server keeps its lock and misses its heartbeats. A
 * server without a row runs a version that only has a lock.
 */
export const selectAliveServers = `select objid::int from (${livenessLocks}) locks
   where not exists (
     select from servers stopped join servers asking on asking.number = $server
     where stopped.number::oid = objid and stopped.beat_at < now() - interval '${STOPPED_SECONDS} seconds'
       and asking.steady_since < now() - interval '${STOPPED_SECONDS} seconds'
   )`;

interface Alive {
  servers: number;
  now: number;
}

/** The number of live servers, and PostgreSQL's clock in milliseconds since 1970. */
const aliveQuery = `select count(*)::int as servers, extract(epoch from clock_timestamp())::float8 * 1000 as now from (${selectAliveServers}) s`;
const countAlive = statement<Alive, { server: number }>('liveness.count-alive', aliveQuery);

/** The same, and records a heartbeat. `pause`: seconds since the previous heartbeat, null at the first. */
const beatAndCount = statement<Alive & { pause: number | null }, { server: number; version: string | null }>(
  'liveness.beat',
  `with beat as (
     insert into servers as s (number, beat_at, steady_since, version) values ($server, now(), now(), $version)
     on conflict (number) do update set beat_at = excluded.beat_at,
       steady_since = case when s.beat_at < now() - interval '${PAUSE_SECONDS} seconds' then now() else s.steady_since end
   )
   select (select extract(epoch from now() - beat_at)::float8 from servers where number = $server) as pause, alive.* from (${aliveQuery}) alive`,
);
/** Rows of servers that ended without deleting them. */
const deleteGone = statement<never>('liveness.delete-gone', `delete from servers where beat_at < now() - interval '1 day'`);
/** A server whose heartbeats are rejected has no row. */
const scraped = statement<never, { server: number }>('liveness.scraped', 'update servers set scraped_at = now() where number = $server');
const lock = statement<never, { server: number }>('liveness.lock', `select pg_advisory_lock(${LIVENESS}, $server)`);

/** Takes the lock of a new server number on this connection. @returns the number */
export async function holdLiveness(client: pg.Client): Promise<number> {
  const number = randomInt(1, 2 ** 31);
  await lock(client, { server: number });
  return number;
}

/** @param version of the program, for operators */
export async function beat(
  client: pg.Client,
  number: number,
  version: string | null,
): Promise<(Alive & { pause?: number | null }) | undefined> {
  const [alive] = await beatAndCount(client, { server: number, version }).catch((error: unknown) => {
    // A full or read-only database accepts no heartbeats, from other servers either.
    if (error instanceof pg.DatabaseError) return countAlive(client, { server: number });
    throw error;
  });
  return alive;
}

/** Deletes the rows of servers that are long gone; a database that rejects writes keeps them. */
export const forgetGoneServers = (client: pg.Client) => deleteGone(client).catch(() => undefined);

/** Records that this server's metrics were requested. */
export const recordScrape = (db: Queryable, number: number) => scraped(db, { server: number });

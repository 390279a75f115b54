/** Operations of a session test on the servers' session table, as an operator would run them. */
import pg from 'pg';
import { bind } from '#kernel/database/named-parameters.ts';

export type SessionTable = Awaited<ReturnType<typeof openSessionTable>>;

const EXPIRED = 'load-expired-';
const LIVE = 'load-live-';
const BATCH = 50_000;

/** @param url of the servers' database */
export async function openSessionTable(url: string) {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000, application_name: 'guildhall load' });
  // A broken connection is reported by the next statement that needs it.
  client.on('error', () => undefined);
  await client.connect().catch((cause: Error) => {
    throw new Error(`The database at TARGET_DATABASE_URL cannot be reached (${cause.message}). Check the address.`, { cause });
  });
  const one = async <T>(text: string, values: Record<string, unknown> = {}) =>
    (await client.query<{ value: T }>(bind(text, values))).rows[0]?.value;

  async function insert(prefix: string, expire: string, userId: string, from: number, to: number): Promise<void> {
    const session = {
      userId,
      publicId: userId,
      device: 'Load Test',
      address: '127.0.0.1',
      createdAt: new Date().toISOString(),
      renewedAt: 0,
    };
    const sessions = bind(
      `insert into sessions (sid, sess, expire)
       select $prefix || n, $session, now() + $expire::interval from generate_series($from::int, $to::int) n`,
      { prefix, session, expire, from, to },
    );
    await client.query(sessions);
  }

  return {
    countLive: async () => Number(await one('select count(*) as value from sessions where expire > now()')),
    findUser: (email: string) => one<string>('select id as value from users where email = $email', { email }),
    /** Sets a session to expire in this many seconds, like one that was not used for days. */
    async expireIn(id: string, seconds: number): Promise<void> {
      const update = bind(
        `update sessions set expire = now() + make_interval(secs => $seconds),
           sess = jsonb_set(sess, '{cookie,expires}', to_jsonb(now() + make_interval(secs => $seconds)))
         where sess ->> 'publicId' = $id`,
        { id, seconds },
      );
      await client.query(update);
    },
    isLive: async (id: string) =>
      (await one(`select true as value from sessions where sess ->> 'publicId' = $id and expire > now()`, { id })) ?? false,
    async insertExpired(userId: string, count: number, onInserted: (count: number) => void): Promise<void> {
      for (let from = 1; from <= count; from += BATCH) {
        await insert(EXPIRED, '-1 hour', userId, from, Math.min(count, from + BATCH - 1));
        onInserted(Math.min(count, from + BATCH - 1));
      }
    },
    /** Makes a recurring job due, so that a server runs it at its next poll. @returns the time, for `secondsOf` */
    async makeDue(job: string): Promise<string> {
      const since = await one<string>('update recurring_jobs set due_at = now() where name = $job returning now()::text as value', { job });
      if (since === undefined) throw new Error(`The servers have no recurring job named ${job}.`);
      return since;
    },
    /** @returns seconds that a job took that has ended since; undefined until one has */
    async secondsOf(job: string, since: string): Promise<number | undefined> {
      const took = await one<string>(
        `select extract(epoch from ended_at - started_at) as value from recurring_jobs
         where name = $job and started_at >= $since::timestamptz and ended_at >= started_at`,
        { job, since },
      );
      return took === undefined ? undefined : Number(took);
    },
    insertLive: (userId: string, count: number) => insert(LIVE, '1 day', userId, 1, count),
    // By the index on expire: a search by name would read the whole table for the last row.
    anyExpired: async () => (await one(`select true as value from sessions where expire < now() - interval '30 minutes' limit 1`)) ?? false,
    countInserted: async () => ({
      expired: Number(await one('select count(*) as value from sessions where sid like $pattern', { pattern: `${EXPIRED}%` })),
      live: Number(await one('select count(*) as value from sessions where sid like $pattern', { pattern: `${LIVE}%` })),
    }),
    deleteInserted: async () =>
      void (await client.query(
        bind('delete from sessions where sid like $expired or sid like $live', { expired: `${EXPIRED}%`, live: `${LIVE}%` }),
      )),
    close: () => client.end(),
  };
}

/** Recurring work, done by whichever server is first: pg-boss on the same database and pool. */
import { PgBoss } from 'pg-boss';
import type { Database } from './database/pool.ts';
import { isRefusalOfWrites } from './database/writability.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';

/** While the database takes no writes, nothing can be begun or taken: a server starts all the same, for those who read. */
const START_AGAIN_MS = 15_000;

interface Recurring {
  name: string;
  cron: string;
  work: () => Promise<void>;
}

export function createJobs({ db, log, metrics }: { db: Database; log: Log; metrics: Metrics }) {
  const failed = metrics.counter('jobs_failed_total', 'Recurring jobs that failed, each attempt', ['job']);
  const executeSql = (text: string, values: unknown[] = []) =>
    // pg-boss composes its statements; unnamed, they are not kept prepared on a connection for ever.
    db.query({ name: '', text, values, query_timeout: 30_000 });
  const boss = new PgBoss({ db: { executeSql }, schema: 'pgboss', registerInstance: false, reindex: false });
  const recurring: Recurring[] = [];
  let again: NodeJS.Timeout | undefined;

  boss.on('error', (error: unknown) => {
    // That is told once, and not by everything that fails because of it.
    if (!isRefused(error)) log.warn({ err: error }, 'a job could not be taken or kept');
  });

  async function attempt(name: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      failed.inc({ job: name });
      if (!isRefused(error)) log.warn({ err: error, job: name }, 'a recurring job failed; it is tried again');
      throw error;
    }
  }

  async function startAll(): Promise<void> {
    await boss.start();
    for (const { name, cron, work } of recurring) {
      await boss.createQueue(name, { retryLimit: 3, retryDelay: 30, expireInSeconds: 600, deleteAfterSeconds: 24 * 3600 });
      await boss.schedule(name, cron);
      await boss.work(name, { pollingIntervalSeconds: 30 }, () => attempt(name, work));
    }
  }

  async function start(): Promise<void> {
    try {
      await startAll();
    } catch (error) {
      if (!isRefused(error)) throw error;
      await boss.stop({ graceful: false, close: false });
      again = setTimeout(
        () => void start().catch((late: unknown) => log.error({ err: late }, 'recurring work could not be begun')),
        START_AGAIN_MS,
      );
    }
  }

  return {
    /** Begins what `recur` has named. */
    start,
    /**
     * Does `work` at every time `cron` names (UTC), on one server each time; again after a failure. Before the start.
     * @param name unique; letters and dashes
     */
    recur: (name: string, cron: string, work: () => Promise<void>): void => void recurring.push({ name, cron, work }),
    /** Lets running work finish for a moment, then leaves it to another server. */
    async stop(): Promise<void> {
      clearTimeout(again);
      await boss.stop({ graceful: true, timeout: 3000, close: false });
    },
  };
}

/** pg-boss passes errors on as copies of their properties. */
const isRefused = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' && isRefusalOfWrites(error.code);

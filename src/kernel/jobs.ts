/** Recurring work, done by whichever server is first: pg-boss on the same database and pool. */
import { PgBoss } from 'pg-boss';
import type { Database } from './database/pool.ts';
import type { Log } from './log.ts';

export function createJobs({ db, log }: { db: Database; log: Log }) {
  const executeSql = (text: string, values: unknown[] = []) =>
    // pg-boss composes its statements; unnamed, they are not kept prepared on a connection for ever.
    db.query({ name: '', text, values, query_timeout: 30_000 });
  const boss = new PgBoss({ db: { executeSql }, schema: 'pgboss', registerInstance: false, reindex: false });
  boss.on('error', (error) => log.warn({ error: String(error) }, 'a job could not be taken or kept'));

  return {
    start: async () => void (await boss.start()),
    /**
     * Does `work` at every time `cron` names (UTC), on one server each time; again after a failure.
     * @param name unique; letters and dashes
     */
    async recur(name: string, cron: string, work: () => Promise<void>): Promise<void> {
      await boss.createQueue(name, { retryLimit: 3, retryDelay: 30, expireInSeconds: 600, deleteAfterSeconds: 24 * 3600 });
      await boss.schedule(name, cron);
      await boss.work(name, { pollingIntervalSeconds: 30 }, () => work());
    },
    /** Lets running work finish for a moment, then leaves it to another server. */
    stop: () => boss.stop({ graceful: true, timeout: 3000, close: false }),
  };
}

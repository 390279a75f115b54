/** Recurring jobs: each is done by one server at a time, claimed with a lease. */
import type { Database } from './database/pool.ts';
import { statement } from './database/statement.ts';
import { isRefusalOfWrites } from './database/writability.ts';
import { Refusal } from './errors.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';

const POLL_EVERY_MS = 30_000;
/** Longer than a job takes; after that, its server is taken for dead. */
const LEASE = '15 minutes';
const RETRY_AFTER_S = 30;
/** How long a shutdown waits for a job. */
const STOP_MS = 3000;

const insert = statement<never, { name: string; seconds: number }>(
  'jobs.insert',
  'insert into recurring_jobs (name, due_at) values ($name, now() + make_interval(secs => $seconds)) on conflict (name) do nothing',
);
const claim = statement<{ name: string; claimed_until: string }, { names: string[] }>(
  'jobs.claim',
  `update recurring_jobs set claimed_until = now() + interval '${LEASE}', started_at = now()
   where name = (
     select name from recurring_jobs
     where name = any($names) and due_at <= now() and (claimed_until is null or claimed_until <= now())
     order by due_at limit 1 for update skip locked)
   returning name, claimed_until::text`,
);
/** Changes nothing once the lease is over and another server has claimed the job. */
const release = statement<never, { name: string; claimedUntil: string; seconds: number }>(
  'jobs.release',
  `update recurring_jobs set claimed_until = null, ended_at = now(), due_at = now() + make_interval(secs => $seconds)
   where name = $name and claimed_until = $claimedUntil::timestamptz`,
);

const isRefusedWrite = (error: unknown) => error instanceof Refusal && isRefusalOfWrites(error.code);

interface Job {
  everySeconds: number;
  work: () => Promise<void>;
}

export interface JobsOptions {
  db: Database;
  log: Log;
  metrics: Metrics;
  /** Where tests do not want to wait. */
  pollEveryMs?: number;
}

export function createJobs({ db, log, metrics, pollEveryMs = POLL_EVERY_MS }: JobsOptions) {
  const failed = metrics.counter('jobs_failed_total', 'Recurring jobs that failed, each attempt', ['job']);
  const jobs = new Map<string, Job>();
  let known = false;
  let stopping = false;
  let polling: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  /** @returns seconds until the job is due again */
  async function attempt(name: string, { everySeconds, work }: Job): Promise<number> {
    try {
      await work();
      return everySeconds;
    } catch (error) {
      failed.inc({ job: name });
      if (!isRefusedWrite(error)) log.warn({ err: error, job: name }, 'a recurring job failed; it is tried again');
      return RETRY_AFTER_S;
    }
  }

  /** Does all that is due, one job after the other. */
  async function poll(): Promise<void> {
    if (!known) for (const [name, { everySeconds }] of jobs) await insert(db, { name, seconds: everySeconds });
    known = true;
    while (!stopping) {
      const [claimed] = await claim(db, { names: [...jobs.keys()] });
      const job = claimed && jobs.get(claimed.name);
      if (!job) return;
      await release(db, { name: claimed.name, claimedUntil: claimed.claimed_until, seconds: await attempt(claimed.name, job) });
    }
  }

  function pollSafely(): void {
    polling ??= poll()
      .catch((error: unknown) => {
        // A database that takes no writes, or is away, is told of once, and not by everything that fails because of it.
        if (!isRefusedWrite(error)) log.debug({ err: error }, 'recurring jobs could not be claimed');
      })
      .finally(() => {
        polling = undefined;
      });
  }

  return {
    /**
     * Does `work` again and again on one server each time, and after a failure half a minute later. Before the start.
     * @param name unique; letters and dashes
     */
    recur: (name: string, everySeconds: number, work: () => Promise<void>): void => void jobs.set(name, { everySeconds, work }),
    /** Begins what `recur` has named. */
    start(): void {
      pollSafely();
      timer = setInterval(pollSafely, pollEveryMs);
    },
    /** Lets a running job finish for a moment; it is another server's once its lease is over. */
    async stop(): Promise<void> {
      stopping = true;
      clearInterval(timer);
      let waited: NodeJS.Timeout | undefined;
      await Promise.race([polling, new Promise((resolve) => (waited = setTimeout(resolve, STOP_MS)))]);
      clearTimeout(waited);
    },
  };
}

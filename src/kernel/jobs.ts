/** Recurring jobs: each runs on one server at a time, claimed with a lease. */
import { createClaimLoop } from './claim-loop.ts';
import type { Database } from './database/pool.ts';
import { statement } from './database/statement.ts';
import { isWriteRejection } from './database/writability.ts';
import { HttpProblem } from './errors.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { QueueRow } from './shared-metrics.ts';

const POLL_EVERY_MS = 30_000;
/** Longer than a job takes; after that, its server is considered dead. */
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
/** Has no effect once the lease has expired and another server has claimed the job. */
const release = statement<never, { name: string; claimedUntil: string; seconds: number }>(
  'jobs.release',
  `update recurring_jobs set claimed_until = null, ended_at = now(), due_at = now() + make_interval(secs => $seconds)
   where name = $name and claimed_until = $claimedUntil::timestamptz`,
);

const measureQueue = statement<QueueRow>(
  'jobs.measure-queue',
  `select count(*)::int as depth, extract(epoch from now() - min(due_at))::float8 as oldest_seconds
   from recurring_jobs where due_at <= now() and (claimed_until is null or claimed_until <= now())`,
);

const isRejectedWrite = (error: unknown) => error instanceof HttpProblem && isWriteRejection(error.code);

interface Job {
  everySeconds: number;
  work: () => Promise<void>;
}

interface Claimed {
  name: string;
  claimed_until: string;
}

interface JobsOptions {
  db: Database;
  log: Log;
  metrics: Metrics;
  /** For tests that cannot wait. */
  pollEveryMs?: number;
}

export function createJobs({ db, log, metrics, pollEveryMs = POLL_EVERY_MS }: JobsOptions) {
  const failed = metrics.counter('jobs_failed_total', 'Failed attempts of recurring jobs', ['job']);
  metrics.storedQueue('jobs', () => measureQueue(db));
  const jobs = new Map<string, Job>();
  let inserted = false;

  async function claimNext(): Promise<Claimed[]> {
    if (!inserted) for (const [name, { everySeconds }] of jobs) await insert(db, { name, seconds: everySeconds });
    inserted = true;
    return claim(db, { names: [...jobs.keys()] });
  }

  /** @returns seconds until the job is due again */
  async function attempt(name: string, { everySeconds, work }: Job): Promise<number> {
    try {
      await work();
      return everySeconds;
    } catch (error) {
      failed.inc({ job: name });
      // A database that rejects writes is reported once, not by everything that fails because of it.
      if (!isRejectedWrite(error)) log.warn({ err: error, job: name }, 'a recurring job failed; it will be retried');
      return RETRY_AFTER_S;
    }
  }

  async function run({ name, claimed_until }: Claimed): Promise<void> {
    const job = jobs.get(name);
    if (job) await release(db, { name, claimedUntil: claimed_until, seconds: await attempt(name, job) });
  }

  const loop = createClaimLoop<Claimed>({
    log,
    what: 'recurring jobs',
    everyMs: pollEveryMs,
    // Nothing waits for jobs, so one at a time is enough.
    max: 1,
    claim: claimNext,
    // A shutdown waits only so long for a job: another server claims it once the lease has expired.
    process: (claimed, { signal }) => Promise.race([run(claimed), aborted(signal)]),
    onError: (error, { name }) => log.debug({ err: error, job: name }, 'a recurring job could not be released'),
    patienceMs: STOP_MS,
  });

  return {
    /**
     * Runs `work` at an interval on one server at a time, and half a minute after a failure. Call before `start`.
     * @param name unique; letters and dashes
     */
    recur: (name: string, everySeconds: number, work: () => Promise<void>): void => void jobs.set(name, { everySeconds, work }),
    /** Starts the jobs registered with `recur`. */
    start: loop.start,
    /** Gives a running job a moment to finish. */
    close: loop.close,
  };
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

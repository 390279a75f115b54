import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { createTestDatabase, query } from '../../test/harness/database.ts';
import { eventually } from '../../test/harness/eventually.ts';
import { createDatabase, type Database } from './database/pool.ts';
import { createJobs } from './jobs.ts';
import { createLog } from './log.ts';
import { createMetrics } from './metrics.ts';

const HOUR = 3600;

describe('a recurring job', () => {
  let url: string;
  let db: Database;
  let open: (() => Promise<void>)[];
  before(async () => {
    url = await createTestDatabase();
    db = createDatabase({ url, max: 4, log: await createLog({ level: 'silent', readable: true }) });
  });
  after(() => db.close());
  afterEach(() => Promise.all(open.map((stop) => stop())));
  beforeEach(async () => {
    open = [];
    await query(url, 'delete from recurring_jobs');
  });

  /** The jobs of one server. */
  async function startServer(work: () => Promise<void>) {
    const metrics = createMetrics(1);
    const lines: string[] = [];
    const log = pino({}, { write: (line: string) => void lines.push(line) });
    const jobs = createJobs({ db, log, metrics, pollEveryMs: 10 });
    jobs.recur('tidy', HOUR, work);
    jobs.start();
    open.push(jobs.close);
    return { stop: jobs.close, metrics, lines };
  }
  const makeDue = () => query(url, 'update recurring_jobs set due_at = now()');
  const inSeconds = async () =>
    Number((await query<{ s: string }>(url, 'select extract(epoch from due_at - now()) as s from recurring_jobs'))[0]?.s);
  const isKnown = async () => (await query(url, 'select from recurring_jobs')).length === 1;

  it('runs on one of several servers each time it is due', async () => {
    let done = 0;
    const work = async () => {
      done++;
      await sleep(50);
    };
    for (let server = 0; server < 3; server++) await startServer(work);
    await eventually('the job is known', isKnown);
    assert.equal(done, 0);
    for (let time = 1; time <= 3; time++) {
      await makeDue();
      await eventually('the job is done and due again in an hour', async () => done === time && (await inSeconds()) > HOUR - 60);
    }
    assert.equal(done, 3);
  });

  it('is retried half a minute after a failure, which is counted and logged with its cause', async () => {
    let tries = 0;
    const { metrics, lines } = await startServer(async () => {
      tries++;
      if (tries === 1) throw new Error('not now');
    });
    await eventually('the job is known', isKnown);
    await makeDue();
    await eventually('the first try is over', async () => tries === 1 && (await inSeconds()) > 0);
    assert.ok((await inSeconds()) <= 30);
    assert.ok(
      lines.some((line) => line.includes('"tidy"') && line.includes('not now')),
      lines.join(''),
    );
    assert.match(await metrics.registry.metrics(), /jobs_failed_total\{job="tidy"[^}]*\} 1/);
    await makeDue();
    await eventually('the second try is over and the job is due in an hour', async () => tries === 2 && (await inSeconds()) > HOUR - 60);
  });

  it('of a dead server runs on another once the lease expires, and not before', async () => {
    let done = 0;
    await startServer(async () => void done++);
    await eventually('the job is known', isKnown);
    await query(url, `update recurring_jobs set due_at = now(), claimed_until = now() + interval '1 minute'`);
    await sleep(100);
    assert.equal(done, 0);
    await query(url, 'update recurring_jobs set claimed_until = now()');
    await eventually('the job is done', () => done, 1);
  });

  it('that outlives its lease does not disturb the next one', async () => {
    const held = Promise.withResolvers<void>();
    let tries = 0;
    const { stop } = await startServer(async () => {
      tries++;
      if (tries === 1) await held.promise;
    });
    await eventually('the job is known', isKnown);
    await makeDue();
    await eventually('the first try has begun', () => tries, 1);
    await query(url, `update recurring_jobs set claimed_until = now() + interval '1 hour'`);
    held.resolve();
    await stop();
    const [row] = await query<{ claimed: boolean }>(url, 'select claimed_until is not null as claimed from recurring_jobs');
    assert.deepEqual(row, { claimed: true });
  });

  it('finishes before a server stops', async () => {
    const held = Promise.withResolvers<void>();
    let done = false;
    const { stop } = await startServer(async () => {
      await held.promise;
      done = true;
    });
    await eventually('the job is known', isKnown);
    await makeDue();
    await eventually(
      'the job is claimed',
      async () => (await query(url, 'select from recurring_jobs where claimed_until is not null')).length,
      1,
    );
    const stopped = stop();
    held.resolve();
    await stopped;
    assert.ok(done && (await inSeconds()) > HOUR - 60);
  });
});

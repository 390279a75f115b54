import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createTestDatabase, query } from '../../../test/harness/database.ts';
import { eventually } from '../../../test/harness/eventually.ts';
import { endProcesses, openProcess, quick, type ServerProcess } from '../../../test/harness/process.ts';
import { newProject, signUp } from '../../../test/harness/test-server.ts';

const SCHEDULES = 30;
const jumping = { NODE_OPTIONS: `--import=${fileURLToPath(new URL('../../../test/harness/jumping-clock.ts', import.meta.url))}` };

describe('three servers, one of them with a clock that jumps', { timeout: 200_000 }, () => {
  let databaseUrl: string;
  let servers: ServerProcess[];
  const open = (env = {}) => openProcess({ env: { ...quick, DATABASE_URL: databaseUrl, WEB_CONCURRENCY: '1', ...env } });

  before(async () => {
    databaseUrl = await createTestDatabase();
    servers = [await open(), await open(), await open(jumping)];
    const [first] = servers;
    assert.ok(first);
    const person = await signUp(first);
    const { id: projectId } = await newProject(person);
    // Due at most once a minute; to test more, the next time is moved forward in the database, as time would.
    const insert = `insert into schedules (id, project_id, name, cron, timezone, message, level, model, missed, overlap, user_id, next_at)
      select gen_random_uuid(), $1, 'n ' || n, '0 0 1 1 *', 'Europe/Berlin', 'Hello', 'supervised', 'practice', 'skip', true, $2,
        now() + interval '1 day'
      from generate_series(1, $3) n`;
    await query(databaseUrl, insert, [projectId, person.id, SCHEDULES]);
  });
  after(endProcesses);

  /** Makes all due within the next second, many of them at the same moment. */
  async function putForward(): Promise<void> {
    const text = `update schedules set not_before = null, next_at = now() + interval '200 milliseconds' * (1 + floor(random() * 5))`;
    await query(databaseUrl, text);
  }

  interface Counts {
    occurrences: number;
    started: number;
    runs: number;
    early: number;
    fewest: number;
    most: number;
  }

  async function count(): Promise<Counts> {
    const text = `select
      (select count(*)::int from schedule_occurrences) as occurrences,
      (select count(*)::int from schedule_occurrences where status = 'started' and run_id is not null) as started,
      (select count(*)::int from runs where origin = 'schedule') as runs,
      (select count(*)::int from schedule_occurrences o join runs r on r.id = o.run_id where r.created_at < o.due_at) as early,
      (select min(n)::int from (select count(r.id) n from schedules s left join runs r on r.origin_id = s.id group by s.id) c) as fewest,
      (select max(n)::int from (select count(r.id) n from schedules s left join runs r on r.origin_id = s.id group by s.id) c) as most`;
    const [counts] = await query<Counts & Record<string, number>>(databaseUrl, text);
    assert.ok(counts);
    return counts;
  }

  async function assertStartedOnceEach(rounds: number): Promise<void> {
    const all = rounds * SCHEDULES;
    await eventually(
      `${all} due times were dealt with`,
      async () => (await count()).occurrences,
      (seen) => seen >= all,
    );
    // Duplicate starts would appear now.
    await sleep(1500);
    assert.deepEqual(await count(), { occurrences: all, started: all, runs: all, early: 0, fewest: rounds, most: rounds });
  }

  it('start each run exactly once, and none early', async () => {
    for (const round of [1, 2, 3]) {
      await putForward();
      await assertStartedOnceEach(round);
    }
  });

  it('start each exactly once while servers are killed and come back', async () => {
    for (const round of [4, 5, 6]) {
      await putForward();
      await sleep(300 + (round - 4) * 250);
      const victim = servers.shift();
      assert.ok(victim);
      process.kill(victim.pid, 'SIGKILL');
      assert.equal(await victim.ended, 'SIGKILL');
      servers.push(await open(round === 6 ? jumping : {}));
      await assertStartedOnceEach(round);
    }
  });

  it('tell as one entry what was due while all of them were down, and start what comes then', async () => {
    for (const server of servers) process.kill(server.pid, 'SIGKILL');
    for (const server of servers) await server.ended;
    await query(
      databaseUrl,
      `update schedules set cron = '* * * * *', not_before = null, next_at = date_trunc('minute', now()) - interval '10 minutes'`,
    );
    servers = [await open(), await open(), await open(jumping)];
    const missed = () =>
      query<{ entries: number; fewest: number; most: number }>(
        databaseUrl,
        `select count(*)::int as entries, min(missed) as fewest, max(missed) as most from schedule_occurrences where status = 'missed'`,
      );
    await eventually('all have their entry', async () => (await missed())[0]?.entries, SCHEDULES);
    await sleep(1500);
    const [told] = await missed();
    assert.ok(told);
    assert.equal(told.entries, SCHEDULES);
    assert.ok(told.fewest >= 9 && told.most <= 11, `${told.fewest} to ${told.most} times were missed`);
    await query(databaseUrl, 'update schedules set paused_at = now()');
    for (const server of servers) assert.equal(await server.stop(), 0);
  });
});

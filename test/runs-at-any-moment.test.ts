import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Budget } from '#features/agents/budget.ts';
import { deleteProject } from '#features/projects/contract.ts';
import { getRun, sendMessage, startRun, stopRun } from '#features/runs/contract.ts';
import type { RunEvent } from '#features/runs/events.ts';
import { query } from './harness/database.ts';
import { eventually } from './harness/eventually.ts';
import { readRun } from './harness/run-stream.ts';
import { newProject, type Person, signUp, startTestServer, type TestServer } from './harness/test-server.ts';

/** As many at once as a slow machine accepts without rejecting some. */
const AT_ONCE = 20;
async function many(count: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
const WITHIN_MS = 30_000;
const inTime = <T>(work: Promise<T>) =>
  Promise.race([work, sleep(WITHIN_MS, undefined, { ref: false }).then(() => assert.fail(`not done within ${WITHIN_MS} ms`))]);
const toolsOf = (events: RunEvent[]) => events.flatMap((event) => (event.type === 'tool_result' ? [event.data.tool] : []));

describe('at any moment, a run', () => {
  let testServer: TestServer;
  let other: TestServer;
  let slow: TestServer;
  let person: Person;
  let projectId: string;
  before(async () => {
    // More runs of one person than a team has.
    const env = { MAX_RUNS_PER_PERSON: '1000' };
    testServer = await startTestServer({ env });
    other = await startTestServer({ databaseUrl: testServer.databaseUrl, env });
    slow = await startTestServer({ demoPace: 50 });
    person = await signUp(testServer);
    projectId = (await newProject(person)).id;
  });
  after(async () => {
    await testServer.close();
    await other.close();
    await slow.close();
  });

  const start = async (message: string, { by = person, project = projectId, budget = {} as Budget } = {}) =>
    (await by.call(startRun, { params: { projectId: project }, body: { message, budget, level: 'autonomous' } })).body.run.id;
  const read = async (runId: string, by = person) => (await by.call(getRun, { params: { runId } })).body;

  it('can be stopped: just queued, just claimed, or at work', async () => {
    const ada = await signUp(slow);
    const project = (await newProject(ada)).id;
    await many(60, async (index) => {
      const runId = await start('hello', { by: ada, project });
      await sleep(index % 12);
      await ada.call(stopRun, { params: { runId } });
      await inTime(readRun(ada, runId));
      assert.equal((await read(runId, ada)).run.status, 'stopped');
    });
  });

  it('answers a message', async () => {
    await many(120, async (index) => {
      const runId = await start('hello');
      await sleep(index % 15);
      await person.call(sendMessage, { params: { runId }, body: { message: 'list the files' } });
      await inTime(readRun(person, runId));
      assert.deepEqual(toolsOf((await read(runId)).events), ['list_files']);
    });
  });

  it('answers a message sent after a request to stop', async () => {
    const ada = await signUp(slow);
    const project = (await newProject(ada)).id;
    await many(20, async (index) => {
      const runId = await start('hello', { by: ada, project });
      await sleep(100 + index);
      await ada.call(stopRun, { params: { runId } });
      await ada.call(sendMessage, { params: { runId }, body: { message: 'list the files' } });
      await inTime(readRun(ada, runId, { until: (event) => event.type === 'end' && event.data.status === 'done' }));
      assert.deepEqual(toolsOf((await read(runId, ada)).events), ['list_files']);
    });
  });

  it('can have any fraction of a minute', async () => {
    const runId = await start('hello', { budget: { minutes: 0.333_333 } });
    await inTime(readRun(person, runId));
    assert.equal((await read(runId)).run.status, 'done');
  });

  it('is abandoned when it breaks off again and again', async () => {
    const runId = await start('hello');
    await readRun(person, runId);
    const numbers = Array.from({ length: 11 }, (_, index) => index + 1);
    await query(
      testServer.databaseUrl,
      `with events as (
         insert into run_events (run_id, seq, type, data)
         select $1, last_event + n, case n when 1 then 'message' else 'notice' end,
           case n when 1 then '{"text":"hello","by":{"id":null,"name":"Ada"}}' else '{"code":"resumed","message":""}' end::jsonb
         from runs, unnest($2::int[]) n where id = $1
       )
       update runs set last_event = last_event + 11, status = 'queued' where id = $1`,
      [runId, numbers],
    );
    await eventually('the run has failed', async () => (await read(runId)).run.status, 'failed');
  });

  it('uses tools with few connections', async () => {
    const small = await startTestServer({ env: { PG_POOL_MAX: '2' } });
    try {
      const ada = await signUp(small);
      const project = (await newProject(ada)).id;
      await many(12, async () => {
        const runId = await start('list the files, then write a.md: a, then search for a', { by: ada, project });
        await inTime(readRun(ada, runId));
        const { run, events } = await read(runId, ada);
        assert.equal(run.status, 'done');
        assert.ok(!events.some((event) => event.type === 'notice'), 'it was interrupted');
      });
    } finally {
      await small.close();
    }
  });

  it('is deleted with its project, without a deadlock', async () => {
    for (let round = 0; round < 5; round++) {
      const project = (await newProject(person)).id;
      const readers: Promise<unknown>[] = [];
      await many(20, async (index) => {
        const path = `${index}.md`;
        const runId = await start(`write ${path}: 1, then write ${path}: 2, then write ${path}: 3`, { project });
        readers.push(readRun(person, runId).catch(() => undefined));
      });
      await person.call(deleteProject, { params: { projectId: project } });
      await inTime(Promise.all(readers));
    }
    // PostgreSQL's backends report their counts after a second of being idle.
    await sleep(1500);
    const [row] = await query<{ deadlocks: number }>(
      testServer.databaseUrl,
      'select deadlocks::int from pg_stat_database where datname = current_database()',
    );
    assert.equal(row?.deadlocks, 0);
  });
});

describe('at any moment, a reader of a run', () => {
  let testServer: TestServer;
  let person: Person;
  let projectId: string;
  before(async () => {
    testServer = await startTestServer({ demoPace: 10 });
    person = await signUp(testServer);
    projectId = (await newProject(person)).id;
  });
  after(() => testServer.close());

  const start = async (message: string, project = projectId) =>
    (await person.call(startRun, { params: { projectId: project }, body: { message, level: 'autonomous' } })).body.run.id;

  it('is sent the end when the project is deleted', async () => {
    const project = (await newProject(person)).id;
    const runId = await start('hello', project);
    const reading = readRun(person, runId);
    await sleep(100);
    await person.call(deleteProject, { params: { projectId: project } });
    await inTime(reading);
  });

  it('is sent the end even if it names an event that does not exist yet', async () => {
    const runId = await start('list the files');
    await inTime(readRun(person, runId, { after: 99_999 }));
  });

  const readers = async () => (await testServer.features.metrics.registry.getSingleMetric('run_readers')?.get())?.values[0]?.value;

  it('is forgotten when it leaves before the first event', async () => {
    const runId = await start('hello');
    await many(100, async (index) => {
      const leave = new AbortController();
      setTimeout(() => leave.abort(), index % 10);
      await person.browser.fetch(`/api/runs/${runId}/events`, { signal: leave.signal }).catch(() => undefined);
    });
    await eventually('no reader is left', async () => (await readers()) === 0 && testServer.features.streams.size === 0);
  });

  it('can leave the end unread while the run continues', async () => {
    const runId = await start('list the files');
    await readRun(person, runId);
    await query(
      testServer.databaseUrl,
      `with events as (
         insert into run_events (run_id, seq, type, data)
         select id, last_event + n, 'text', jsonb_build_object('text', repeat('x', 60000)) from runs, generate_series(1, 200) n where id = $1
         union all select id, last_event + 201, 'end', '{"status":"done"}' from runs where id = $1
       )
       update runs set last_event = last_event + 201 where id = $1`,
      [runId],
    );
    const { hostname, port } = new URL(testServer.origin);
    const stalled = connect(Number(port), hostname);
    stalled.pause();
    const cookie = [...person.browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    stalled.write(`GET /api/runs/${runId}/events HTTP/1.1\r\nhost: ${hostname}\r\ncookie: ${cookie}\r\n\r\n`);
    await eventually('one reader is left', readers, 1);
    // In a server that writes after the end, this is an uncaught error.
    await person.call(sendMessage, { params: { runId }, body: { message: 'hello' } });
    await readRun(person, runId);
    stalled.destroy();
  });
});

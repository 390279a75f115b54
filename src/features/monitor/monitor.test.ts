import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { login } from '#features/accounts/contract.ts';
import { getRun, startRun, stopRun } from '#features/runs/contract.ts';
import { query } from '../../../test/harness/database.ts';
import { eventually } from '../../../test/harness/eventually.ts';
import { findProgram, without } from '../../../test/harness/programs.ts';
import { createBrowser, newProject, signUp, startTestServer, type TestServer } from '../../../test/harness/test-server.ts';
import { health as healthReply } from './contract.ts';

describe('monitor', () => {
  let testServer: TestServer;
  before(async () => {
    testServer = await startTestServer();
  });
  after(() => testServer.close());

  const get = (path: string, headers: Record<string, string> = {}) => fetch(testServer.origin + path, { headers });

  it('GET /api/health names each check, the version and how long the server is up', async () => {
    const response = await get('/api/health');
    const body = (await response.json()) as {
      status: string;
      checks: Record<string, { ok: boolean }>;
      version: string;
      uptimeSeconds: number;
    };
    assert.equal(response.status, 200);
    assert.equal(body.status, 'ok');
    assert.deepEqual(Object.keys(body.checks), ['database', 'news', 'writes', 'clock']);
    assert.ok(Object.values(body.checks).every((check) => check.ok));
    assert.equal(body.version, 'test');
  });

  it('GET /api/health writes nothing, however often it is called: the server’s own write every ten seconds shows whether writes work', async () => {
    const count = async () =>
      (await query<{ count: number }>(testServer.databaseUrl, 'select count(*)::int from write_probes'))[0]?.count ?? 0;
    await eventually('the server has written', async () => (await count()) > 0);
    const [before, begun] = [await count(), performance.now()];
    for (let probe = 0; probe < 100; probe++) assert.equal((await get('/api/health')).status, 200);
    assert.ok((await count()) - before <= 1 + (performance.now() - begun) / 10_000);
  });

  it('GET /api/health is degraded, and 200, while the clock of the server is not PostgreSQL’s', async (t) => {
    t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 60_000 });
    const response = await get('/api/health');
    const metrics = await (await get('/metrics')).text();
    t.mock.timers.reset();
    const { status, checks } = healthReply.parse(await response.json());
    assert.deepEqual([response.status, status, checks['clock']?.ok], [200, 'degraded', false]);
    assert.match(checks['clock']?.detail ?? '', /60 s ahead of PostgreSQL’s\. Synchronize both/);
    const difference = Number(/^database_clock_difference_seconds (\S+)/m.exec(metrics)?.[1]);
    assert.ok(Math.abs(difference - 60) < 5, `${difference}`);
    assert.equal((await get('/api/health/ready')).status, 200);
  });

  it('GET /api/health/live and /api/health/ready answer 200 without a session and without a limit', async () => {
    for (const path of ['/api/health/live', '/api/health/ready', '/api/health']) {
      const response = await get(path);
      assert.equal(response.status, 200);
      assert.equal(response.headers.get('ratelimit'), null);
    }
  });

  it('GET /metrics tells requests, the pool, sessions, runs and the process', async () => {
    await signUp(testServer);
    const text = await (await get('/metrics')).text();
    for (const name of [
      'http_request_duration_seconds_bucket',
      'database_connections',
      'active_sessions',
      'runs_working',
      'nodejs_eventloop_lag_p99_seconds',
      'process_resident_memory_bytes',
    ]) {
      assert.match(text, new RegExp(`^${name}`, 'm'), name);
    }
    assert.match(text, /^active_sessions [1-9]/m);
  });

  it('GET /metrics keeps to the rules of Prometheus for names and kinds', async () => {
    const text = await (await get('/metrics')).text();
    const kinds = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', kind]) => ({ name, kind }));
    assert.ok(kinds.length > 40);
    for (const { name, kind } of kinds) {
      assert.equal(name.endsWith('_total'), kind === 'counter', `${name} is a ${kind}`);
      assert.match(text, new RegExp(`^# HELP ${name} \\S`, 'm'));
    }
    assert.doesNotMatch(text, /nan$/im);
    assert.match(text, /^process_start_time_seconds \d/m);
  });

  it('GET /metrics is found clean by promtool', { skip: without('promtool') }, async () => {
    const text = await (await get('/metrics')).text();
    const { status, stdout, stderr } = spawnSync(findProgram('promtool') ?? '', ['check', 'metrics'], { input: text, encoding: 'utf8' });
    assert.deepEqual([status, stdout, stderr], [0, '', '']);
  });

  it('GET /metrics tells what waits, what is cached, what statements take, and how large tables are', async () => {
    const text = await (await get('/metrics')).text();
    for (const series of [
      'queue_depth{queue="runs"}',
      'queue_depth{queue="outbox"}',
      'queue_depth{queue="notifications"}',
      'queue_depth{queue="jobs"}',
      'queue_oldest_seconds{queue="runs"}',
      'cache_hits_total{cache="responses"}',
      'cache_misses_total{cache="sessions"}',
      'database_statement_calls_total{statement="jobs.claim"}',
      'database_statement_time_seconds_total{statement="jobs.claim"}',
      'database_connections{state="peak"}',
      'database_table_bytes{table="versions"}',
      'database_table_dead_rows{table="versions"}',
      'server_info{version="test"} 1',
    ])
      assert.ok(text.includes(`\n${series}`), series);
    assert.doesNotMatch(text, /^database_replication_lag_seconds\{/m, 'no lag without a standby');
  });

  it('GET /metrics gives everybody who scrapes the same measure of the event loop', async () => {
    const measure = async () =>
      (await (await get('/metrics')).text()).match(/^(event_loop_utilization|nodejs_eventloop_lag_max)\S* \S+$/gm);
    // A five-second interval may end between the two.
    await eventually('two scrapes in a row tell the same', async () => isDeepStrictEqual(await measure(), await measure()));
    assert.match((await measure())?.join() ?? '', /event_loop_utilization\{process="1"\} 0?\.?\d/);
  });

  it('GET /metrics counts what goes wrong, and how runs end', async () => {
    const count = async (series: string) => {
      const text = await (await get('/metrics')).text();
      return Number(
        text
          .split('\n')
          .find((line) => line.startsWith(`${series} `))
          ?.split(' ')[1] ?? 0,
      );
    };
    const person = await signUp(testServer);
    const body = { email: person.email, password: 'not the password' };
    const [failed, done, stopped] = [
      'sign_ins_failed_total',
      'runs_ended_total{outcome="done"}',
      'runs_ended_total{outcome="stopped"}',
    ] as const;
    const before = { failed: await count(failed), done: await count(done), stopped: await count(stopped) };
    await assert.rejects(createBrowser(testServer.origin).call(login, { body }), { status: 401 });
    assert.equal(await count(failed), before.failed + 1);
    const params = { projectId: (await newProject(person)).id };
    const start = (message: string) => person.call(startRun, { params, body: { message, model: 'practice', level: 'supervised' } });
    await start('hello');
    await eventually('the run is counted', () => count(done), before.done + 1);
    const waits = (await start('write a.md: one')).body.run.id;
    await eventually('the run waits', async () => (await person.call(getRun, { params: { runId: waits } })).body.run.status, 'waiting');
    await person.call(stopRun, { params: { runId: waits } });
    await eventually('its end is counted', () => count(stopped), before.stopped + 1);
    for (const name of ['database_pool_wait_seconds_count', 'database_statement_seconds_count', 'database_queries_total'])
      assert.ok((await count(name)) > 0, name);
  });

  it('GET /metrics labels requests by endpoint, never by address, so that no id and no secret gets there', async () => {
    await get('/api/projects/01890000-0000-7000-8000-000000000000?token=secret');
    const text = await (await get('/metrics')).text();
    assert.match(text, /route="\/api\/projects\/:projectId"/);
    assert.doesNotMatch(text, /01890000|secret/);
  });

  it('GET /metrics wants the token where one is set, and in production wants one to be set', async () => {
    const guarded = await startTestServer({ env: { METRICS_TOKEN: 'a token' } });
    const production = await startTestServer({
      env: { NODE_ENV: 'production', DATABASE_URL: testServer.databaseUrl, SESSION_SECRET: randomBytes(48).toString('hex') },
      databaseUrl: testServer.databaseUrl,
    });
    try {
      const ask = async (origin: string, token?: string) =>
        (await fetch(`${origin}/metrics`, token ? { headers: { authorization: `Bearer ${token}` } } : {})).status;
      assert.deepEqual(
        [await ask(guarded.origin), await ask(guarded.origin, 'wrong'), await ask(guarded.origin, 'a token')],
        [401, 401, 200],
      );
      assert.equal(await ask(production.origin), 403);
    } finally {
      await guarded.close();
      await production.close();
    }
  });
});

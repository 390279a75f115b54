import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { currentUser } from '#features/accounts/contract.ts';
import { getRun, startRun } from '#features/runs/contract.ts';
import { query } from '../../../../test/harness/database.ts';
import { eventually } from '../../../../test/harness/eventually.ts';
import { newProject, type Person, signedInOn, signUp, startTestServer, type TestServer } from '../../../../test/harness/test-server.ts';
import { getMonitor } from '../monitor-contract.ts';

describe('the monitor', () => {
  let here: TestServer;
  let there: TestServer;
  let operator: Person;
  before(async () => {
    here = await startTestServer({ env: { SERVER_NAME: 'here:1' } });
    there = await startTestServer({ databaseUrl: here.databaseUrl, env: { SERVER_NAME: 'there:2' } });
    operator = await signUp(here);
  });
  after(() => Promise.all([here.close(), there.close()]));

  const servers = () => [here, there];
  const takeSamples = () => Promise.all(servers().map(({ features }) => features.monitor.takeSamples()));
  const read = async (range: 'hour' | 'day' = 'hour') => (await operator.call(getMonitor, { query: { range } })).body;
  /** As if the newest samples had been taken in the middle of the last full step: the current one is not shown. */
  const age = async () => {
    // Out of the way first: a row must not come to where another one still is.
    await query(here.databaseUrl, "update monitor_samples set at = at - interval '30 days'");
    await query(
      here.databaseUrl,
      `update monitor_samples s set at = date_bin(make_interval(mins => minutes), now(), '2000-01-01')
         - make_interval(secs => minutes * 30) + (at - (select max(n.at) from monitor_samples n where n.minutes = s.minutes))`,
    );
  };
  const last = <T>(values: readonly (T | null)[]) => values.findLast((value) => value !== null);
  const sum = (values: readonly (number | null)[]) => values.reduce<number>((total, value) => total + (value ?? 0), 0);

  it('adds up what all servers measured, and takes quantiles of all their requests', async () => {
    await takeSamples();
    await query(here.databaseUrl, 'delete from monitor_samples');
    const elsewhere = signedInOn(operator, there);
    for (let i = 0; i < 30; i++) await operator.call(currentUser, {});
    for (let i = 0; i < 10; i++) await elsewhere.call(currentUser, {});
    await takeSamples();
    // The servers may have written some by themselves.
    const rows = await query<{ seconds: number }>(
      here.databaseUrl,
      'select sum(seconds) as seconds from monitor_samples where minutes = 1 group by server order by server',
    );
    await age();
    const { series, times, step, routes, servers: list } = await read();
    assert.deepEqual([times.length, step], [60, 60]);
    const expected = 30 / (rows[0]?.seconds ?? 1) + 10 / (rows[1]?.seconds ?? 1);
    const seen = last(series.requests) ?? 0;
    assert.ok(seen >= expected * 0.99 && seen < expected * 1.5, `${seen} requests per second, ${expected} expected`);
    const route = routes.find((each) => each.route === currentUser.path);
    assert.equal(route?.requests, 40);
    assert.ok((last(series.p95) ?? 0) > 0);
    assert.equal(last(series.errors), 0);
    assert.equal(last(series.poolMax), 40, 'the pools of both servers');
    assert.ok((last(series.memory) ?? 0) > 50e6);
    assert.equal(last(series.sessions), 1, 'both servers see the same sessions');
    assert.deepEqual(
      list.map(({ name, version, reports, processes }) => ({ name, version, reports, processes })),
      ['here:1', 'there:2'].map((name) => ({ name, version: 'test', reports: true, processes: 1 })),
    );
  });

  it('shows the last day by ten minutes', async () => {
    const { times, step, series } = await read('day');
    assert.deepEqual([times.length, step], [144, 600]);
    assert.ok(sum(series.requests) > 0);
  });

  it('leaves out the current step, which servers still measure', async () => {
    await query(here.databaseUrl, 'delete from monitor_samples');
    await takeSamples();
    const now = await query<{ second: number }>(here.databaseUrl, 'select extract(second from now())::int as second');
    const { series } = await read();
    // Unless a minute ended meanwhile.
    if ((now[0]?.second ?? 0) < 40) assert.ok(series.memory.every((value) => value === null));
  });

  it('names the statements that take the most time, and tables by size with their dead rows', async () => {
    await age();
    const { statements, tables } = await read();
    assert.ok(statements.length > 3);
    assert.ok(statements.every(({ calls, meanMs, totalMs }) => calls > 0 && Math.abs(calls * meanMs - totalMs) < 1));
    const shares = statements.reduce((all, { share }) => all + share, 0);
    assert.ok(shares > 0.99 && shares < 1.01);
    assert.deepEqual(
      tables.map(({ bytes }) => bytes),
      tables.map(({ bytes }) => bytes).toSorted((a, b) => b - a),
    );
    assert.ok(tables.length === 20 && tables.every(({ name, deadRows }) => name.length > 0 && deadRows >= 0));
  });

  it('counts how runs end, and what waits', async () => {
    const params = { projectId: (await newProject(operator)).id };
    const body = { message: 'hello', model: 'practice', level: 'supervised' } as const;
    const { id } = (await operator.call(startRun, { params, body })).body.run;
    await eventually('the run is done', async () => (await operator.call(getRun, { params: { runId: id } })).body.run.status, 'done');
    await eventually('its end is in a sample', async () => {
      await takeSamples();
      await age();
      const { series } = await read();
      return sum(series.runs['done'] ?? []) > 0 && sum(series.modelCalls['done'] ?? []) > 0 && 'runs' in series.queues;
    });
    const { series } = await read();
    assert.deepEqual(
      Object.keys(series.queues),
      ['emails', 'jobs', 'notifications', 'outbox', 'runs'].filter((name) => name in series.queues),
    );
    assert.ok(sum(series.cacheHits['sessions'] ?? []) > 0);
  });

  it('says which server stopped reporting', async () => {
    await query(here.databaseUrl, "update monitor_samples set at = at - interval '10 minutes' where server = 'there:2'");
    const found = new Map((await read()).servers.map(({ name, reports }) => [name, reports]));
    assert.equal(found.get('there:2'), false);
  });

  it('does not miss a server that was stopped in order', async () => {
    const third = await startTestServer({ databaseUrl: here.databaseUrl, env: { SERVER_NAME: 'third:3' } });
    const isListed = async () => (await read()).servers.some(({ name }) => name === 'third:3');
    await third.features.monitor.takeSamples();
    assert.equal(await isListed(), true);
    await third.close();
    assert.equal(await isListed(), false);
  });

  it('keeps minutes for two hours and ten minutes for eight days', async () => {
    await query(here.databaseUrl, 'delete from monitor_samples');
    const insert = `insert into monitor_samples (minutes, at, server, version, started_at, seconds, sample)
      select minutes, now() - ago::interval, ago, 'test', now(), 60, '{}'
      from (values (1, '1 hour'), (1, '3 hours'), (10, '7 days'), (10, '9 days')) as v (minutes, ago)`;
    await query(here.databaseUrl, insert);
    await here.features.monitor.cleanUp();
    const left = await query<{ server: string }>(here.databaseUrl, 'select server from monitor_samples order by at');
    assert.deepEqual(
      left.map(({ server }) => server),
      ['7 days', '1 hour'],
    );
  });

  it('reads samples that another version wrote, with other figures', async () => {
    await query(
      here.databaseUrl,
      `insert into monitor_samples (minutes, at, server, version, started_at, seconds, sample)
       values (1, now() - interval '2 minutes', 'older:3', '0.0.1', now(), 60, '{"gauges":{"memory":5,"unheardOf":1},"later":[1]}')`,
    );
    const { series, servers: list } = await read();
    assert.ok(series.memory.includes(5));
    assert.ok(list.some(({ name, version }) => name === 'older:3' && version === '0.0.1'));
  });

  it('is for operators only', async () => {
    const other = await signUp(here);
    await assert.rejects(other.call(getMonitor, { query: {} }), { status: 403 });
  });
});

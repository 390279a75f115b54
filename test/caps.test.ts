/** The caps of a person or an organization, set so low that they are soon reached. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { createModelProvider } from '#features/models/providers-contract.ts';
import { createProject, deleteProject, listProjects } from '#features/projects/contract.ts';
import { branchRun, getRun, retryRun, sendMessage, startRun, stopRun } from '#features/runs/contract.ts';
import { createSchedule, listOccurrences, runSchedule } from '#features/schedules/contract.ts';
import { ProblemError } from '#wire/call.ts';
import { query } from './harness/database.ts';
import { eventually } from './harness/eventually.ts';
import { openModelServer } from './harness/model-server.ts';
import { count, outcomes, refusal } from './harness/outcomes.ts';
import { putRun, unknownOutcome } from './harness/run-states.ts';
import { newProject, type Person, signedInOn, signUp, startTestServer, type TestServer } from './harness/test-server.ts';

describe('a cap', () => {
  let testServer: TestServer;
  let other: TestServer;
  let models: Awaited<ReturnType<typeof openModelServer>>;
  let operator: Person;
  let ada: Person;
  let grace: Person;
  let projectId: string;
  before(async () => {
    models = await openModelServer(() => ['Done.']);
    const env = {
      ...{ MAX_STREAMS_PER_PERSON: '3', MAX_RUNS_PER_PERSON: '3', MAX_PROJECTS: '4' },
      // A response uses 110.
      ...{ MODEL_DAILY_TOKENS_PER_ORGANIZATION: '200', MODEL_DAILY_TOKENS: '500' },
      ...{ MODEL_SERVER_URL: models.url, MODEL_SERVER_KEY: 'a key of the operator' },
    };
    testServer = await startTestServer({ env });
    other = await startTestServer({ databaseUrl: testServer.databaseUrl, env });
    operator = await signUp(testServer);
  });
  beforeEach(async () => {
    [ada, grace] = [await signUp(testServer), await signUp(testServer)];
    projectId = (await newProject(ada)).id;
  });
  after(async () => {
    await testServer.close();
    await other.close();
    await models.close();
  });

  const params = () => ({ projectId });
  const wait = () => putRun({ databaseUrl: testServer.databaseUrl, projectId, userId: ada.id }, 'waiting', unknownOutcome);
  const start = (by = ada) => by.call(startRun, { params: params(), body: { message: 'write a.md: x', model: 'practice' } });

  it('holds for an organization’s projects, however many are created at once on any server', async () => {
    const create = (n: number) => (n % 2 ? ada : signedInOn(ada, other)).call(createProject, { body: { name: `Project ${n}` } });
    const given = await outcomes(Array.from({ length: 10 }, (_, n) => create(n)));
    assert.deepEqual([count(given, 'done'), count(given, 'project_limit_reached')], [3, 7]);
    const { projects } = (await ada.call(listProjects, {})).body;
    assert.equal(projects.length, 4);
    await ada.call(deleteProject, { params: { projectId } });
    await create(1);
    await assert.rejects(create(1), refusal('project_limit_reached'));
    await newProject(await signUp(testServer));
  });

  it('holds for a person’s unfinished runs, including waiting ones; others have their own', async () => {
    const given = await outcomes(Array.from({ length: 8 }, (_, n) => start(n % 2 ? ada : signedInOn(ada, other))));
    assert.deepEqual([count(given, 'done'), count(given, 'run_limit_reached')], [3, 5]);
    await start(ada).catch((error: unknown) =>
      assert.ok(error instanceof ProblemError && /3 unfinished runs, the limit. Stop some/.test(error.message)),
    );
    const grace = await signUp(testServer);
    const { id } = await newProject(grace);
    await grace.call(startRun, { params: { projectId: id }, body: { message: 'hello', model: 'practice' } });
  });

  it('holds for resumed runs and branches; a run that ends makes room', async () => {
    const setting = { databaseUrl: testServer.databaseUrl, projectId, userId: ada.id };
    const failed = await putRun(setting, 'failed', [unknownOutcome[0] as (typeof unknownOutcome)[number]]);
    const waiting = await wait();
    await wait();
    await wait();
    const attempts = [
      () => ada.call(retryRun, { params: { runId: failed }, body: {} }),
      () => ada.call(sendMessage, { params: { runId: failed }, body: { message: 'go on' } }),
      () => ada.call(branchRun, { params: { runId: failed }, body: { event: 1, message: 'else' } }),
    ];
    for (const attempt of attempts) await assert.rejects(attempt(), refusal('run_limit_reached'));
    // An unfinished run continues.
    await ada.call(sendMessage, { params: { runId: waiting }, body: { message: 'go on' } });
    await eventually('the run is done', async () => (await ada.call(getRun, { params: { runId: waiting } })).body.run.status, 'done');
    await ada.call(retryRun, { params: { runId: failed }, body: {} });
  });

  it('holds for scheduled runs, and the schedule’s history says so', async () => {
    const body = {
      cron: '0 0 1 1 *',
      timezone: 'Europe/Berlin',
      message: 'Greet',
      level: 'supervised',
      model: 'practice',
      overlap: true,
    } as const;
    const { id: scheduleId } = (await ada.call(createSchedule, { params: params(), body })).body.schedule;
    const waiting = [await wait(), await wait(), await wait()];
    await assert.rejects(ada.call(runSchedule, { params: { scheduleId } }), refusal('run_limit_reached'));
    await query(testServer.databaseUrl, `update schedules set next_at = now() - interval '1 second' where id = $1`, [scheduleId]);
    await eventually('the schedule has reached its cap', async () => {
      const [latest] = (await ada.call(listOccurrences, { params: { scheduleId }, query: {} })).body.occurrences;
      return latest?.status === 'failed' && /3 unfinished runs/.test(latest.reason ?? '');
    });
    await ada.call(stopRun, { params: { runId: waiting[0] ?? '' } });
    await ada.call(runSchedule, { params: { scheduleId } });
  });

  it('holds for a person’s live connections, and admits another when one closes', async () => {
    const follow = async (by = ada) => {
      const leave = new AbortController();
      const response = await by.browser.fetch('/api/approvals/events', { signal: leave.signal });
      return { response, leave: () => leave.abort() };
    };
    const open = [await follow(), await follow(), await follow()];
    const { response } = await follow();
    assert.equal(response.status, 429);
    assert.equal(((await response.json()) as { code: string }).code, 'stream_limit_reached');
    assert.equal((await ada.browser.fetch('/api/approvals/events', { method: 'HEAD' })).status, 200);
    const another = await follow(await signUp(testServer));
    assert.equal(another.response.status, 200);
    open[0]?.leave();
    await eventually('a stream is free', async () => {
      const again = await follow();
      again.leave();
      return again.response.status === 200;
    });
    for (const each of [...open, another]) each.leave();
    // A client that disconnects at any moment leaves nothing behind.
    for (let round = 0; round < 30; round++) {
      const leave = new AbortController();
      setTimeout(() => leave.abort(), round % 10);
      await ada.browser.fetch('/api/approvals/events', { signal: leave.signal }).catch(() => undefined);
    }
    const all: Awaited<ReturnType<typeof follow>>[] = [];
    await eventually('three streams are open', async () => {
      const one = await follow();
      if (one.response.status === 200) all.push(one);
      else one.leave();
      return all.length === 3;
    });
    for (const each of all) each.leave();
  });

  it('holds for daily tokens on the operator’s keys, per organization and in total; not for other models', async () => {
    const ask = async (by: Person, id: string, model = 'server/test') => {
      const { run } = (await by.call(startRun, { params: { projectId: id }, body: { message: 'hello', model } })).body;
      const read = async () => (await by.call(getRun, { params: { runId: run.id } })).body;
      await eventually('the run has ended', async () => ['done', 'failed'].includes((await read()).run.status));
      const error = (await read()).events.find((event) => event.type === 'error');
      return error?.type === 'error' ? error.data : { code: 'done', message: '' };
    };
    const [hers, theirs] = [(await newProject(grace)).id, (await newProject(operator)).id];
    for (const [by, id] of [
      [ada, projectId],
      [ada, projectId],
      [grace, hers],
      [grace, hers],
    ] as const)
      assert.equal((await ask(by, id)).code, 'done');
    const refused = await ask(ada, projectId);
    assert.equal(refused.code, 'key_budget_reached');
    assert.match(
      refused.message,
      /^This organization has used the 200 tokens of today .* higher budget \(MODEL_DAILY_TOKENS_PER_ORGANIZATION\)/,
    );
    assert.equal((await ask(ada, projectId, 'practice')).code, 'done');
    assert.equal((await ask(operator, theirs)).code, 'done');
    assert.match((await ask(operator, theirs)).message, /^All organizations together have used the 500 tokens of today/);
    const asked = models.requests.length;
    const own = { kind: 'compatible', name: 'Own', slug: 'own', url: models.url, key: 'a-key-of-their-own' } as const;
    await operator.call(createModelProvider, { body: own });
    assert.equal((await ask(operator, theirs, 'own/test')).code, 'done');
    assert.equal(models.requests.length, asked + 1);
  });
});

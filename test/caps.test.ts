/** The caps of a person or an organization, set so low that they are soon reached. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { deleteFile, moveFile, revertChange, saveFile } from '#features/files/contract.ts';
import { listApprovals } from '#features/inbox/contract.ts';
import { createModelProvider } from '#features/models/providers-contract.ts';
import { createProject, deleteProject, listProjects } from '#features/projects/contract.ts';
import { decideApproval } from '#features/runs/approvals-contract.ts';
import { branchRun, getRun, retryRun, sendMessage, startRun, stopRun } from '#features/runs/contract.ts';
import { createSchedule, listOccurrences, runSchedule } from '#features/schedules/contract.ts';
import { ProblemError } from '#wire/call.ts';
import { query } from './harness/database.ts';
import { eventually } from './harness/eventually.ts';
import { openModelServer } from './harness/model-server.ts';
import { putRun, unknownOutcome } from './harness/run-states.ts';
import { assertStoredBytes } from './harness/stored-bytes.ts';
import { newProject, type Person, signedInOn, signUp, startTestServer, type TestServer } from './harness/test-server.ts';

const refusal = (code: string, status = 409) => ({ code, status });
const outcomes = async (attempts: Promise<unknown>[]): Promise<string[]> =>
  Promise.all(
    attempts.map((attempt) =>
      attempt.then(
        () => 'done',
        (error: unknown) => (error instanceof ProblemError ? error.code : String(error)),
      ),
    ),
  );
const count = (given: string[], what: string) => given.filter((one) => one === what).length;

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
      ...{ MAX_STREAMS_PER_PERSON: '3', MAX_RUNS_PER_PERSON: '3', MAX_PROJECTS: '4', MAX_STORAGE_GB: '0.001' },
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

  describe('on what an organization stores', () => {
    const save = (path: string, size: number, by = ada, id = projectId) =>
      by.call(
        saveFile,
        { params: { projectId: id }, query: { path }, body: Buffer.alloc(size, path) },
        { headers: { 'if-none-match': '*' } },
      );
    const finished = async (runId: string) => {
      await eventually('the run is done', async () => (await ada.call(getRun, { params: { runId } })).body.run.status, 'done');
      const { events } = (await ada.call(getRun, { params: { runId } })).body;
      const result = events.find((event) => event.type === 'tool_result');
      return result?.type === 'tool_result' ? result.data : assert.fail(JSON.stringify(events));
    };
    const run = async (message: string) => {
      const { body } = await ada.call(startRun, { params: params(), body: { message, model: 'practice', level: 'autonomous' } });
      return body.run.id;
    };
    const stored = async () => {
      const rows = await query<{ bytes: number }>(testServer.databaseUrl, 'select stored_bytes::int as bytes from projects where id = $1', [
        projectId,
      ]);
      return rows[0]?.bytes ?? 0;
    };
    afterEach(() => assertStoredBytes(testServer.databaseUrl));
    after(async () => {
      // The migration counts the data of an earlier version in the same way.
      await query(testServer.databaseUrl, 'update projects set stored_bytes = 0');
      await query(testServer.databaseUrl, await readFile('db/migrations/0040_stored_bytes.sql', 'utf8'));
      await assertStoredBytes(testServer.databaseUrl);
    });

    it('holds for the files of all its projects, on every server, to the byte', async () => {
      const { id } = await newProject(ada);
      await save('a', 400_000);
      await save('b', 400_000, signedInOn(ada, other), id);
      const error = await save('c', 200_001).catch((error: unknown) => error);
      assert.ok(error instanceof ProblemError && error.code === 'storage_limit_reached' && error.status === 409);
      assert.match(error.message, /stores 800 KB of the 1 MB it may, and this needs 200 KB more\. Delete projects/);
      await save('c', 200_000, signedInOn(ada, other));
      await assert.rejects(save('d', 1), refusal('storage_limit_reached'));
      await save('e', 1, grace, (await newProject(grace)).id);
    });

    it('holds when several are saved at once', async () => {
      const projects = [projectId, (await newProject(ada)).id];
      const given = await outcomes(
        Array.from({ length: 12 }, (_, n) =>
          save('abcdefghijkl'.charAt(n), 300_000, n % 2 ? ada : signedInOn(ada, other), projects[n % 2]),
        ),
      );
      assert.deepEqual([count(given, 'done'), count(given, 'storage_limit_reached')], [3, 9]);
    });

    it('rejects nothing that adds no bytes, and accepts what fits again once a project is deleted', async () => {
      await save('a', 500_000);
      await save('b', 500_000);
      const { change } = (await ada.call(deleteFile, { params: params(), query: { path: 'a' } })).body;
      await ada.call(moveFile, { params: params(), body: { from: 'b', to: 'c' } });
      await ada.call(revertChange, { params: { changeId: change.id } });
      // The project already has this content.
      const again = { params: params(), query: { path: 'b' }, body: Buffer.alloc(500_000, 'b') };
      await ada.call(saveFile, again, { headers: { 'if-none-match': '*' } });
      const { id } = await newProject(ada);
      await assert.rejects(save('d', 100, ada, id), refusal('storage_limit_reached'));
      await ada.call(deleteProject, { params: params() });
      await save('d', 100, ada, id);
    });

    it('is reported to an agent, whose run continues', async () => {
      await save('a', 1_000_000);
      const written = await finished(await run('write b.md: x'));
      assert.deepEqual([written.ok, /stores 1 MB of the 1 MB it may/.test(written.output)], [false, true]);
      // Content that waits for approval counts too.
      const asked = await finished((await start()).body.run.id);
      assert.deepEqual([asked.ok, /stores 1 MB of the 1 MB it may/.test(asked.output)], [false, true]);
    });

    it('counts long results, which are truncated if there is no room', async () => {
      const runId = await run('run seq 1 20000');
      const whole = await finished(runId);
      assert.ok(whole.whole);
      const bytes = await stored();
      assert.ok(bytes >= whole.whole.characters);
      await ada.call(branchRun, { params: { runId }, body: { event: 1, message: 'hello' } });
      assert.equal(await stored(), bytes, 'the first message has no results before it');
      const { events } = (await ada.call(getRun, { params: { runId } })).body;
      await ada.call(sendMessage, { params: { runId }, body: { message: 'hello' } });
      await ada.call(branchRun, { params: { runId }, body: { event: events.length + 1, message: 'hello' } });
      assert.equal(await stored(), 2 * bytes);
      await save('a', 1_000_000 - 2 * bytes);
      const cut = await finished(await run('run seq 1 20000'));
      assert.equal(cut.whole, undefined);
      assert.match(
        cut.output,
        /^.*1\n2\n[\s\S]*\(The rest of this result was not stored\. This organization stores 1 MB of the 1 MB it may/,
      );
      assert.ok(cut.output.length <= 30_000);
      await assert.rejects(
        ada.call(branchRun, { params: { runId }, body: { event: events.length + 1, message: 'hello' } }),
        refusal('storage_limit_reached'),
      );
    });

    it('counts content awaiting approval until it is a file', async () => {
      const content = 'x'.repeat(3000);
      const runId = (await ada.call(startRun, { params: params(), body: { message: `write a.md: ${content}`, model: 'practice' } })).body
        .run.id;
      await eventually('one approval is pending', async () => (await ada.call(listApprovals, {})).body.approvals.length, 1);
      assert.equal(await stored(), 3001);
      const [{ id: approvalId, hash } = assert.fail()] = (await ada.call(listApprovals, {})).body.approvals;
      await ada.call(decideApproval, { params: { approvalId }, body: { decision: 'approve', hash } });
      assert.equal((await finished(runId)).ok, true);
      assert.equal(await stored(), 3001);
    });
  });
});

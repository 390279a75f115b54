/** Requests that are sent again, because a proxy repeats them or their response was lost. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { saveFile } from '#features/files/contract.ts';
import { listChanges } from '#features/files/history-contract.ts';
import { getPolicy, putPolicy } from '#features/policies/contract.ts';
import { branchRun, getRun, listRuns, retryRun, sendMessage, startRun } from '#features/runs/contract.ts';
import { createSchedule, listOccurrences, runSchedule } from '#features/schedules/contract.ts';
import { query } from './harness/database.ts';
import { failedLog, putRun } from './harness/run-states.ts';
import { readRun } from './harness/run-stream.ts';
import { addMember, newProject, type Person, signedInOn, signUp, startTestServer, type TestServer } from './harness/test-server.ts';

const refusal = (status: number, code: string) => ({ status, code });

describe('a repeated request', () => {
  let testServer: TestServer;
  let other: TestServer;
  let ada: Person;
  let projectId: string;
  before(async () => {
    testServer = await startTestServer();
    other = await startTestServer({ databaseUrl: testServer.databaseUrl });
    ada = await signUp(testServer);
    projectId = (await newProject(ada)).id;
  });
  after(async () => {
    await testServer.close();
    await other.close();
  });

  const start = (person: Person, key: string, message = 'list the files') =>
    person.call(startRun, { params: { projectId }, body: { message } }, { headers: { 'idempotency-key': key } });
  const countRuns = async () => (await ada.call(listRuns, { params: { projectId } })).body.runs.length;

  it('starts one run per key, even concurrently on two servers', async () => {
    const key = randomUUID();
    const elsewhere = signedInOn(ada, other);
    const replies = await Promise.all([1, 2, 3, 4, 5, 6].map((n) => start(n % 2 ? ada : elsewhere, key)));
    assert.equal(new Set(replies.map(({ body }) => body.run.id)).size, 1);
    assert.deepEqual(new Set(replies.map(({ status }) => status)), new Set([201]));
    assert.equal((await start(ada, key)).body.run.id, replies[0]?.body.run.id, 'also later');
    assert.equal(await countRuns(), 1);
    assert.notEqual((await start(ada, randomUUID())).body.run.id, replies[0]?.body.run.id);
  });

  it('is rejected if its key was used for something else, and keys belong to one person', async () => {
    const key = randomUUID();
    const first = await start(ada, key);
    await assert.rejects(start(ada, key, 'something else'), refusal(422, 'idempotency_key_reused'));
    const charles = await signUp(testServer, 'Charles Babbage');
    const [{ organization_id } = { organization_id: '' }] = await query<{ organization_id: string }>(
      testServer.databaseUrl,
      'select organization_id from projects where id = $1',
      [projectId],
    );
    await addMember(testServer, charles, organization_id, 'member');
    assert.notEqual((await start(charles, key)).body.run.id, first.body.run.id);
    for (const bad of ['', 'a b', 'x'.repeat(256), 'café'])
      await assert.rejects(start(ada, bad), refusal(400, 'bad_idempotency_key'), JSON.stringify(bad));
  });

  it('keeps no key of a failed start', async () => {
    const key = randomUUID();
    const body = { message: 'hello', model: 'no-such-model' };
    const failing = () => ada.call(startRun, { params: { projectId }, body }, { headers: { 'idempotency-key': key } });
    await assert.rejects(failing(), { status: 422 });
    await assert.rejects(failing(), { status: 422 });
    assert.equal((await start(ada, key)).status, 201);
  });

  it('says, retries and branches once', async () => {
    const again = async <T>(send: (headers: Record<string, string>) => Promise<T>): Promise<[T, T]> => {
      const headers = { 'idempotency-key': randomUUID() };
      return [await send(headers), await send(headers)];
    };
    const count = async (runId: string, type: string) =>
      (await ada.call(getRun, { params: { runId } })).body.events.filter((event) => event.type === type).length;

    const { run } = (await start(ada, randomUUID())).body;
    await readRun(ada, run.id);
    await again((headers) => ada.call(sendMessage, { params: { runId: run.id }, body: { message: 'and again' } }, { headers }));
    assert.equal(await count(run.id, 'message'), 2);

    const failed = await putRun({ databaseUrl: testServer.databaseUrl, projectId, userId: ada.id }, 'failed', failedLog);
    await again((headers) => ada.call(retryRun, { params: { runId: failed }, body: {} }, { headers }));
    assert.equal(await count(failed, 'retry'), 1);

    const [one, two] = await again((headers) =>
      ada.call(branchRun, { params: { runId: run.id }, body: { event: 1, message: 'otherwise' } }, { headers }),
    );
    assert.equal(one.body.run.id, two.body.run.id);
  });

  it('starts a schedule’s run once', async () => {
    const body = { name: 'Nightly', cron: '0 3 * * *', timezone: 'UTC', level: 'supervised' as const, message: 'list the files' };
    const { schedule } = (await ada.call(createSchedule, { params: { projectId }, body })).body;
    const headers = { 'idempotency-key': randomUUID() };
    const runNow = () => ada.call(runSchedule, { params: { scheduleId: schedule.id } }, { headers });
    assert.deepEqual((await runNow()).body.occurrence.dueAt, (await runNow()).body.occurrence.dueAt);
    const { occurrences } = (await ada.call(listOccurrences, { params: { scheduleId: schedule.id } })).body;
    assert.equal(occurrences.length, 1);
  });

  it('finds a file as it saved it, and makes no second change', async () => {
    const save = (text: string, headers: Record<string, string>, person = ada) =>
      person.call(saveFile, { params: { projectId }, query: { path: 'a.txt' }, body: text }, { headers });
    const changes = async () => (await ada.call(listChanges, { params: { projectId }, query: { path: 'a.txt' } })).body.changes.length;
    const first = await save('one', { 'if-none-match': '*' });
    const repeated = await save('one', { 'if-none-match': '*' });
    assert.equal(repeated.status, 200);
    assert.equal(repeated.body.change, null);
    const version = { 'if-match': `"${first.body.file.version}"` };
    const second = await save('two', version);
    const again = await save('two', version);
    assert.equal(again.status, 200);
    assert.equal(again.body.change, null);
    assert.deepEqual(again.body.file, second.body.file);
    assert.equal(again.headers.get('etag'), second.headers.get('etag'));
    assert.equal(await changes(), 2);
    await assert.rejects(save('three', version), refusal(412, 'changed_meanwhile'), 'another text on the old version is a conflict');
    await save('two', {});
    await assert.rejects(save('three', {}), refusal(428, 'condition_required'));
  });

  it('finds a policy as it stored it', async () => {
    const { body: before } = await ada.call(getPolicy, {});
    const policy = { ...before.policy, expireAfterHours: 24 };
    const put = (basedOn: number, expireAfterHours = 24) =>
      ada.call(putPolicy, { query: {}, body: { basedOn, policy: { ...policy, expireAfterHours } } });
    await put(before.version);
    assert.equal((await put(before.version)).status, 200);
    assert.equal((await ada.call(getPolicy, {})).body.version, before.version + 1);
    await assert.rejects(put(before.version, 48), refusal(409, 'changed_meanwhile'));
  });
});

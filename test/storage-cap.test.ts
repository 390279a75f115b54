/** The cap on what an organization stores, set so low that it is soon reached. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { deleteFile, moveFile, revertChange, saveFile } from '#features/files/contract.ts';
import { listApprovals } from '#features/inbox/contract.ts';
import { deleteProject } from '#features/projects/contract.ts';
import { decideApproval } from '#features/runs/approvals-contract.ts';
import { branchRun, getRun, sendMessage, startRun } from '#features/runs/contract.ts';
import { ProblemError } from '#wire/call.ts';
import { query } from './harness/database.ts';
import { eventually } from './harness/eventually.ts';
import { count, outcomes, refusal } from './harness/outcomes.ts';
import { assertStoredBytes } from './harness/stored-bytes.ts';
import { newProject, type Person, signedInOn, signUp, startTestServer, type TestServer } from './harness/test-server.ts';

describe('a cap on what an organization stores', () => {
  let testServer: TestServer;
  let other: TestServer;
  let ada: Person;
  let grace: Person;
  let projectId: string;
  before(async () => {
    const env = { MAX_STORAGE_GB: '0.001' };
    testServer = await startTestServer({ env });
    other = await startTestServer({ databaseUrl: testServer.databaseUrl, env });
  });
  beforeEach(async () => {
    [ada, grace] = [await signUp(testServer), await signUp(testServer)];
    projectId = (await newProject(ada)).id;
  });

  const params = () => ({ projectId });
  const start = () => ada.call(startRun, { params: params(), body: { message: 'write a.md: x', model: 'practice' } });
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
    await testServer.close();
    await other.close();
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
      Array.from({ length: 12 }, (_, n) => save('abcdefghijkl'.charAt(n), 300_000, n % 2 ? ada : signedInOn(ada, other), projects[n % 2])),
    );
    assert.deepEqual([count(given, 'done'), count(given, 'storage_limit_reached')], [3, 9]);
  });

  it('rejects nothing that adds no bytes, and accepts what fits again once a project is deleted', async () => {
    await save('a', 500_000);
    await save('b', 500_000);
    const { change } = (await ada.call(deleteFile, { params: params(), query: { path: 'a' } })).body;
    await ada.call(moveFile, { params: params(), body: { from: 'b', to: 'c' } });
    await ada.call(revertChange, { params: { changeId: change?.id ?? '' } });
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
    assert.match(cut.output, /^.*1\n2\n[\s\S]*\(The rest of this result was not stored\. This organization stores 1 MB of the 1 MB it may/);
    assert.ok(cut.output.length <= 30_000);
    await assert.rejects(
      ada.call(branchRun, { params: { runId }, body: { event: events.length + 1, message: 'hello' } }),
      refusal('storage_limit_reached'),
    );
  });

  it('counts content awaiting approval until it is a file', async () => {
    const content = 'x'.repeat(3000);
    const runId = (await ada.call(startRun, { params: params(), body: { message: `write a.md: ${content}`, model: 'practice' } })).body.run
      .id;
    await eventually('one approval is pending', async () => (await ada.call(listApprovals, {})).body.approvals.length, 1);
    assert.equal(await stored(), 3001);
    const [{ id: approvalId, hash } = assert.fail()] = (await ada.call(listApprovals, {})).body.approvals;
    await ada.call(decideApproval, { params: { approvalId }, body: { decision: 'approve', hash } });
    assert.equal((await finished(runId)).ok, true);
    assert.equal(await stored(), 3001);
  });
});

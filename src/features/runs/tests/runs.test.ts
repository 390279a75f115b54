import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { readFile, saveFile } from '#features/files/contract.ts';
import { listChanges } from '#features/files/history-contract.ts';
import { query } from '../../../../test/harness/database.ts';
import { readRun, textOf } from '../../../../test/harness/run-stream.ts';
import { signedInOn, signUp, startTestServer } from '../../../../test/harness/test-server.ts';
import { getRun, listRuns, sendMessage, startRun, stopRun } from '../contract.ts';
import { contiguous, finish, other, person, projectId, setHouse, setOther, setPerson, start, testServer } from './setup.ts';

describe('runs', () => {
  it('answer a message with real tool calls, and end', async () => {
    const runId = await start('write notes.md: remember the milk, then list the files, then read notes.md');
    const { run, events } = await finish(runId);
    assert.equal(run.status, 'done');
    assert.deepEqual(
      events.flatMap((event) => (event.type === 'tool_result' ? [[event.data.tool, event.data.ok]] : [])),
      [
        ['write_file', true],
        ['list_files', true],
        ['read_file', true],
      ],
    );
    assert.match(textOf(events), /remember the milk/);
    contiguous(events);
    const { body } = await person.call(readFile, { params: { projectId }, query: { path: 'notes.md' } });
    assert.equal(Buffer.from(body).toString(), 'remember the milk\n');
  });

  it('leave changes in the history, attributed to the run', async () => {
    const runId = await start('write by-agent.md: x');
    await finish(runId);
    const { changes } = (await person.call(listChanges, { params: { projectId }, query: { run: runId } })).body;
    assert.deepEqual(
      changes.map(({ kind, paths, by, run }) => [kind, paths, by.kind, run]),
      [['create', ['by-agent.md'], 'run', runId]],
    );
  });

  it('never replace a file they have not read', async () => {
    const params = { projectId };
    await person.call(saveFile, { params, query: { path: 'mine.md' }, body: 'by a person' });
    const { events } = await finish(await start('write mine.md: by an agent'));
    const results = events.flatMap((event) => (event.type === 'tool_result' ? [event.data] : []));
    assert.deepEqual(
      results.map(({ tool, ok }) => [tool, ok]),
      [
        ['write_file', false],
        ['read_file', true],
        ['write_file', true],
      ],
    );
    assert.match(results[0]?.output ?? '', /Read it first/);
  });

  it('cannot leave their project, whatever the path', async () => {
    for (const path of ['../secret', '/etc/passwd', 'a/../../b']) {
      const { run, events } = await finish(await start(`read ${path}`));
      const result = events.find((event) => event.type === 'tool_result');
      assert.ok(result?.type === 'tool_result' && !result.data.ok, path);
      assert.equal(run.status, 'done');
    }
  });

  it('stop at once, from any server', async (t) => {
    const slow = await startTestServer({ databaseUrl: testServer.databaseUrl, demoPace: 200 });
    await testServer.features.runs.close();
    await other.features.runs.close();
    try {
      const runId = await start('hello');
      await readRun(person, runId, { until: (event) => event.type === 'text' });
      const asked = performance.now();
      assert.equal((await person.call(stopRun, { params: { runId } })).status, 202);
      const events = await readRun(person, runId);
      t.diagnostic(`stopped after ${Math.round(performance.now() - asked)} ms`);
      assert.deepEqual(events.at(-1)?.data, { status: 'stopped' });
      assert.equal((await finish(runId)).run.status, 'stopped');
    } finally {
      await slow.close();
      await testServer.close();
      await other.close();
      setHouse(await startTestServer({ databaseUrl: testServer.databaseUrl, demoPace: 5 }));
      setOther(await startTestServer({ databaseUrl: testServer.databaseUrl, demoPace: 5 }));
      setPerson(signedInOn(person, testServer));
    }
  });

  it('continue with another message, and pick one up while they work', async () => {
    const runId = await start('hello');
    await readRun(person, runId, { until: (event) => event.type === 'text' });
    await person.call(sendMessage, { params: { runId }, body: { message: 'list the files' } });
    const { run, events } = await finish(runId);
    assert.equal(run.status, 'done');
    assert.equal(events.filter((event) => event.type === 'end').length, 1);
    assert.ok(events.some((event) => event.type === 'tool_result' && event.data.tool === 'list_files'));
    await person.call(sendMessage, { params: { runId }, body: { message: 'search for milk' } });
    assert.match(textOf((await finish(runId)).events), /remember the milk/);
  });

  it('are taken over by another server when theirs releases them, with nothing done twice', async () => {
    const leaving = await startTestServer({ databaseUrl: testServer.databaseUrl, demoPace: 60 });
    await testServer.features.runs.close();
    await other.features.runs.close();
    const runId = await start('write one.md: 1, then write two.md: 2, then write three.md: 3');
    await readRun(person, runId, { until: (event) => event.type === 'tool_result' });
    const next = await startTestServer({ databaseUrl: testServer.databaseUrl, demoPace: 5 });
    await leaving.close();
    const { run, events } = await finish(runId, signedInOn(person, next));
    assert.equal(run.status, 'done');
    contiguous(events);
    const { changes } = (await person.call(listChanges, { params: { projectId }, query: { run: runId } })).body;
    assert.deepEqual(changes.map((change) => change.paths[0]).sort(), ['one.md', 'three.md', 'two.md']);
    await next.close();
    await testServer.close();
    await other.close();
    setHouse(await startTestServer({ databaseUrl: testServer.databaseUrl, demoPace: 5 }));
    setOther(await startTestServer({ databaseUrl: testServer.databaseUrl, demoPace: 5 }));
    setPerson(signedInOn(person, testServer));
  });

  it('reject writes by a server that has lost them', async () => {
    const runId = await start('hello');
    await readRun(person, runId, { until: (event) => event.type === 'text' });
    await query(testServer.databaseUrl, 'update runs set fence = fence + 1 where id = $1', [runId]);
    const [{ last_event: before } = { last_event: 0 }] = await query<{ last_event: number }>(
      testServer.databaseUrl,
      'select last_event from runs where id = $1',
      [runId],
    );
    await sleep(400);
    const { events } = (await person.call(getRun, { params: { runId } })).body;
    contiguous(events);
    assert.ok(events.slice(before).every((event) => event.type !== 'text') || events.some((event) => event.type === 'notice'));
    // No server works on it now, so it is requeued, and completes.
    assert.equal((await finish(runId)).run.status, 'done');
  });

  it('stop at their budget and ask for more', async () => {
    const runId = await start('list the files, then list the files, then list the files', { budget: { steps: 2 } });
    const events = await readRun(person, runId, { until: ({ type }) => type === 'pause' });
    const asked = events.at(-1);
    assert.ok(asked?.type === 'pause' && /budget of 2 steps/.test(asked.data.message));
    assert.equal((await person.call(getRun, { params: { runId } })).body.run.status, 'waiting');
  });

  it('keep escape sequences of characters that PostgreSQL cannot store', async () => {
    await person.call(saveFile, { params: { projectId }, query: { path: 'odd.txt' }, body: 'half \\u0000 \\ud800 done' });
    const { events } = await finish(await start('read odd.txt'));
    const result = events.find((event) => event.type === 'tool_result');
    assert.ok(result?.type === 'tool_result' && result.data.output === 'half \\u0000 \\ud800 done');
  });

  it('are listed for their project, newest first, with their model', async () => {
    const { runs } = (await person.call(listRuns, { params: { projectId }, query: { limit: 3 } })).body;
    assert.equal(runs.length, 3);
    assert.ok(runs.every((run) => run.model === 'practice' && run.startedBy.id === person.id));
    const more = (await person.call(listRuns, { params: { projectId }, query: { limit: 3, before: runs[2]?.id ?? '' } })).body.runs;
    assert.ok(more[0] && runs[2] && more[0].createdAt <= runs[2].createdAt && more[0].id !== runs[2].id);
  });

  it('of another organization are not found', async () => {
    const runId = await start('hello');
    const eve = await signUp(testServer);
    await assert.rejects(eve.call(getRun, { params: { runId } }), { status: 404 });
    await assert.rejects(readRun(eve, runId), /refused/);
    await assert.rejects(eve.call(stopRun, { params: { runId } }), { status: 404 });
  });

  it('reject a model that does not exist', async () => {
    const attempt = person.call(startRun, { params: { projectId }, body: { message: 'hello', model: 'nobody/nothing' } });
    await assert.rejects(attempt, { status: 422, code: 'model_unknown' });
    const odd = person.call(startRun, { params: { projectId }, body: { message: 'hello', model: 'nobody/no\0thing' } });
    await assert.rejects(odd, { status: 422, code: 'invalid_input' });
  });
});

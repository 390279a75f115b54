import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { listChanges, readFile, saveFile } from '#features/files/contract.ts';
import { query } from '../../../test/harness/database.ts';
import { eventually } from '../../../test/harness/eventually.ts';
import { failedLog, putRun } from '../../../test/harness/run-states.ts';
import { isWhole, readRun, readStream, textOf } from '../../../test/harness/run-stream.ts';
import { type House, newProject, openHouse, type Person, signUp, visit } from '../../../test/harness/test-server.ts';
import { getRun, listRuns, sendMessage, startRun, stopRun } from './contract.ts';
import type { RunEvent } from './events.ts';

const contiguous = (events: { seq: number }[], from = 1) =>
  assert.deepEqual(
    events.map((event) => event.seq),
    events.map((_, index) => index + from),
  );

describe('runs', () => {
  let house: House;
  let other: House;
  let person: Person;
  let projectId: string;
  before(async () => {
    house = await openHouse({ practicePace: 5 });
    other = await openHouse({ databaseUrl: house.databaseUrl, practicePace: 5 });
    person = await signUp(house);
    projectId = (await newProject(person)).id;
  });
  after(async () => {
    await house.close();
    await other.close();
  });

  const start = async (message: string, more: { budget?: { steps: number } } = {}) =>
    (await person.call(startRun, { params: { projectId }, body: { message, level: 'autonomous', ...more } })).body.run.id;
  const finish = async (runId: string, reader = person) => {
    await readRun(reader, runId);
    return (await reader.call(getRun, { params: { runId } })).body;
  };

  it('answer a message by real tool calls, and end', async () => {
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

  it('leave changes in the history that say a run made them', async () => {
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

  it('stream the same events to every reader, on every server', async () => {
    const runId = await start('hello');
    const readers = await Promise.all([readRun(person, runId), readRun(person, runId), readRun(visit(person, other), runId)]);
    contiguous(readers[0] ?? []);
    assert.deepEqual(readers[1], readers[0]);
    assert.deepEqual(readers[2], readers[0]);
    assert.equal(readers[0]?.at(-1)?.type, 'end');
  });

  it('come whole to a reader that reloads in the middle, on another server too', async () => {
    const runId = await start('hello');
    let texts = 0;
    const first = await readRun(person, runId, { until: (event) => event.type === 'text' && ++texts === 2 });
    const rest = await readRun(visit(person, other), runId, { after: first.at(-1)?.seq ?? 0 });
    contiguous([...first, ...rest]);
    assert.equal(rest.at(-1)?.type, 'end');
    assert.deepEqual([...first, ...rest], (await finish(runId)).events);
  });

  it('end the stream at once for a reader that has it all', async () => {
    const runId = await start('list the files');
    const events = await readRun(person, runId);
    assert.deepEqual(await readRun(person, runId, { after: events.length }), []);
  });

  it('tell a browser that has the end not to come back, and anybody else the rest', async () => {
    const runId = await start('list the files');
    const { length } = await readRun(person, runId);
    const follow = (path: string, last?: number | string) =>
      person.browser.fetch(`/api/runs/${runId}/events${path}`, { headers: last === undefined ? {} : { 'last-event-id': String(last) } });
    for (const last of [length, length + 1, 999_999_999]) {
      const reply = await follow('', last);
      assert.equal(reply.status, 204, `Last-Event-ID: ${last}`);
      assert.equal(await reply.text(), '');
    }
    for (const [path, last] of [
      ['', undefined],
      ['', length - 1],
      ['', '0'],
      ['', 'x'],
      [`?after=${length}`, undefined],
    ] as const) {
      const reply = await follow(path, last);
      assert.equal(reply.status, 200, `${path} Last-Event-ID: ${last}`);
      await reply.body?.cancel();
    }
    await person.call(sendMessage, { params: { runId }, body: { message: 'list the files' } });
    assert.ok((await readRun(person, runId, { after: length })).length > 0, 'a run that goes on is followed again');
  });

  it('stream a failure as run_error, and to pages of the previous version as error', async () => {
    const runId = await putRun({ databaseUrl: house.databaseUrl, projectId, userId: person.id }, 'failed', failedLog);
    const names = async (query: string, headers: Record<string, string>) => {
      const reply = await person.browser.fetch(`/api/runs/${runId}/events${query}`, { headers });
      return [...(await reply.text()).matchAll(/^event: (\w+)$/gm)].map(([, name]) => name);
    };
    const now = ['message', 'step', 'run_error', 'end'];
    const before = ['message', 'step', 'error', 'end'];
    assert.deepEqual(await names('', {}), now);
    assert.deepEqual(await names('?errorEvent=run_error', { 'sec-fetch-site': 'same-origin' }), now);
    assert.deepEqual(await names('', { 'sec-fetch-site': 'same-origin' }), before);
    assert.deepEqual(await names('?after=1', { referer: `${house.origin}/projects/x` }), before.slice(1));
    assert.deepEqual(await names('', { referer: 'https://elsewhere.example/' }), now);
    const { events } = (await person.call(getRun, { params: { runId } })).body;
    assert.deepEqual(
      events.map(({ type }) => type),
      before,
      'in JSON its type stays',
    );
  });

  it('are read once for all readers that come at once, and none is sent away', async () => {
    const runId = await putRun({ databaseUrl: house.databaseUrl, projectId, userId: person.id }, 'done', [
      { type: 'message', data: { text: 'Go on', by: { id: person.id, name: 'Ada' } } },
      { type: 'step', data: { step: 1, model: 'practice' } },
      ...Array.from({ length: 350 }, (_, n) => ({ type: 'text' as const, data: { text: `word ${n} ` } })),
      { type: 'end', data: { status: 'done' } },
    ]);
    const { queries } = house.rooms.db.stats();
    const readers = await Promise.all(Array.from({ length: 150 }, () => readRun(person, runId)));
    const asked = house.rooms.db.stats().queries - queries;
    for (const events of readers) assert.ok(isWhole(events), `${events.length} events`);
    // The newest page at most once each, the others a few times for all. Each by itself would be 750, beside what the servers do.
    assert.ok(asked < 300, `${asked} statements`);
  });

  it('come from where a reader says that it begins, or further on', async () => {
    const runId = await start('list the files');
    const { length } = await readRun(person, runId);
    const ids = async (after: number, headers: Record<string, string> = {}) => {
      const reply = await person.browser.fetch(`/api/runs/${runId}/events?after=${after}`, { headers });
      return [...(await reply.text()).matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));
    };
    assert.deepEqual(await ids(length - 2), [length - 1, length]);
    // A browser that comes back asks at the address it had at first.
    assert.deepEqual(await ids(length - 2, { 'last-event-id': String(length - 1) }), [length]);
  });

  it('stop at once, from any server', async (t) => {
    const slow = await openHouse({ databaseUrl: house.databaseUrl, practicePace: 200 });
    await house.rooms.runs.close();
    await other.rooms.runs.close();
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
      await house.close();
      await other.close();
      house = await openHouse({ databaseUrl: house.databaseUrl, practicePace: 5 });
      other = await openHouse({ databaseUrl: house.databaseUrl, practicePace: 5 });
      person = visit(person, house);
    }
  });

  it('go on with a further message, and take one in while they work', async () => {
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

  it('are taken over by another server when theirs lets go, with nothing done twice', async () => {
    const leaving = await openHouse({ databaseUrl: house.databaseUrl, practicePace: 60 });
    await house.rooms.runs.close();
    await other.rooms.runs.close();
    const runId = await start('write one.md: 1, then write two.md: 2, then write three.md: 3');
    await readRun(person, runId, { until: (event) => event.type === 'tool_result' });
    const next = await openHouse({ databaseUrl: house.databaseUrl, practicePace: 5 });
    await leaving.close();
    const { run, events } = await finish(runId, visit(person, next));
    assert.equal(run.status, 'done');
    contiguous(events);
    const { changes } = (await person.call(listChanges, { params: { projectId }, query: { run: runId } })).body;
    assert.deepEqual(changes.map((change) => change.paths[0]).sort(), ['one.md', 'three.md', 'two.md']);
    await next.close();
    await house.close();
    await other.close();
    house = await openHouse({ databaseUrl: house.databaseUrl, practicePace: 5 });
    other = await openHouse({ databaseUrl: house.databaseUrl, practicePace: 5 });
    person = visit(person, house);
  });

  it('refuse what a server writes that has lost them', async () => {
    const runId = await start('hello');
    await readRun(person, runId, { until: (event) => event.type === 'text' });
    await query(house.databaseUrl, 'update runs set fence = fence + 1 where id = $1', [runId]);
    const [{ last_event: before } = { last_event: 0 }] = await query<{ last_event: number }>(
      house.databaseUrl,
      'select last_event from runs where id = $1',
      [runId],
    );
    await sleep(400);
    const { events } = (await person.call(getRun, { params: { runId } })).body;
    contiguous(events);
    assert.ok(events.slice(before).every((event) => event.type !== 'text') || events.some((event) => event.type === 'notice'));
    // Nobody works on it now, so it is queued again, and comes to its end.
    assert.equal((await finish(runId)).run.status, 'done');
  });

  it('stop at their budget and ask for more', async () => {
    const runId = await start('list the files, then list the files, then list the files', { budget: { steps: 2 } });
    const events = await readRun(person, runId, { until: ({ type }) => type === 'pause' });
    const asked = events.at(-1);
    assert.ok(asked?.type === 'pause' && /budget of 2 steps/.test(asked.data.message));
    assert.equal((await person.call(getRun, { params: { runId } })).body.run.status, 'waiting');
  });

  it('keep what PostgreSQL cannot store as the sign for it', async () => {
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

  it('of another organization are not there', async () => {
    const runId = await start('hello');
    const eve = await signUp(house);
    await assert.rejects(eve.call(getRun, { params: { runId } }), { status: 404 });
    await assert.rejects(readRun(eve, runId), /refused/);
    await assert.rejects(eve.call(stopRun, { params: { runId } }), { status: 404 });
  });

  it('are read no further by somebody whose session or role has ended', async () => {
    const runId = await start('hello');
    for (const end of [`delete from sessions where user_id = $1`, `delete from members where user_id = $1`]) {
      const reader = await signUp(house);
      await query(
        house.databaseUrl,
        `insert into members (organization_id, user_id, role) select organization_id, $1, 'viewer' from projects where id = $2`,
        [reader.id, projectId],
      );
      const mayRead = () => reader.call(getRun, { params: { runId } }).then(Boolean, () => false);
      await eventually('the reader may read it', mayRead);
      await person.call(sendMessage, { params: { runId }, body: { message: 'hello' } });
      const events: RunEvent[] = [];
      const reading = readStream(reader, runId, events);
      await eventually('some text is read', () => events.some((event) => event.type === 'text'));
      await query(house.databaseUrl, end, [reader.id]);
      assert.equal((await reading).ended, 'by the server');
      assert.notEqual(events.at(-1)?.type, 'end');
      await assert.rejects(readRun(reader, runId), /refused/);
      await readRun(person, runId);
    }
  });

  it('refuse a model that is not there', async () => {
    const attempt = person.call(startRun, { params: { projectId }, body: { message: 'hello', model: 'nobody/nothing' } });
    await assert.rejects(attempt, { status: 422, code: 'model_unknown' });
    const odd = person.call(startRun, { params: { projectId }, body: { message: 'hello', model: 'nobody/no\0thing' } });
    await assert.rejects(odd, { status: 422, code: 'invalid_input' });
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { query } from '../../../../test/harness/database.ts';
import { eventually } from '../../../../test/harness/eventually.ts';
import { failedLog, putRun } from '../../../../test/harness/run-states.ts';
import { isWhole, readRun, readStream } from '../../../../test/harness/run-stream.ts';
import { signedInOn, signUp } from '../../../../test/harness/test-server.ts';
import { getRun, sendMessage } from '../contract.ts';
import type { RunEvent } from '../events.ts';
import { contiguous, finish, other, person, projectId, start, testServer } from './setup.ts';

describe('runs', () => {
  it('stream the same events to every reader, on every server', async () => {
    const runId = await start('hello');
    const readers = await Promise.all([readRun(person, runId), readRun(person, runId), readRun(signedInOn(person, other), runId)]);
    contiguous(readers[0] ?? []);
    assert.deepEqual(readers[1], readers[0]);
    assert.deepEqual(readers[2], readers[0]);
    assert.equal(readers[0]?.at(-1)?.type, 'end');
  });

  it('arrive complete for a reader that reloads midway, on another server too', async () => {
    const runId = await start('hello');
    let texts = 0;
    const first = await readRun(person, runId, { until: (event) => event.type === 'text' && ++texts === 2 });
    const rest = await readRun(signedInOn(person, other), runId, { after: first.at(-1)?.seq ?? 0 });
    contiguous([...first, ...rest]);
    assert.equal(rest.at(-1)?.type, 'end');
    assert.deepEqual([...first, ...rest], (await finish(runId)).events);
  });

  it('end the stream at once for a reader that has everything', async () => {
    const runId = await start('list the files');
    const events = await readRun(person, runId);
    assert.deepEqual(await readRun(person, runId, { after: events.length }), []);
  });

  it('tell a browser that has the end not to reconnect, and send everyone else the rest', async () => {
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
    const runId = await putRun({ databaseUrl: testServer.databaseUrl, projectId, userId: person.id }, 'failed', failedLog);
    const names = async (query: string, headers: Record<string, string>) => {
      const reply = await person.browser.fetch(`/api/runs/${runId}/events${query}`, { headers });
      return [...(await reply.text()).matchAll(/^event: (\w+)$/gm)].map(([, name]) => name);
    };
    const now = ['message', 'step', 'run_error', 'end'];
    const before = ['message', 'step', 'error', 'end'];
    assert.deepEqual(await names('', {}), now);
    assert.deepEqual(await names('?errorEvent=run_error', { 'sec-fetch-site': 'same-origin' }), now);
    assert.deepEqual(await names('', { 'sec-fetch-site': 'same-origin' }), before);
    assert.deepEqual(await names('?after=1', { referer: `${testServer.origin}/projects/x` }), before.slice(1));
    assert.deepEqual(await names('', { referer: 'https://elsewhere.example/' }), now);
    const { events } = (await person.call(getRun, { params: { runId } })).body;
    assert.deepEqual(
      events.map(({ type }) => type),
      before,
      'in JSON its type stays',
    );
  });

  it('are read once for all simultaneous readers, and none is turned away', async () => {
    const runId = await putRun({ databaseUrl: testServer.databaseUrl, projectId, userId: person.id }, 'done', [
      { type: 'message', data: { text: 'Go on', by: { id: person.id, name: 'Ada' } } },
      { type: 'step', data: { step: 1, model: 'practice' } },
      ...Array.from({ length: 350 }, (_, n) => ({ type: 'text' as const, data: { text: `word ${n} ` } })),
      { type: 'end', data: { status: 'done' } },
    ]);
    const { queries } = testServer.features.db.stats();
    const readers = await Promise.all(Array.from({ length: 150 }, () => readRun(person, runId)));
    const asked = testServer.features.db.stats().queries - queries;
    for (const events of readers) assert.ok(isWhole(events), `${events.length} events`);
    // The newest page at most once per reader, the others a few times for all. Separate reads would take 750 statements, besides the
    // servers' own.
    assert.ok(asked < 300, `${asked} statements`);
  });

  it('start where a reader asks, or further on', async () => {
    const runId = await start('list the files');
    const { length } = await readRun(person, runId);
    const ids = async (after: number, headers: Record<string, string> = {}) => {
      const reply = await person.browser.fetch(`/api/runs/${runId}/events?after=${after}`, { headers });
      return [...(await reply.text()).matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));
    };
    assert.deepEqual(await ids(length - 2), [length - 1, length]);
    // A browser that reconnects uses its original URL.
    assert.deepEqual(await ids(length - 2, { 'last-event-id': String(length - 1) }), [length]);
  });

  it('are no longer streamed to a person whose session or role has ended', async () => {
    const runId = await start('hello');
    for (const end of [`delete from sessions where user_id = $1`, `delete from members where user_id = $1`]) {
      const reader = await signUp(testServer);
      await query(
        testServer.databaseUrl,
        `insert into members (organization_id, user_id, role) select organization_id, $1, 'viewer' from projects where id = $2`,
        [reader.id, projectId],
      );
      const mayRead = () => reader.call(getRun, { params: { runId } }).then(Boolean, () => false);
      await eventually('the reader may read it', mayRead);
      await person.call(sendMessage, { params: { runId }, body: { message: 'hello' } });
      const events: RunEvent[] = [];
      const reading = readStream(reader, runId, events);
      await eventually('some text is read', () => events.some((event) => event.type === 'text'));
      await query(testServer.databaseUrl, end, [reader.id]);
      assert.equal((await reading).ended, 'by the server');
      assert.notEqual(events.at(-1)?.type, 'end');
      await assert.rejects(readRun(reader, runId), /refused/);
      await readRun(person, runId);
    }
  });
});

/** What callers are told where there are replicas. That they see their own writes is in test/replicas, with real ones. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { listFiles, saveFile } from '#features/files/contract.ts';
import { POSITION_COOKIE, POSITION_EVENT, POSITION_HEADER, parsePosition } from '#wire/position.ts';
import { createTestDatabase } from '../../../test/harness/database.ts';
import { eventually } from '../../../test/harness/eventually.ts';
import { freePort } from '../../../test/harness/process.ts';
import { newProject, type Person, signUp, startTestServer, type TestServer } from '../../../test/harness/test-server.ts';

describe('a server with replicas of which none is one', () => {
  let server: TestServer;
  let person: Person;
  let params: { projectId: string };
  before(async () => {
    const url = await createTestDatabase();
    const replicas = `${url},postgresql://guildhall@127.0.0.1:${await freePort()}/postgres`;
    server = await startTestServer({ databaseUrl: url, env: { DATABASE_URL: url, DATABASE_REPLICA_URLS: replicas } });
    person = await signUp(server);
    params = { projectId: (await newProject(person)).id };
  });
  after(() => server.close());

  const save = (path: string, headers: Record<string, string> = {}) =>
    person.call(saveFile, { params, query: { path }, body: path }, { headers });
  const positionIn = (headers: Headers) => parsePosition(headers.get(POSITION_HEADER)) ?? -1;

  it('leaves them out: another primary, and one that is not reached', async () => {
    const unfit = () => server.features.replicas?.describe().map((replica) => replica.unfit);
    await eventually('both are left out', unfit, ['promoted', 'unreachable']);
  });

  it('reads from the primary', async () => {
    await save('read.md');
    const before = server.features.replicas?.reads();
    const { entries } = (await person.call(listFiles, { params, query: {} })).body;
    assert.deepEqual(
      entries.map(({ path }) => path),
      ['read.md'],
    );
    const reads = server.features.replicas?.reads();
    assert.ok((reads?.primary ?? 0) > (before?.primary ?? 0));
    assert.equal(reads?.replica, 0);
  });

  it('answers writes with a later position each time, as a header and a cookie', async () => {
    const first = await save('first.md');
    const second = await save('second.md');
    assert.ok(positionIn(first.headers) > 0);
    assert.ok(positionIn(second.headers) > positionIn(first.headers));
    assert.equal(person.browser.cookies.get(POSITION_COOKIE), second.headers.get(POSITION_HEADER));
  });

  it('answers what it refuses with a position too, and reads without one', async () => {
    await save('refused.md');
    const path = `/api/projects/${params.projectId}/file?path=refused.md`;
    const refused = await person.browser.fetch(path, { method: 'PUT', headers: { 'if-none-match': '*' }, body: 'other' });
    assert.equal(refused.status, 412);
    assert.ok(positionIn(refused.headers) > 0);
    assert.equal((await person.browser.fetch(path)).headers.get(POSITION_HEADER), null);
  });

  it('says a position ahead of the events of a stream', async () => {
    const leave = new AbortController();
    const response = await person.browser.fetch('/api/approvals/events', { signal: leave.signal });
    let text = '';
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk;
      if (text.includes('\ndata: {')) break;
    }
    leave.abort();
    const events = [...text.matchAll(/^event: (.+)\ndata: (.+)$/gm)];
    assert.equal(events[0]?.[1], POSITION_EVENT);
    assert.ok((parsePosition(events[0]?.[2]) ?? -1) > 0);
    assert.ok(events.length > 1);
  });
});

describe('a server without replicas', () => {
  it('says nothing of positions', async () => {
    const server = await startTestServer();
    try {
      const person = await signUp(server);
      assert.equal(person.browser.cookies.get(POSITION_COOKIE), undefined);
      assert.equal(server.features.replicas, undefined);
    } finally {
      await server.close();
    }
  });
});

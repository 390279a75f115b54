/** Many large files at once, read slowly: the memory that a process uses for them is bounded, and nobody blocks the others. */

import assert from 'node:assert/strict';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { readFile, saveFile } from '#features/files/contract.ts';
import { hashContents, versionOfContent } from '#features/files/server/content-hash.ts';
import { versionOf } from '#features/files/server/files.ts';
import { createProject, getProject, listProjects } from '#features/projects/contract.ts';
import { query } from './harness/database.ts';
import { eventually } from './harness/eventually.ts';
import { putRun } from './harness/run-states.ts';
import { addMember, newProject, type Person, signedInOn, signUp, startTestServer, type TestServer } from './harness/test-server.ts';

const SIZE = 10 * 1024 * 1024;
const MEGABYTE = 1024 * 1024;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

describe('large files', () => {
  let testServer: TestServer;
  let member: Person;
  let other: Person;
  let projectId: string;
  const content = randomBytes(SIZE);
  before(async () => {
    testServer = await startTestServer();
    member = await signUp(testServer);
    other = await signUp(testServer);
    projectId = (await newProject(member)).id;
    await member.call(saveFile, { params: { projectId }, query: { path: 'large.bin' }, body: content });
  });
  after(() => testServer.close());

  const address = (path = 'large.bin') => `/api/projects/${projectId}/file?path=${path}`;
  const read = (headers: Record<string, string> = {}, path?: string) => member.browser.fetch(address(path), { headers });
  const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer());

  it('are read as saved, now and as of a change, whatever they begin with', async () => {
    const now = await read();
    assert.equal(now.headers.get('content-length'), String(SIZE));
    assert.equal(now.headers.get('content-type'), 'application/octet-stream');
    assert.ok((await bytesOf(now)).equals(content));
    const { body } = await member.call(readFile, { params: { projectId }, query: { path: 'large.bin', at: 1 } });
    assert.ok(Buffer.from(body).equals(content));
    const text = Buffer.from('Ærø, and ever on. '.repeat(40_000));
    await member.call(saveFile, { params: { projectId }, query: { path: 'large.txt' }, body: text });
    const found = await read({}, 'large.txt');
    assert.equal(found.headers.get('content-type'), 'text/plain; charset=utf-8');
    assert.ok((await bytesOf(found)).equals(text));
    const head = await member.browser.fetch(address(), { method: 'HEAD' });
    assert.deepEqual([head.status, head.headers.get('content-length')], [200, String(SIZE)]);
    assert.equal((await read({ 'if-none-match': now.headers.get('etag') ?? '' })).status, 304);
  });

  it('are sent no further to somebody who lost access while reading', async () => {
    const reader = await signUp(testServer);
    const { organizationId } = (await member.call(getProject, { params: { projectId } })).body.project;
    await addMember(testServer, reader, organizationId, 'viewer');
    const response = await eventually('the server knows the membership', async () => {
      const found = await reader.browser.fetch(address());
      return found.status === 200 && found;
    });
    const body = response.body?.getReader();
    let bytes = (await body?.read())?.value?.length ?? 0;
    await query(testServer.databaseUrl, 'delete from members where user_id = $1 and organization_id = $2', [reader.id, organizationId]);
    await eventually('the server knows that they left', async () => (await reader.browser.fetch(address())).status, 404);
    const rest = async () => {
      for (let read = await body?.read(); read && !read.done; read = await body?.read()) bytes += read.value.length;
    };
    await assert.rejects(rest(), TypeError);
    assert.ok(bytes < SIZE, `${bytes} bytes arrived`);
  });

  it('are read by range, like small ones', async () => {
    await member.call(saveFile, { params: { projectId }, query: { path: 'small.txt' }, body: 'abcdefghij'.repeat(300) });
    const small = Buffer.from('abcdefghij'.repeat(300));
    for (const [path, whole] of [
      ['large.bin', content],
      ['small.txt', small],
    ] as const) {
      const size = whole.length;
      const etag = (await read({}, path)).headers.get('etag') ?? '';
      const strong = etag.replace('W/', '');
      for (const [range, from, to] of [
        ['bytes=0-0', 0, 1],
        ['bytes=100-1999', 100, 2000],
        ['bytes=2000-', 2000, size],
        ['bytes=-7', size - 7, size],
        [`bytes=5-${size * 2}`, 5, size],
        [`bytes=-${size * 2}`, 0, size],
      ] as const) {
        const found = await read({ range, 'if-range': strong }, path);
        assert.equal(found.status, 206, `${path} ${range}`);
        assert.equal(found.headers.get('content-range'), `bytes ${from}-${to - 1}/${size}`);
        assert.ok((await bytesOf(found)).equals(whole.subarray(from, to)), `${path} ${range}`);
      }
      const beyond = await read({ range: `bytes=${size}-` }, path);
      assert.deepEqual([beyond.status, beyond.headers.get('content-range')], [416, `bytes */${size}`]);
      assert.equal(((await beyond.json()) as { code: string }).code, 'range_not_satisfiable');
      for (const headers of [
        { range: 'bytes=0-1,4-5' },
        { range: 'lines=1-2' },
        { range: 'bytes=9-2' },
        { range: 'bytes=0-1', 'if-range': '"older"' },
      ]) {
        const found = await read(headers as Record<string, string>, path);
        assert.equal(found.status, 200, JSON.stringify(headers));
        assert.equal((await bytesOf(found)).length, size);
      }
    }
  });

  it('read many at a time by one member use few connections, and turn nobody else away', async () => {
    const narrow = await startTestServer({ databaseUrl: testServer.databaseUrl, env: { PG_POOL_MAX: '4' } });
    const [reader, somebody] = [signedInOn(member, narrow), signedInOn(other, narrow)];
    const reading = Promise.all(
      Array.from({ length: 16 }, async () => (await bytesOf(await reader.browser.fetch(address()))).equals(content)),
    );
    let done = false;
    void reading.then(() => {
      done = true;
    });
    let asked = 0;
    while (!done) {
      await somebody.call(createProject, { body: { name: `While others read ${asked++}` } });
      assert.equal((await fetch(`${narrow.origin}/api/health/ready`)).status, 200);
    }
    assert.ok(asked > 0);
    assert.ok((await reading).every(Boolean));
    await narrow.close();
  });

  /** An approval that would write the large file. @returns the URL of the new content */
  async function putApproval(): Promise<string> {
    const setting = { databaseUrl: testServer.databaseUrl, projectId, userId: member.id };
    const runId = await putRun(setting, 'waiting', []);
    const id = randomUUID();
    await query(
      testServer.databaseUrl,
      `with asked as (
         insert into approvals (id, organization_id, project_id, run_id, kind, tool, input, hash, reason, choices, paths, path_count, status)
         select $1, p.organization_id, p.id, $2, 'tool_call', 'write_file', '{}', 'x', 'x', '{approve,reject}', '{asked.bin}', 1, 'pending'
         from projects p where p.id = $3
       )
       insert into approval_edits (approval_id, place, path, version, content) values ($1, 1, 'asked.bin', $4, $5)`,
      [id, runId, projectId, versionOf(content), content],
    );
    return `/api/approvals/${id}/file?path=asked.bin`;
  }

  it('left half read by a hundred readers take little memory, turn nobody else away, and are released with their readers', async () => {
    const held = () => process.memoryUsage().arrayBuffers + process.memoryUsage().external;
    const before = held();
    const asked = await putApproval();
    assert.ok((await bytesOf(await member.browser.fetch(asked))).equals(content));
    const cookie = [...member.browser.cookies].map((pair) => pair.join('=')).join('; ');
    const { hostname, port } = new URL(testServer.origin);
    const sockets: Socket[] = [];
    const statuses: string[] = [];
    for (let reader = 0; reader < 100; reader++) {
      const socket = connect(Number(port), hostname);
      socket.on('error', () => undefined);
      socket.once('data', (chunk: Buffer) => {
        // From now on, it reads nothing more.
        socket.pause();
        statuses.push(chunk.toString('latin1').slice(9, 12));
      });
      socket.write(`GET ${address()} HTTP/1.1\r\nhost: localhost\r\ncookie: ${cookie}\r\n\r\n`);
      sockets.push(socket);
    }
    await eventually('each has an answer', () => statuses.length, 100);
    assert.equal(statuses.filter((status) => status === '200').length, 64);
    assert.equal(statuses.filter((status) => status === '503').length, 36);
    for (const response of [await read(), await member.browser.fetch(asked)]) assert.equal(response.status, 503);
    await eventually('they hold less than 100 MB, once what was dropped is collected', () => {
      collectGarbage();
      return held() - before < 100 * MEGABYTE;
    });
    await other.call(listProjects, {});
    const theirs = (await newProject(other)).id;
    await other.call(saveFile, { params: { projectId: theirs }, query: { path: 'theirs.bin' }, body: content });
    const { body } = await other.call(readFile, { params: { projectId: theirs }, query: { path: 'theirs.bin' } });
    assert.ok(Buffer.from(body).equals(content));
    for (const socket of sockets) socket.destroy();
    await eventually('what they held is free', async () => {
      const again = await Promise.all([read(), member.browser.fetch(asked)]);
      await Promise.all(again.map(({ body }) => body?.cancel()));
      return again.every(({ status }) => status === 200);
    });
  });

  it('are hashed without blocking anything else', async () => {
    const contents = Array.from({ length: 5 }, () => randomBytes(SIZE));
    let turns = 0;
    let isOver = false;
    const count = () => {
      if (isOver) return;
      turns++;
      setImmediate(count);
    };
    count();
    await hashContents(contents);
    isOver = true;
    // Sequential, with time for other work in between.
    assert.ok(turns >= contents.length, `${turns} turns`);
    for (const each of contents) assert.equal(versionOfContent(each), createHash('sha256').update(each).digest('hex'));
  });

  it('saved concurrently by one member hold few connections, so others can save', async () => {
    const saves = Array.from({ length: 6 }, (_, index) =>
      member.call(saveFile, { params: { projectId }, query: { path: `up-${index}.bin` }, body: randomBytes(4 * MEGABYTE) }).then(
        () => 'saved',
        (error: { code: string }) => error.code,
      ),
    );
    const theirs = (await newProject(other)).id;
    await other.call(saveFile, { params: { projectId: theirs }, query: { path: 'mine.md' }, body: 'x' });
    for (const outcome of await Promise.all(saves)) assert.ok(outcome === 'saved' || outcome === 'busy', outcome);
  });
});

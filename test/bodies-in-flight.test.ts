/** Many concurrent bodies, and slow ones: the memory that a process uses for them is bounded, and nobody blocks the others for long. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { saveFile } from '#features/files/contract.ts';
import { eventually } from './harness/eventually.ts';
import { openSocket, type RawReply } from './harness/socket.ts';
import { newProject, type Person, signUp, startTestServer, type TestServer } from './harness/test-server.ts';

const MEGABYTE = 1024 * 1024;
/** One person may use half of the 8 MB, all unauthenticated senders together an eighth, and one address half of that. */
const env = { MAX_FILE_MB: '1', BODY_MEMORY_MB: '8' };

type Socket = Awaited<ReturnType<typeof openSocket>>;

describe('bodies in flight', () => {
  let testServer: TestServer;
  let person: Person;
  let other: Person;
  let sockets: Socket[] = [];
  before(async () => {
    testServer = await startTestServer({ env });
    person = await signUp(testServer);
    other = await signUp(testServer);
  });
  afterEach(() => {
    for (const socket of sockets) socket.end();
    sockets = [];
  });
  after(() => testServer.close());

  /** Sends all but the last byte of a body, and then nothing more. */
  async function leaveUnfinished(line: string, body: Buffer, headers: string[], at = testServer): Promise<Socket> {
    const socket = await openSocket(at.origin);
    sockets.push(socket);
    await socket.write([`${line} HTTP/1.1`, 'host: localhost', ...headers, `content-length: ${body.length}`, '', ''].join('\r\n'));
    await socket.write(body.subarray(0, -1));
    return socket;
  }
  const cookieOf = ({ browser }: Person) => `cookie: ${[...browser.cookies].map((pair) => pair.join('=')).join('; ')}`;
  const save = async (by: Person) => {
    const { id: projectId } = await newProject(by);
    const file = { params: { projectId }, query: { path: 'a' }, body: Buffer.alloc(MEGABYTE) };
    return (await by.call(saveFile, file, { headers: { 'if-none-match': '*' } })).status;
  };
  const inFlight = async ({ origin } = testServer) =>
    Number(/\nrequest_body_bytes (\d+)/.exec(await (await fetch(`${origin}/metrics`)).text())?.[1] ?? Number.NaN);

  it('over the limit get 503 with Retry-After midway while others continue, and stop counting when they end', async () => {
    const { id } = await newProject(person);
    const begin = () => leaveUnfinished(`PUT /api/projects/${id}/file?path=a`, Buffer.alloc(MEGABYTE), [cookieOf(person)]);
    const replies: RawReply[] = [];
    for (const socket of await Promise.all(Array.from({ length: 12 }, begin))) {
      socket.read().then(
        (reply) => reply && replies.push(reply),
        () => undefined,
      );
    }
    await eventually(
      'eight of twelve files are refused',
      () => replies.length,
      (count) => count >= 8,
    );
    for (const { status, headers, body } of replies) {
      assert.equal(status, 503);
      assert.match(headers, /\r\nretry-after: [1-9]/i);
      assert.equal(JSON.parse(body).code, 'busy');
    }
    assert.ok((await inFlight()) <= 4 * MEGABYTE);
    assert.equal(await save(other), 201);
    for (const socket of sockets) socket.end();
    await eventually('nothing is in flight', inFlight, 0);
    assert.equal(await save(person), 201);
  });

  it('count at their decompressed size', async () => {
    const { id } = await newProject(person);
    const body = gzipSync(Buffer.alloc(MEGABYTE));
    const headers = { 'content-encoding': 'gzip', 'if-none-match': '*' };
    const put = async (index: number) =>
      (await person.browser.fetch(`/api/projects/${id}/file?path=${index}`, { method: 'PUT', headers, body })).status;
    const statuses = await Promise.all(Array.from({ length: 60 }, (_, index) => put(index)));
    assert.deepEqual([...new Set(statuses)].sort(), [201, 503]);
    await eventually('nothing is in flight', inFlight, 0);
  });

  it('of unknown clients do not take the share of known ones', async () => {
    const begin = () => leaveUnfinished('POST /api/auth/login', Buffer.alloc(16_384, ' '), ['content-type: application/json']);
    const unfinished = await Promise.all(Array.from({ length: 40 }, begin));
    const replies = unfinished.map((socket) => socket.read());
    assert.equal((await Promise.race(replies))?.status, 503);
    assert.ok((await inFlight()) <= MEGABYTE / 2);
    assert.equal(await save(person), 201);
  });

  it('that arrive too slowly are cut off with 408, and then hold nothing', async () => {
    const hasty = await startTestServer({ env, slowness: { graceMs: 100, bytesPerSecond: 100 * MEGABYTE } });
    try {
      const socket = await leaveUnfinished('POST /api/auth/login', Buffer.alloc(1000), ['content-type: application/json'], hasty);
      const reply = await socket.read();
      assert.equal(reply?.status, 408);
      assert.match(reply.headers, /\r\nconnection: close/i);
      await eventually('the connection is closed', () => socket.closed());
      assert.equal(await inFlight(hasty), 0);
    } finally {
      await hasty.close();
    }
  });
});

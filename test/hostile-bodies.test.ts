import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { listFiles, MAX_FILE_BYTES, readFile, saveFile } from '#features/files/contract.ts';
import { createProject, listProjects } from '#features/projects/contract.ts';
import { getRun, startRun } from '#features/runs/contract.ts';
import { fingerprint } from './harness/fingerprint.ts';
import { readProblem } from './harness/problem.ts';
import { openSocket } from './harness/socket.ts';
import { createBrowser, newProject, type Person, signUp, startTestServer, type TestServer } from './harness/test-server.ts';

describe('hostile bodies', () => {
  let testServer: TestServer;
  let person: Person;
  let cookie: string;
  let addresses: [method: string, path: string, type: string][];
  before(async () => {
    testServer = await startTestServer();
    person = await signUp(testServer);
    cookie = [...person.browser.cookies].map((pair) => pair.join('=')).join('; ');
    const { id } = await newProject(person);
    addresses = [
      ['POST', '/api/projects', 'application/json'],
      ['PUT', `/api/projects/${id}/file?path=big.bin`, 'application/octet-stream'],
    ];
  });
  after(() => testServer.close());

  const head = (method: string, path: string, type: string, ...lines: string[]) =>
    [`${method} ${path} HTTP/1.1`, 'host: localhost', `cookie: ${cookie}`, `content-type: ${type}`, ...lines, '', ''].join('\r\n');
  const eleven = Buffer.alloc(11 * 1024 * 1024, 'x');
  const chunk = `${(65_536).toString(16)}\r\n${'x'.repeat(65_536)}\r\n`;

  describe('a body of 11 MB', () => {
    it('is rejected with 413 whether its length is declared or not, and changes nothing', async () => {
      const before = await fingerprint(testServer.databaseUrl);
      for (const [method, path, type] of addresses) {
        const told = await person.browser.fetch(path, { method, headers: { 'content-type': type }, body: eleven });
        assert.equal((await readProblem(told, 'with its length', 413)).code, 'too_large');
        const stream = new ReadableStream({ start: (controller) => [controller.enqueue(eleven), controller.close()] });
        const init = { method, headers: { 'content-type': type }, body: stream, duplex: 'half' as const };
        assert.equal((await readProblem(await person.browser.fetch(path, init), 'in chunks', 413)).code, 'too_large');
      }
      assert.deepEqual(await fingerprint(testServer.databaseUrl), before);
    });

    it('is rejected as soon as its length is declared, and the connection stays usable once it has been sent', async () => {
      for (const [method, path, type] of addresses) {
        const socket = await openSocket(testServer.origin);
        await socket.write(head(method, path, type, `content-length: ${eleven.length}`));
        assert.equal((await socket.read())?.status, 413);
        await socket.write(eleven);
        await socket.write('GET /api/health/live HTTP/1.1\r\nhost: localhost\r\n\r\n');
        assert.equal((await socket.read())?.status, 200);
        socket.end();
      }
    });

    it('is rejected as soon as its chunks exceed the limit, however long it continues', async () => {
      for (const [method, path, type] of addresses) {
        const socket = await openSocket(testServer.origin);
        await socket.write(head(method, path, type, 'transfer-encoding: chunked'));
        for (let sent = 0; sent <= MAX_FILE_BYTES; sent += 65_536) await socket.write(chunk);
        assert.equal((await socket.read())?.status, 413);
        await socket.write(`${chunk}0\r\n\r\nGET /api/health/live HTTP/1.1\r\nhost: localhost\r\n\r\n`);
        assert.equal((await socket.read())?.status, 200);
        socket.end();
      }
    });
  });

  it('a body of exactly 10 MB is accepted', async () => {
    const [, [method, path] = ['', '']] = addresses;
    const response = await person.browser.fetch(path, { method, body: Buffer.alloc(MAX_FILE_BYTES, 'y') });
    assert.equal(response.status, 201);
  });

  describe('compressed bodies', () => {
    const name = (name: string) => Buffer.from(JSON.stringify({ name }));
    const post = (body: Uint8Array<ArrayBuffer>, encoding: string) =>
      person.browser.fetch('/api/projects', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-encoding': encoding },
        body,
      });

    it('are decompressed, whatever the case of the encoding’s name', async () => {
      assert.equal((await post(gzipSync(name('gzip')), 'GZIP')).status, 201);
      assert.equal((await post(deflateSync(name('deflate')), 'deflate')).status, 201);
      assert.equal((await post(brotliCompressSync(name('brotli')), 'br')).status, 201);
      assert.equal((await post(name('identity'), 'identity')).status, 201);
    });

    it('are rejected with 413 if they decompress to more than 10 MB, even a thousandfold', async () => {
      const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024));
      assert.ok(bomb.length < 250_000);
      for (const [method, path, type] of addresses) {
        const headers = { 'content-type': type, 'content-encoding': 'gzip' };
        const response = await person.browser.fetch(path, { method, headers, body: bomb });
        assert.equal((await readProblem(response, 'a bomb', 413)).code, 'too_large');
      }
    });

    it('are rejected if corrupt, truncated or in an unknown encoding', async () => {
      const good = gzipSync(name('gzip'));
      await readProblem(await post(name('not gzip'), 'gzip'), 'not gzip', 400);
      await readProblem(await post(good.subarray(0, 20), 'gzip'), 'cut off', 400);
      await readProblem(await post(new Uint8Array(), 'gzip'), 'empty', 400);
      await readProblem(await post(good, 'compress'), 'compress', 415);
      await readProblem(await post(good, 'gzip, gzip'), 'twice', 415);
    });
  });

  it('half a body and nothing more ends the connection, and the next one is served', async () => {
    for (const [method, path, type] of addresses) {
      const socket = await openSocket(testServer.origin);
      await socket.write(`${head(method, path, type, 'content-length: 100')}{"name":`);
      socket.end();
    }
    assert.equal((await person.browser.fetch('/api/auth/user')).status, 200);
  });

  describe('JSON', () => {
    const post = (body: string, path = '/api/projects', headers: Record<string, string> = {}) =>
      person.browser.fetch(path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });

    it('nested a hundred thousand deep, or with ten thousand unknown names, is rejected briefly', async () => {
      const deep = await readProblem(await post(`{"name":${'['.repeat(100_000)}${']'.repeat(100_000)}}`), 'deep', 422);
      assert.match(deep.detail, /at most 16 deep/);
      const names = Array.from({ length: 10_000 }, (_, index) => [`unknown ${index}`, index]);
      const wide = await readProblem(await post(JSON.stringify(Object.fromEntries(names))), 'wide', 422);
      assert.match(wide.detail, /at most 1,000 values/);
      assert.deepEqual([deep.code, wide.code], ['invalid_input', 'invalid_input']);
    });

    it('with brackets and commas only in its strings is neither deep nor wide', async () => {
      const { id: projectId } = await newProject(person);
      const message = '[{",\\'.repeat(5000);
      const { body } = await person.call(startRun, { params: { projectId }, body: { message, model: 'practice' } });
      assert.ok(body.run.id);
    });

    it('of more than 256 kB is accepted if the contract allows it, however it is escaped', async () => {
      const { id } = await newProject(person);
      const message = JSON.stringify('é'.repeat(100_000)).replaceAll('é', '\\u00e9');
      assert.ok(message.length > 600_000);
      assert.equal((await post(`{"model":"practice","message":${message}}`, `/api/projects/${id}/runs`)).status, 201);
      const larger = await post(`{"name":${message}}`);
      assert.match((await readProblem(larger, 'a name of 600 kB', 413)).detail, /larger than 256 KB/);
    });

    it('of unknown clients has at most 16 kB decompressed, and is rejected before reading if it declares more', async () => {
      const padded = (bytes: number) => JSON.stringify({ email: 'a@example.com', password: 'x' }).padEnd(bytes, ' ');
      const outsider = createBrowser(testServer.origin);
      const ask = (path: string, body: Uint8Array<ArrayBuffer> | string, headers: Record<string, string> = {}) =>
        outsider.fetch(path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
      assert.equal((await ask('/api/auth/login', padded(16 * 1024))).status, 401);
      for (const path of ['/api/auth/login', '/api/auth/signup'])
        for (const [body, headers] of [
          [padded(16 * 1024 + 1), {}],
          [gzipSync(padded(16 * 1024 + 1)), { 'content-encoding': 'gzip' }],
        ] as const)
          assert.match((await readProblem(await ask(path, body, headers), path, 413)).detail, /larger than 16 KB/);
      const socket = await openSocket(testServer.origin);
      await socket.write(head('POST', '/api/auth/login', 'application/json', 'content-length: 16385').replace(/cookie.*\r\n/, ''));
      assert.equal((await socket.read())?.status, 413);
      socket.end();
    });
  });

  it('a body in chunks of one byte is put together without keeping each of them', async () => {
    const socket = await openSocket(testServer.origin);
    const { id } = await newProject(person);
    await socket.write(head('PUT', `/api/projects/${id}/file?path=drops.txt`, 'text/plain', 'transfer-encoding: chunked'));
    await socket.write('1\r\nx\r\n'.repeat(200_000));
    await socket.write('0\r\n\r\n');
    const reply = await socket.read();
    assert.equal(reply?.status, 201);
    assert.equal(JSON.parse(reply.body).file.size, 200_000);
    socket.end();
  });

  it('what a body contains under `__proto__` has no effect', async () => {
    const body = '{"name":"mine","__proto__":{"organizationId":"polluted"}}';
    await readProblem(
      await person.browser.fetch('/api/projects', { method: 'POST', headers: { 'content-type': 'application/json' }, body }),
      '__proto__',
      422,
    );
    assert.equal('organizationId' in {}, false);
  });

  it('refused before its body is read, a request leaves its connection usable', async () => {
    const socket = await openSocket(testServer.origin);
    const anonymous = head('PUT', addresses[1]?.[1] ?? '', 'x/y', `content-length: ${eleven.length}`).replace(/cookie.*\r\n/, '');
    await socket.write(anonymous);
    assert.equal((await socket.read())?.status, 401);
    await socket.write(eleven);
    await socket.write('GET /api/health/live HTTP/1.1\r\nhost: localhost\r\n\r\n');
    assert.equal((await socket.read())?.status, 200);
    socket.end();
  });

  describe('SQL and HTML', () => {
    const texts = [`'; drop table users; --<script>alert(1)</script>`, `" or 1=1 --`, '<img src=x onerror=alert(1)>', '{{7*7}} %s $1 \\'];

    it('are stored and returned unchanged in names of people and projects', async () => {
      const strange = await signUp(testServer, texts[0]);
      assert.match(await (await strange.browser.fetch('/api/auth/user')).text(), /drop table users/);
      for (const name of texts) await strange.call(createProject, { body: { name } });
      const { projects } = (await strange.call(listProjects, {})).body;
      assert.deepEqual(projects.map((project) => project.name).sort(), texts.toSorted());
    });

    it('are stored and returned unchanged in file paths and contents', async () => {
      const { id: projectId } = await newProject(person);
      for (const text of texts) {
        const target = { params: { projectId }, query: { path: `${text.replaceAll('/', '|').replaceAll('\\', '|')} é 💩 #?&=+%41` } };
        await person.call(saveFile, { ...target, body: text }, { headers: { 'if-none-match': '*' } });
        const { body, headers } = await person.call(readFile, target);
        assert.equal(new TextDecoder().decode(body), text);
        assert.equal(headers.get('content-type'), 'text/plain; charset=utf-8');
        const { entries } = (await person.call(listFiles, target)).body;
        assert.deepEqual(
          entries.map((entry) => entry.path),
          [target.query.path],
        );
      }
    });

    it('are stored and returned unchanged in messages to agents', async () => {
      const { id: projectId } = await newProject(person);
      for (const text of [...texts, 'bell \x07, escape \x1b[31m, a tab\t, a line\nand another, \u202e turned around']) {
        const { run } = (await person.call(startRun, { params: { projectId }, body: { message: text, model: 'practice' } })).body;
        const { events } = (await person.call(getRun, { params: { runId: run.id } })).body;
        assert.equal(events[0]?.type === 'message' && events[0].data.text, text);
      }
    });

    it('find nothing and break nothing at sign-in', async () => {
      for (const text of texts) {
        const headers = { 'content-type': 'application/json' };
        const body = JSON.stringify({ email: text, password: text });
        const response = await createBrowser(testServer.origin).fetch('/api/auth/login', { method: 'POST', headers, body });
        assert.equal((await readProblem(response, text, 401)).code, 'invalid_credentials');
      }
    });
  });
});

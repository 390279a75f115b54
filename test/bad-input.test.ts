import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { after, before, describe, it } from 'node:test';
import express from 'express';
import { addToolServer, changeServerTools } from '#features/connections/contract.ts';
import { saveFile } from '#features/files/contract.ts';
import { startRun } from '#features/runs/contract.ts';
import { listen } from '#kernel/http/listen.ts';
import { readProblem } from './harness/problem.ts';
import { exchange, openSocket } from './harness/socket.ts';
import { newProject, type Person, signUp, startTestServer, type TestServer } from './harness/test-server.ts';

describe('bad input', () => {
  let testServer: TestServer;
  let person: Person;
  before(async () => {
    testServer = await startTestServer();
    person = await signUp(testServer);
  });
  after(() => testServer.close());

  const ask = (line: string, ...headers: string[]) =>
    exchange(testServer.origin, [`${line} HTTP/1.1`, 'host: localhost', ...headers, '', ''].join('\r\n'));

  it('that cannot be stored gets a sentence, where no contract rules it out', async () => {
    const { toolServer } = (
      await person.call(addToolServer, { body: { name: 'Theirs', slug: 'theirs', url: 'https://tools.example.com/mcp' } })
    ).body;
    const off = person.call(changeServerTools, { params: { toolServerId: toolServer.id }, body: { off: ['a\0b'] } });
    await assert.rejects(off, { status: 422, code: 'invalid_input', message: /a character that cannot be stored/ });
  });

  describe('cookies', () => {
    const sid = () => person.browser.cookies.get('guildhall.sid') ?? '';

    it('that are forged, truncated, duplicated or garbled sign nobody in', async () => {
      const [value = '', signature = ''] = sid().split('.');
      const forged = [
        decodeURIComponent(value).slice(2),
        value,
        `${value}.`,
        `${value}.${signature.slice(0, -3)}`,
        `${value}.${'A'.repeat(signature.length)}`,
        `${value.slice(0, -1)}.${signature}`,
        sid().replace('s%3A', 'j%3A'),
        's%3A',
        's%3A.',
        '%',
        '%FF%FE',
        '%E0%A4%A',
        's%3A%00.%00',
        '"',
        '',
        'x'.repeat(8000),
        `s%3A${'x'.repeat(8000)}.y`,
        "s%3A' or 1=1 --.x",
      ];
      for (const cookie of forged) {
        const response = await fetch(`${testServer.origin}/api/auth/user`, { headers: { cookie: `guildhall.sid=${cookie}` } });
        await readProblem(response, cookie, 401);
      }
    });

    it('by the hundred, including broken ones, do not hide the right one', async () => {
      const others = Array.from({ length: 100 }, (_, index) => `c${index}=${index % 10 === 0 ? '%E0%A4%A' : index}`).join('; ');
      const response = await fetch(`${testServer.origin}/api/auth/user`, {
        headers: { cookie: `${others}; =; ;;; __proto__=x; guildhall.sid=${sid()}` },
      });
      assert.equal(response.status, 200);
    });

    it('that are forged do not prevent signing in and out', async () => {
      for (const cookie of ['s%3Aforged.signature', '%', 'x'.repeat(8000)]) {
        const headers = { cookie: `guildhall.sid=${cookie}`, 'content-type': 'application/json' };
        const body = JSON.stringify({ email: person.email, password: person.password });
        assert.equal((await fetch(`${testServer.origin}/api/auth/login`, { method: 'POST', headers, body })).status, 200);
        assert.equal((await fetch(`${testServer.origin}/api/auth/logout`, { method: 'POST', headers })).status, 204);
      }
      assert.equal((await person.browser.fetch('/api/auth/user')).status, 200);
    });
  });

  describe('headers', () => {
    it('over 16 kB are rejected with 431, and the server stays up', async () => {
      assert.equal((await ask('GET /api/health/live', `x-long: ${'x'.repeat(20_000)}`))?.status, 431);
      assert.equal(
        (await ask('GET /api/health/live', ...Array.from({ length: 1000 }, (_, index) => `x-${index}: ${'y'.repeat(20)}`)))?.status,
        431,
      );
      assert.equal((await ask('GET /api/health/live'))?.status, 200);
    });

    it('with invalid UTF-8 or NUL break nothing', async () => {
      const names = [
        'cookie',
        'origin',
        'content-type',
        'user-agent',
        'if-match',
        'if-none-match',
        'x-request-id',
        'x-forwarded-for',
        'range',
      ];
      for (const name of [...names, 'accept', 'accept-encoding', 'last-event-id', 'authorization', 'sec-fetch-site', 'x-forwarded-proto']) {
        const cookie = [...person.browser.cookies].map((pair) => pair.join('=')).join('; ');
        for (const value of [Buffer.from([0xff, 0xfe, 0xc3, 0x28]), Buffer.from('a\0b'), Buffer.from('\r\n folded'), Buffer.alloc(0)])
          for (const address of ['/api/projects', '/api/auth/logout', '/'])
            for (const method of ['GET', 'POST']) {
              const lines = Buffer.from(
                `${method} ${address} HTTP/1.1\r\nhost: localhost\r\n${name === 'cookie' ? '' : `cookie: ${cookie.slice(0, 30)}\r\n`}${name}: `,
              );
              const reply = await exchange(testServer.origin, Buffer.concat([lines, value, Buffer.from('\r\ncontent-length: 0\r\n\r\n')]));
              assert.ok(reply && reply.status < 500, `${name}: ${reply?.status}`);
            }
      }
    });

    it('without a valid client address count as the sender’s own', async () => {
      const behindProxy = await startTestServer({ env: { TRUST_PROXY: '1' } });
      try {
        const long = Array.from({ length: 4000 }, (_, index) => ((index * 7919) % 9973).toString(36))
          .join('')
          .slice(0, 8000);
        for (const address of [long, 'unknown', '1.2.3.4.5', '::g', '%00', "' or 1=1 --"]) {
          const headers = { 'x-forwarded-for': address, 'content-type': 'application/json' };
          const body = JSON.stringify({ email: person.email, password: 'wrong password' });
          await readProblem(await fetch(`${behindProxy.origin}/api/auth/login`, { method: 'POST', headers, body }), address, 401);
        }
        const { browser } = await signUp(behindProxy);
        const sessions = await browser.fetch('/api/sessions', { headers: { 'x-forwarded-for': 'unknown' } });
        assert.match(await sessions.text(), /"address":"127\.0\.0\.1"/);
      } finally {
        await behindProxy.close();
      }
    });

    it('with a request id are adopted if it is safe to log', async () => {
      const idOf = async (id: string) =>
        (await fetch(`${testServer.origin}/api/health/live`, { headers: { 'x-request-id': id } })).headers.get('x-request-id');
      for (const id of ['7', 'abc-123', 'Root=1-67891233-abcdef012345678912345678', '7b2c#12', 'YWJj+/==', 'x'.repeat(128)])
        assert.equal(await idOf(id), id);
      for (const id of ['', 'x'.repeat(129), 'two words', 'a"b', '<b>', 'a\\b', 'a{b}', 'caf\xe9', 'a\tb']) {
        const named = await idOf(id);
        assert.ok(named && named !== id && /^[\da-f-]{36}$/.test(named), id);
      }
    });

    it('that contradict each other are rejected and close the connection', async () => {
      for (const lines of [
        ['content-length: 5', 'content-length: 6'],
        ['content-length: 5', 'transfer-encoding: chunked'],
        ['content-length: -1'],
        ['transfer-encoding: chunked, identity'],
      ])
        assert.equal((await ask('POST /api/projects', ...lines))?.status, 400, lines.join());
      assert.equal((await exchange(testServer.origin, 'GET /api/projects HTTP/1.1\r\n\r\n'))?.status, 400);
    });
  });

  describe('methods', () => {
    it('that no route handles are rejected', async () => {
      for (const method of ['TRACE', 'PROPFIND', 'OPTIONS', 'PURGE', 'LOCK']) {
        const reply = await ask(`${method} /api/projects`);
        assert.equal(reply?.status, 405, method);
        assert.match(reply?.headers ?? '', /\r\nallow: GET, HEAD, POST\r\n/i);
      }
      assert.equal((await ask('NONSENSE /api/projects'))?.status, 400);
      assert.notEqual((await ask('CONNECT example.com:443'))?.status, 200);
    });

    it('HEAD responds like GET, without the body', async () => {
      const { id: projectId } = await newProject(person);
      await person.call(
        saveFile,
        { params: { projectId }, query: { path: 'a.txt' }, body: 'hello' },
        { headers: { 'if-none-match': '*' } },
      );
      for (const address of ['/api/projects', `/api/projects/${projectId}/file?path=a.txt`, '/api/models', '/api/openapi.json', '/']) {
        const [get, head] = [await person.browser.fetch(address), await person.browser.fetch(address, { method: 'HEAD' })];
        assert.equal(head.status, 200);
        assert.equal((await head.text()).length, 0);
        for (const name of ['content-type', 'etag', 'cache-control'])
          assert.equal(head.headers.get(name), get.headers.get(name), `${address} ${name}`);
        await get.arrayBuffer();
      }
    });
  });

  it('HEAD of a run’s events responds at once, while the run continues', async () => {
    const slow = await startTestServer({ demoPace: 200 });
    try {
      const patient = await signUp(slow);
      const { id: projectId } = await newProject(patient);
      const { body } = await patient.call(startRun, { params: { projectId }, body: { message: 'Hello' } });
      const signal = AbortSignal.timeout(2000);
      const response = await patient.browser.fetch(`/api/runs/${body.run.id}/events`, { method: 'HEAD', signal });
      assert.equal(response.status, 200);
      assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/);
    } finally {
      await slow.close();
    }
  });

  describe('addresses', () => {
    it('that are unknown below /api return 404 problems', async () => {
      for (const address of [
        '/api',
        '/api/',
        '/api/nothing',
        '/api//projects',
        '/api/projects//',
        '/api/auth',
        '/api/constructor',
        '/api/%00',
      ])
        await readProblem(await person.browser.fetch(address), address, 404);
      await readProblem(await person.browser.fetch('/api/%FF'), '/api/%FF', 400);
      await readProblem(await person.browser.fetch('/api/nothing', { method: 'POST', body: 'x' }), 'POST', 404);
    });

    it('with path traversal never reach a file of the server', async () => {
      const secret = await readFile(new URL('../package.json', import.meta.url), 'utf8');
      const climbs = ['../', '..%2f', '%2e%2e/', '%2e%2e%2f', '..\\', '..%5c', '%252e%252e%252f', '....//', '..;/', '.%00./'];
      const targets = ['package.json', 'etc/passwd', 'src/app/main.ts', 'db/schema.sql'];
      for (const start of ['/', '/assets/', '/api/', '/api/projects/', '/api/docs/', '//', '/index.html/'])
        for (const climb of climbs)
          for (const target of targets) {
            const address = start + climb.repeat(start === '/' ? 6 : 3) + target;
            const reply = await ask(`GET ${address}`);
            assert.ok(reply && reply.status < 500, `${address}: ${reply?.status}`);
            const leaks = [secret.slice(0, 40), 'root:x:', '#kernel/', 'create table'].some((text) => reply.body.includes(text));
            assert.ok(!leaks, `${address} answers ${reply.body.slice(0, 100)}`);
          }
      assert.equal((await ask('GET /api/projects/../../etc/passwd'))?.status, 404);
      assert.equal((await ask('GET http://elsewhere.example/etc/passwd'))?.body.includes('root:x:'), false);
    });

    it('of 20 kB are rejected with 431', async () => assert.equal((await ask(`GET /api/projects?q=${'x'.repeat(20_000)}`))?.status, 431));
  });

  it('a request whose headers trickle in is cut off within a minute, and a long upload is not', async () => {
    let server: Server | undefined;
    const app = express().use(({ socket }, response) => {
      server = (socket as typeof socket & { server: Server }).server;
      response.end();
    });
    const http = await listen({
      app,
      host: '127.0.0.1',
      port: 0,
      tls: undefined,
      streams: new Set(),
    });
    await fetch(`http://127.0.0.1:${http.port}`);
    await http.stopAccepting();
    await http.drain({ silence: 0, timeout: 100 });
    assert.ok(server && server.headersTimeout > 0 && server.headersTimeout <= 30_000);
    assert.ok(server.requestTimeout > 3_600_000, 'the largest import over a slow line');
    assert.ok(server.keepAliveTimeout > 600_000, 'longer than a load balancer keeps its side open');
  });

  it('half a request blocks nobody', async () => {
    const slow = await Promise.all(Array.from({ length: 50 }, () => openSocket(testServer.origin)));
    await Promise.all(slow.map((socket) => socket.write('GET /api/health/live HTTP/1.1\r\nhost: localhost\r\nx-slow: ')));
    assert.equal((await ask('GET /api/health/live'))?.status, 200);
    for (const socket of slow) socket.end();
  });
});

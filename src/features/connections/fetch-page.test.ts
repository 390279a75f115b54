import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { createConnections } from '#features/connections/server/connections.ts';
import { createDuePoller } from '#kernel/clock.ts';
import { createPublicFetch } from '#kernel/http/public-fetch.ts';
import { eventually } from '../../../test/harness/eventually.ts';
import { type Person, signUp, startTestServer, type TestServer } from '../../../test/harness/test-server.ts';
import { listen } from '../../../test/harness/tool-servers.ts';
import { changeFetchHosts, getFetchHosts } from './contract.ts';
import { hostPattern, isAllowedHost } from './hosts.ts';

const { signal } = new AbortController();
const html = { 'content-type': 'text/html; charset=utf-8' };

describe('a list of hosts', () => {
  it('allows the hosts it names, and with *. those below and not the one itself', () => {
    const list = ['example.com', '*.example.org'];
    const hosts = ['example.com', 'EXAMPLE.com', 'example.com.', 'docs.example.org', 'a.b.example.org'];
    assert.deepEqual(
      hosts.filter((host) => !isAllowedHost(host, list)),
      [],
    );
    const others = ['www.example.com', 'example.org', 'notexample.org', 'example.com.evil.net', 'example.co', 'com', ''];
    assert.deepEqual(
      others.filter((host) => isAllowedHost(host, list)),
      [],
    );
    assert.equal(isAllowedHost('example.com', []), false);
  });

  for (const [written, kept] of [
    ['example.com', 'example.com'],
    [' Docs.Example.COM ', 'docs.example.com'],
    ['*.example.com', '*.example.com'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['*.bücher.example', '*.xn--bcher-kva.example'],
    ['93.184.215.14', '93.184.215.14'],
  ])
    it(`keeps “${written}” as ${kept}`, () => assert.equal(hostPattern.parse(written), kept));

  for (const written of [
    '',
    '*',
    '*.com',
    'com',
    'localhost',
    'https://example.com',
    'example.com/path',
    'bücher.example/x',
    'a*.example.com',
    'example.com:80',
    '-a.example.com',
    'exa mple.com',
    `${'a'.repeat(64)}.com`,
  ])
    it(`refuses “${written.slice(0, 30)}”`, () => assert.equal(hostPattern.safeParse(written).success, false));
});

describe('a page for an agent', () => {
  let testServer: TestServer;
  let owner: Person;
  let organizationId: string;
  let web: Awaited<ReturnType<typeof listen>>;
  let connections: ReturnType<typeof createConnections>;
  let answers: Record<string, (request: IncomingMessage, response: ServerResponse) => void> = {};
  const asked: string[] = [];

  before(async () => {
    testServer = await startTestServer();
    owner = await signUp(testServer);
    const { user } = (await (await owner.browser.fetch('/api/auth/user')).json()) as { user: { organizations: { id: string }[] } };
    organizationId = user.organizations[0]?.id ?? '';
    web = await listen((request, response) => {
      asked.push(`${request.headers.host?.split(':')[0]}${request.url}`);
      const answer = answers[request.url ?? ''];
      if (answer) answer(request, response);
      else response.writeHead(404).end();
    });
    // Every name resolves to this machine, and only 127.0.0.1 counts as public: private.test is another address.
    const publicFetch = createPublicFetch({
      resolve: async (name) => [{ address: name === 'private.test' ? '127.0.0.2' : '127.0.0.1', family: 4 }],
      isAllowed: (address) => address === '127.0.0.1',
    });
    const { db, auditLog, eventBus } = testServer.features;
    connections = createConnections({
      db,
      auditLog,
      eventBus,
      log: { warn: () => undefined } as never,
      clock: createDuePoller(),
      encryptionKeys: [],
      version: 'test',
      publicFetch,
    });
    await allow('allowed.test', '*.below.test', 'private.test');
  });
  after(async () => {
    await connections.close();
    await testServer.close();
    await web.close();
  });

  async function allow(...hosts: string[]): Promise<void> {
    await owner.call(changeFetchHosts, { body: { hosts } });
    assert.deepEqual((await owner.call(getFetchHosts, {})).body.hosts, hosts);
    // Until the notification has arrived here.
    await eventually('the server has the new list of hosts', () =>
      read('http://allowed.test:1/').then(
        () => false,
        ({ code }) => (code === 'host_not_allowed') === (hosts.length === 0),
      ),
    );
  }
  const address = (path: string, host = 'allowed.test') => `http://${host}:${web.port}${path}`;
  const read = (url: string, stop = signal) => connections.fetchPage(organizationId, url, stop);
  const serve = (body: string | Buffer, headers: Record<string, string> = html, status = 200) => {
    answers = { '/': (_, response) => response.writeHead(status, headers).end(body) };
  };

  it('is its text as Markdown, with title and whole links, without scripts and styles', async () => {
    serve(`<!doctype html><html><head><title>A &amp; B</title><style>p { color: red }</style><script>alert('x')</script></head>
      <body><h1>Heading</h1><p>Some <b>bold</b> text and <a href="/more?a=1">a link</a>,<a href="javascript:x()">a trick</a>.</p>
      <ul><li>one</li></ul><svg><text>drawn</text></svg><img alt="A cat" src="cat.png"><img src="data:image/png;base64,AAAA"><!-- hidden --></body></html>`);
    const page = await read(address('/'));
    assert.equal(page.title, 'A & B');
    assert.equal(page.mediaType, 'text/html');
    assert.equal(page.truncated, false);
    assert.match(page.text, /^# Heading\n\nSome \*\*bold\*\* text and \[a link\]\(http:\/\/allowed\.test:\d+\/more\?a=1\),a trick\./);
    assert.match(page.text, /!\[A cat\]\(http:\/\/allowed\.test:\d+\/cat\.png\)/);
    assert.doesNotMatch(page.text, /alert|color|drawn|hidden|base64|javascript/);
  });

  it('is other text as it is', async () => {
    serve('{"a": "ü"}', { 'content-type': 'application/problem+json' });
    assert.deepEqual(await read(address('/')), {
      text: '{"a": "ü"}',
      url: address('/'),
      mediaType: 'application/problem+json',
      truncated: false,
    });
  });
  it('is read in the characters it is written in', async () => {
    serve(Buffer.from('caf\xe9', 'latin1'), { 'content-type': 'text/plain; charset=iso-8859-1' });
    assert.equal((await read(address('/'))).text, 'café');
    serve(Buffer.from('<meta charset="iso-8859-1"><p>caf\xe9', 'latin1'), { 'content-type': 'text/html' });
    assert.equal((await read(address('/'))).text, 'café');
  });

  it('comes without cookies and without who asks', async () => {
    let headers: IncomingMessage['headers'] = {};
    answers = {
      '/': (request, response) => {
        headers = request.headers;
        response.writeHead(200, { ...html, 'set-cookie': 'a=b' }).end('hello');
      },
    };
    await read(address('/'));
    await read(address('/'));
    assert.deepEqual(
      Object.keys(headers).filter((name) => /cookie|authorization|referer|origin/.test(name)),
      [],
    );
  });

  it('is refused, with who can allow it where, unless its host is on the list', async () => {
    await assert.rejects(read(address('/', 'other.test')), { code: 'host_not_allowed', message: /other\.test.*admin.*Settings/ });
    await allow();
    await assert.rejects(read(address('/')), { code: 'host_not_allowed' });
    await allow('allowed.test', '*.below.test', 'private.test');
    serve('hello');
    assert.equal((await read(address('/', 'docs.below.test'))).text, 'hello');
  });

  it('is followed through redirects, and only to hosts that are allowed and public', async () => {
    const redirect = (location: string) => (_: IncomingMessage, response: ServerResponse) => response.writeHead(302, { location }).end();
    answers = {
      '/start': redirect(address('/next', 'docs.below.test')),
      '/next': redirect('/end'),
      '/end': (_, response) => response.writeHead(200, html).end('there'),
      '/to-other': redirect(address('/end', 'other.test')),
      '/to-private': redirect(address('/end', 'private.test')),
      '/to-number': redirect(`http://127.0.0.1:${web.port}/end`),
      '/to-file': redirect('file:///etc/hostname'),
      '/round': redirect('/round'),
    };
    const page = await read(address('/start'));
    assert.deepEqual([page.text, page.url], ['there', address('/end', 'docs.below.test')]);
    asked.length = 0;
    await assert.rejects(read(address('/to-other')), { code: 'host_not_allowed', message: /redirects to other\.test/ });
    await assert.rejects(read(address('/to-private')), { code: 'private_address' });
    await assert.rejects(read(address('/to-number')), { code: 'host_not_allowed' });
    await assert.rejects(read(address('/to-file')), { code: 'address_invalid' });
    assert.deepEqual(
      asked,
      ['/to-other', '/to-private', '/to-number', '/to-file'].map((path) => `allowed.test${path}`),
    );
    await assert.rejects(read(address('/round')), { code: 'too_many_redirects' });
    assert.equal(asked.length, 4 + 6);
  });

  for (const url of ['example', '/path', 'ftp://allowed.test/', 'http://ada:secret@allowed.test/', 'http://'])
    it(`is refused at the address ${url}`, async () => {
      await assert.rejects(read(url), { code: 'address_invalid' });
    });

  it('is refused when it is not text, is not there, or cannot be reached', async () => {
    serve('GIF89a', { 'content-type': 'image/gif' });
    await assert.rejects(read(address('/')), { code: 'not_text', message: /image\/gif/ });
    await assert.rejects(read(address('/nowhere')), { code: 'page_refused', message: /404/ });
    answers = { '/': (request) => request.socket.destroy() };
    await assert.rejects(read(address('/')), { code: 'page_unreachable' });
  });

  it('is read up to 5 MB, however small it was sent', async () => {
    serve(gzipSync(Buffer.alloc(40 * 1024 * 1024, 'x')), { 'content-type': 'text/plain', 'content-encoding': 'gzip' });
    const page = await read(address('/'));
    assert.deepEqual([page.text.length, page.truncated], [5 * 1024 * 1024, true]);
  });

  it('that is a megabyte of HTML leaves the server free for others', async () => {
    const words = 'and many words '.repeat(10);
    serve(`<body>${`<div><p>Some <b>text</b> with <a href="/x">links</a> ${words}</p><ul><li>one</li></ul></div>`.repeat(5000)}`);
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    const begun = performance.now();
    const page = await read(address('/'));
    const took = performance.now() - begun;
    delay.disable();
    assert.equal(page.truncated, true);
    assert.ok(page.text.length > 100_000);
    // Parsed on the server's own thread, nearly all of the time would be one wait.
    assert.ok(delay.max / 1e6 < took / 2, `waited ${delay.max / 1e6} ms at once, of ${took} ms`);
  });

  it('that is nested without end is read or refused, and nothing else', async () => {
    serve('<div>'.repeat(200_000));
    await read(address('/')).catch((error) => assert.equal(error.code, 'page_unreadable'));
  });

  it('is given up when it is stopped', async () => {
    answers = { '/': () => undefined };
    const stop = new AbortController();
    const reading = read(address('/'), stop.signal);
    setTimeout(() => stop.abort(), 50);
    await assert.rejects(reading, { name: 'AbortError' });
  });
});

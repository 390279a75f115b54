import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createToolSession } from '#features/connections/server/tool-session.ts';
import { eventually } from '../../../../test/harness/eventually.ts';
import { signUp } from '../../../../test/harness/test-server.ts';
import { listen, startToolServer } from '../../../../test/harness/tool-servers.ts';
import { changeToolServer, removeToolServer, testToolServer } from '../contract.ts';
import { connect, operator, organizationOf, server, signal, survey, testServer, toolsOf } from './tool-servers-setup.ts';

describe('tool servers', () => {
  describe('are tested', () => {
    const test = async (toolServerId: string) => (await operator.call(testToolServer, { params: { toolServerId } })).body;

    it('and list their tools, unusable ones with the reason', async () => {
      const { id, slug } = await connect(server.url);
      const { ok, tools } = await test(id);
      assert.equal(ok, true);
      const byName = new Map(tools?.map((tool) => [tool.name, tool]));
      assert.equal(byName.get('add')?.callName, `${slug}__add`);
      assert.match(byName.get('no schema')?.problem ?? '', /JSON Schema of an object/);
      assert.match(byName.get('text only')?.problem ?? '', /JSON Schema of an object/);
      assert.match(byName.get('big schema')?.problem ?? '', /20,000/);
    });

    it('with the token that was entered', async () => {
      const closed = await startToolServer({ token: 'let-me-in' });
      try {
        const { id } = await connect(closed.url, { token: 'wrong' });
        assert.match((await test(id)).reason ?? '', /rejected the token.*401/);
        await operator.call(changeToolServer, { params: { toolServerId: id }, body: { token: 'let-me-in' } });
        assert.equal((await test(id)).ok, true);
      } finally {
        await closed.close();
      }
    });

    const others: [what: string, answer: Parameters<typeof listen>[0], reason: RegExp][] = [
      ['that never answers', () => undefined, /did not respond within 3 s/],
      [
        'that is a web page',
        (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Hello</h1>'),
        /not valid MCP/,
      ],
      [
        'that answers broken JSON',
        (_, response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{'),
        /not valid MCP/,
      ],
      ['that knows no such path', (_, response) => response.writeHead(404).end(), /no MCP server at this address.*404/],
      ['that fails', (_, response) => response.writeHead(500).end('secret inside'), /answered HTTP 500/],
      [
        'that redirects elsewhere',
        (_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
        /redirects to another address/,
      ],
      ['that breaks the connection', (request) => request.socket.destroy(), /connection to it failed/],
      [
        'that speaks the older transport',
        (request, response) => {
          if (request.method !== 'GET') return void response.writeHead(405).end();
          response.writeHead(200, { 'content-type': 'text/event-stream' });
          response.write('event: endpoint\ndata: /messages?session=1\n\n');
        },
        /older MCP transport.*\/sse/,
      ],
    ];
    for (const [what, answer, reason] of others)
      it(`and a server ${what} says so`, async () => {
        const strange = await listen(answer);
        try {
          const { id } = await connect(`${strange.origin}/mcp`);
          const result = await test(id);
          assert.equal(result.ok, false);
          assert.match(result.reason ?? '', reason);
        } finally {
          await strange.close();
        }
      });
    it('and an unreachable one says so', async () => {
      const gone = await listen(() => undefined);
      await gone.close();
      const { id } = await connect(`${gone.origin}/mcp`);
      assert.match((await test(id)).reason ?? '', /Connection refused/);
    });
  });

  describe('offer runs their tools', () => {
    it('under names that models accept, with bounded descriptions, listed at most once a minute', async () => {
      const { slug, tools } = await toolsOf();
      for (const { name } of tools) assert.match(name, /^[a-zA-Z0-9_-]{1,64}$/);
      assert.equal(new Set(tools.map(({ name }) => name)).size, tools.length);
      const renamed = tools.find(({ name }) => name.startsWith(`${slug}__files_read_all_`));
      assert.equal(renamed?.description.length, 1000);
      assert.equal(renamed?.server, 'Test server');
      const { lists, sessions } = server.counts();
      await Promise.all(Array.from({ length: 50 }, survey));
      assert.deepEqual([server.counts().lists, server.counts().sessions], [lists, sessions]);
    });

    it('without those an admin has switched off, at once', async () => {
      const { id, slug, find } = await toolsOf();
      const add = find('add');
      await operator.call(changeToolServer, { params: { toolServerId: id }, body: { disabledTools: ['add'] } });
      await eventually('add is offered no longer', async () => !(await survey()).tools.some(({ name }) => name === `${slug}__add`));
      assert.ok((await survey()).tools.length > 0);
      const outcome = await add.call({ a: 1, b: 2 }, { signal });
      assert.equal(outcome.ok, false);
      assert.match(outcome.output, /call was not made/);
      await operator.call(changeToolServer, { params: { toolServerId: id }, body: { enabled: false } });
      await eventually('no tool is offered', async () => (await survey()).tools.length, 0);
    });

    it('and a server that hangs is left out and named, and not waited for again', async () => {
      let asked = 0;
      const hanging = await listen(() => void asked++);
      try {
        await toolsOf();
        const { id } = await connect(`${hanging.origin}/mcp`, { name: 'Hanging server' });
        await operator.call(testToolServer, { params: { toolServerId: id } });
        await eventually('the server is unreachable', async () => (await survey()).unreachable.length > 0);
        const found = await survey();
        assert.deepEqual(
          found.unreachable.map(({ server }) => server),
          ['Hanging server'],
        );
        assert.match(found.unreachable[0]?.reason ?? '', /within 3 s/);
        assert.ok(found.tools.length > 0);
        const before = asked;
        await survey();
        assert.equal(asked, before);
      } finally {
        await hanging.close();
      }
    });

    it('of their own organization only', async () => {
      await toolsOf();
      const outsider = await signUp(testServer);
      assert.deepEqual((await testServer.features.connections.availability(await organizationOf(outsider))).tools, []);
    });
  });

  describe('execute calls', () => {
    it('and return the tool’s output, text unchanged and the rest named', async () => {
      const { find } = await toolsOf();
      assert.deepEqual(await find('add').call({ a: 2, b: 40 }, { signal }), { ok: true, output: '42' });
      assert.deepEqual(await find('fail').call({}, { signal }), { ok: false, output: 'It did not work out.' });
      const mixed = await find('mixed').call({}, { signal });
      assert.equal(
        mixed.output,
        'Here it is.\n\n[image, image/png, 12 kB]\n\n[link to Report: https://example.com/report]\n\nfile:///notes.txt:\nSome notes',
      );
      const refused = await find('refuse').call({}, { signal });
      assert.equal(refused.ok, false);
      assert.match(refused.output, /returned an error: .*Nobody may call this/);
    });

    it('and report a response of more than 10 MB as such: the call was made, and its outcome is known', async () => {
      const { find } = await toolsOf();
      const { ok, output } = await find('huge').call({}, { signal });
      assert.equal(ok, false);
      assert.match(output, /returned more than 10 MB.*The call was made/);
    });

    it('and never give back the token, which a server may repeat', async () => {
      const closed = await startToolServer({ token: 'let-me-in-1234' });
      try {
        const { find } = await toolsOf(closed.url, { token: 'let-me-in-1234' });
        const { output } = await find('echo').call({}, { signal });
        assert.match(output, /Bearer \[secret removed\]|"authorization":"\[secret removed\]"/);
        assert.doesNotMatch(output, /let-me-in/);
      } finally {
        await closed.close();
      }
    });

    const lost: [name: string, reason: RegExp][] = [
      ['die', /The connection to it failed/],
      ['break', /Its response was cut off/],
      ['overloaded', /HTTP 503/],
    ];
    for (const [name, reason] of lost)
      it(`once, and throw when the outcome is unknown: ${name}`, async () => {
        const { find } = await toolsOf();
        const before = server.calls.length;
        await assert.rejects(find(name).call({}, { signal }), ({ message }: Error) => {
          assert.match(message, /^Test server: /);
          assert.match(message, reason);
          return true;
        });
        assert.deepEqual(server.calls.slice(before), [name]);
      });

    it('and say so when they were surely not made', async () => {
      const gone = await startToolServer();
      const { find } = await toolsOf(gone.url);
      const add = find('add');
      assert.equal((await add.call({ a: 1, b: 1 }, { signal })).ok, true);
      await gone.close();
      // Until the client has noticed the end of the connection it kept open.
      await new Promise((resolve) => setTimeout(resolve, 50));
      const outcome = await add.call({ a: 1, b: 1 }, { signal });
      assert.equal(outcome.ok, false);
      assert.match(outcome.output, /not executed.*Connection refused/);
    });

    it('in a new session when the server has forgotten the old one', async () => {
      const { find } = await toolsOf();
      const before = server.calls.length;
      server.forgetSessions();
      assert.deepEqual(await find('add').call({ a: 1, b: 2 }, { signal }), { ok: true, output: '3' });
      assert.deepEqual(server.calls.slice(before), ['add']);
    });

    it('in sessions that are closed when idle', async () => {
      // A separate one: the one above is also used by others.
      const quiet = await startToolServer();
      const session = createToolSession({ target: () => ({ url: quiet.url, headers: {} }), send: fetch, version: 'test', idleMs: 50 });
      try {
        assert.ok((await session.list(signal)).tools.length > 0);
        assert.equal(quiet.counts().sessions, 1);
        await eventually('the stream is closed', () => quiet.counts().open, 0);
        assert.ok((await session.list(signal)).tools.length > 0);
        await session.close();
        assert.deepEqual([quiet.counts().sessions, quiet.counts().open], [2, 0]);
      } finally {
        await quiet.close();
      }
    });

    it('until they are stopped, which ends the request', async () => {
      const { find } = await toolsOf();
      const stop = new AbortController();
      const { closedEarly } = server.counts();
      const before = server.calls.length;
      const call = find('wait').call({}, { signal: stop.signal });
      await eventually(
        'the tool is called',
        () => server.calls.length,
        (count) => count > before,
      );
      stop.abort();
      await assert.rejects(call, /Test server: It was stopped/);
      await eventually('the call is broken off', () => server.counts().closedEarly, closedEarly + 1);
      const late = await find('add').call({ a: 1, b: 1 }, { signal: stop.signal });
      assert.equal(late.ok, false);
      assert.equal(server.calls.length, before + 1);
    });

    it('to their end although the server is disconnected meanwhile', async () => {
      const { id, find } = await toolsOf();
      const before = server.calls.length;
      const call = find('wait').call({}, { signal });
      await eventually(
        'the tool is called',
        () => server.calls.length,
        (count) => count > before,
      );
      const { open } = server.counts();
      await operator.call(removeToolServer, { params: { toolServerId: id } });
      await eventually('no tool is offered', async () => (await survey()).tools.length, 0);
      await new Promise((resolve) => setTimeout(resolve, 50));
      server.release();
      assert.deepEqual(await call, { ok: true, output: 'It was worth waiting.' });
      await eventually('the connection is closed', () => server.counts().open, open - 1);
    });
  });
});

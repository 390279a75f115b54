import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { describe, it } from 'node:test';
import { explainFailure, MalformedResponse, TimedOut } from '#features/connections/server/failure.ts';
import { readResult } from '#features/connections/server/tool-result.ts';
import { eventually } from '../../../../test/harness/eventually.ts';
import { type Asked, startMisbehavingServer } from '../../../../test/harness/misbehaving-tool-server.ts';
import { call, openSession, server, session, signal, text, tool } from './odd-servers-setup.ts';

describe('a server that does not keep to the protocol', () => {
  describe('gives no answer to a call', () => {
    /** Waiting for it would take a minute, so the test finishing at all shows that nothing waited. */
    const broken: [what: string, answer: (asked: Asked) => void, reason: RegExp][] = [
      ['by taking it and saying no more', ({ response }) => void response.writeHead(202).end(), /sent no response \(HTTP 202\)/],
      [
        'by ending the stream',
        ({ event, response }) => {
          event({ jsonrpc: '2.0', method: 'notifications/message' });
          response.end();
        },
        /ended without a result/,
      ],
      [
        'by breaking the stream off',
        ({ event, response }) => {
          event({ jsonrpc: '2.0', method: 'x' });
          setTimeout(() => response.destroy(), 20);
        },
        /was cut off/,
      ],
      [
        'by an empty body',
        ({ response }) => void response.writeHead(200, { 'content-type': 'application/json' }).end(),
        /without a result|not the MCP/,
      ],
      [
        'by half of its JSON',
        ({ response }) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{"jsonrpc":'),
        /without a result|not the MCP/,
      ],
      ['by a web page', ({ response }) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Hi</h1>'), /text\/html/],
      ['by JSON that is no message', ({ json }) => json({ hello: 'there' }), /without a result|not the MCP/],
    ];
    for (const [what, answer, reason] of broken)
      it(`${what}, which is noticed at once and named`, async () => {
        await assert.rejects(call(answer), (error: Error & { sent: boolean }) => {
          assert.match(explainFailure(error, 1), reason);
          assert.equal(error.sent, true);
          return true;
        });
        assert.deepEqual(server.calls, ['look']);
      });

    it('and is dead although its events have ids, which is noticed at once', async () => {
      const doomed = await startMisbehavingServer({});
      const own = openSession(doomed.url);
      doomed.behavior.call = ({ event }) => {
        event('', 'event-1');
        setTimeout(() => void doomed.close(), 20);
      };
      const begun = own.call(tool, {}, { signal, sent: false });
      await assert.rejects(begun, (error: Error) => {
        assert.ok(error instanceof MalformedResponse, String(error));
        assert.match(error.message, /could not be resumed/);
        return true;
      });
      await own.close();
    });

    it('and does not resume a stream whose events have ids', async () => {
      for (const status of [404, 405, 500]) {
        server.behavior.before = (request, response) => {
          if (request.method !== 'GET') return false;
          response.writeHead(status).end();
          return true;
        };
        const rejected = call(({ event, response }) => {
          event('', 'event-1');
          setTimeout(() => response.destroy(), 20);
        });
        await assert.rejects(rejected, { message: new RegExp(`could not be resumed \\(HTTP ${status}\\)`) });
      }
    });

    it('until the stream is taken up again where it broke off', async () => {
      let callId = 0;
      server.behavior.resume = (lastEventId, response) => {
        assert.equal(lastEventId, 'event-1');
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        const result = { content: [text('After all.')] };
        response.end(`id: event-2\ndata: ${JSON.stringify({ jsonrpc: '2.0', id: callId, result })}\n\n`);
      };
      for (const end of [(response: ServerResponse) => response.destroy(), (response: ServerResponse) => response.end()]) {
        const result = await call(({ id, event, response }) => {
          callId = id;
          event('', 'event-1');
          setTimeout(() => end(response), 20);
        });
        assert.equal(readResult(result).output, 'After all.');
      }
      assert.deepEqual(server.calls, ['look', 'look']);
    });

    it('and may take as long as it reports progress, up to its caller’s timeout', async () => {
      const report = ({ event, progressToken }: Asked) => {
        let progress = 0;
        return setInterval(
          () => event({ jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken, progress: ++progress } }),
          50,
        );
      };
      const result = await call(
        (asked) => {
          const telling = report(asked);
          setTimeout(() => {
            clearInterval(telling);
            asked.event({ jsonrpc: '2.0', id: asked.id, result: { content: [text('Done.')] } });
          }, 3000);
        },
        { quiet: 1500 },
      );
      assert.equal(readResult(result).output, 'Done.');
      const telling: NodeJS.Timeout[] = [];
      const over = new AbortController();
      setTimeout(() => over.abort(new TimedOut('Time is over.')), 3000);
      await assert.rejects(
        call((asked) => void telling.push(report(asked)), { quiet: 1500 }, over.signal),
        (error: Error) => error instanceof TimedOut && error.message === 'Time is over.',
      );
      for (const timer of telling) clearInterval(timer);
      await assert.rejects(
        call(() => undefined, { quiet: 300 }),
        (error: Error) => error instanceof TimedOut && /neither responded nor reported progress within 0\.3 s/.test(error.message),
      );
    });

    it('and is notified that the call is canceled', async () => {
      const patient = openSession(server.url, { quiet: 300 });
      await assert.rejects(patient.call(tool, {}, { signal, sent: false }));
      await eventually('it is told', () => server.asked.includes('notifications/cancelled'));
      await patient.close();
    });

    it('because it redirects or denies access, so that the call was certainly not executed', async () => {
      for (const status of [301, 302, 307, 308, 401, 403, 422, 429]) {
        const rejected = call(({ response }) => void response.writeHead(status, { location: 'http://127.0.0.1:1/' }).end());
        await assert.rejects(rejected, (error: Error & { sent: boolean }) => !error.sent);
      }
      await assert.rejects(
        call(({ response }) => void response.writeHead(303, { location: '/done' }).end()),
        (error: Error & { sent: boolean }) => error.sent,
      );
    });
  });

  describe('lists its tools', () => {
    const list = () => session.list(AbortSignal.timeout(60_000));
    const named = (tools: unknown[]) => tools.map((each) => (each as { name: string }).name);
    const page = (count: number, from = 0) => Array.from({ length: count }, (_, index) => ({ name: `t${from + index}` }));

    it('beside things that are no tools, which are handed on as they are', async () => {
      server.behavior.tools = [{ name: 'a' }, null, 7, { title: 'no name' }, { name: 'b', inputSchema: 'none', annotations: [] }];
      assert.deepEqual((await list()).tools, server.behavior.tools);
    });
    for (const next of [null, '', 7, undefined])
      it(`with ${JSON.stringify(next)} as the place of the next page, which is none`, async () => {
        server.behavior.list = () => ({ tools: page(2), nextCursor: next });
        assert.deepEqual(await list(), { tools: page(2), more: false });
      });
    it('in pages that lead in a circle, each of which is read once', async () => {
      server.behavior.list = ({ cursor }) => ({ tools: page(1, cursor === 'b' ? 1 : 0), nextCursor: cursor === 'a' ? 'b' : 'a' });
      const { tools, more } = await list();
      assert.deepEqual([named(tools).slice(0, 2), more], [['t0', 't0'], false]);
      assert.ok(tools.length <= 3);
    });
    it('in pages without an end, of which ten are read', async () => {
      let cursor = 0;
      server.behavior.list = () => ({ tools: page(1, cursor), nextCursor: String(++cursor) });
      const { tools, more } = await list();
      assert.deepEqual([tools.length, more], [10, true]);
    });
    it('by the hundred thousand, of which the first 200 are read', async () => {
      server.behavior.list = () => ({ tools: page(100_000) });
      const { tools, more } = await list();
      assert.deepEqual([tools.length, more], [200, true]);
    });
    it('without a list, which is named', async () => {
      server.behavior.list = () => ({ tools: {} });
      await assert.rejects(list(), { message: 'Its response contains no list of tools.' });
    });
    it('although it does not answer discovery, as servers from before 2026 may', async () => {
      server.behavior.tools = page(1);
      for (const silence of ['hang', 'fail', 'empty']) {
        server.behavior.before = (_, response, method) => {
          if (method !== 'server/discover') return false;
          if (silence === 'fail') response.writeHead(500).end();
          if (silence === 'empty') response.writeHead(200, { 'content-type': 'application/json' }).end();
          return true;
        };
        const own = openSession(server.url, { open: 3000 });
        assert.deepEqual(named((await own.list(AbortSignal.timeout(60_000))).tools), ['t0'], silence);
        await own.close();
      }
    });
  });
});

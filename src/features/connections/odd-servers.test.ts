/** Servers that do not keep to the protocol: what can be read of their answers is read, and what happened is named. */
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { BrokenAnswer, explainFailure, OutOfTime, TooLarge } from '#features/connections/server/failure.ts';
import { createRedactor } from '#features/connections/server/secrets.ts';
import { readResult } from '#features/connections/server/tool-result.ts';
import { createToolSession, type Patience } from '#features/connections/server/tool-session.ts';
import { eventually } from '../../../test/harness/eventually.ts';
import { type Asked, startOddServer } from '../../../test/harness/odd-tool-server.ts';

type OddServer = Awaited<ReturnType<typeof startOddServer>>;
type Session = ReturnType<typeof createToolSession>;

const { signal } = new AbortController();
const tool = { name: 'look', inputSchema: { type: 'object' } };
const openSession = (url: string, patience: Partial<Patience> = {}) =>
  createToolSession({ target: () => ({ url, headers: {} }), send: fetch, version: 'test', patience });

describe('a server that does not keep to the protocol', () => {
  let server: OddServer;
  let session: Session;
  before(async () => {
    server = await startOddServer({});
  });
  after(() => server.close());
  beforeEach(() => {
    server.calls.length = 0;
    server.asked.length = 0;
    for (const key of Object.keys(server.behavior)) delete server.behavior[key as keyof typeof server.behavior];
    session = openSession(server.url);
  });
  afterEach(() => session.close());

  async function call(answer: (asked: Asked) => void, within: Partial<Patience> = {}, endedBy = signal) {
    server.behavior.call = answer;
    const state = { signal: endedBy, sent: false };
    const own = Object.keys(within).length > 0 ? openSession(server.url, within) : session;
    try {
      return await own.call(tool, {}, state);
    } catch (error) {
      throw Object.assign(error as Error, { sent: state.sent });
    } finally {
      if (own !== session) await own.close();
    }
  }
  const outputOf = async (result: unknown) => readResult(await call(({ id, json }) => json({ jsonrpc: '2.0', id, result })));
  const text = (value: string) => ({ type: 'text', text: value });

  describe('answers a call', () => {
    const results: [what: string, result: unknown, expected: { ok: boolean; output: string | RegExp }][] = [
      [
        'with a block of a kind nobody knows beside text',
        { content: [text('Before.'), { type: 'video', url: 'https://example.com/v' }, text('After.')] },
        { ok: true, output: /^Before\.\n\n\[block of “video”\]\n\{[\s\S]*example\.com\/v[\s\S]*\}\n\nAfter\.$/ },
      ],
      [
        'with text under another kind',
        { content: [{ type: 'markdown', text: '# Hi' }] },
        { ok: true, output: '[block of “markdown”]\n# Hi' },
      ],
      ['with JSON as a kind', { content: [{ type: 'json', json: { a: 1 } }] }, { ok: true, output: /"a": 1/ }],
      ['with an error as a kind', { content: [{ type: 'error', text: 'No such account' }] }, { ok: false, output: /No such account/ }],
      [
        'with a text block without text',
        { content: [{ type: 'text' }, text('Still here.')] },
        { ok: true, output: /\[block of “text”\][\s\S]*Still here\./ },
      ],
      [
        'with an image without its kind',
        { content: [{ type: 'image', data: 'AAAA' }] },
        { ok: true, output: '[image, of no kind, 3 bytes]' },
      ],
      [
        'with a link without a name',
        { content: [{ type: 'resource_link', uri: 'a/b' }] },
        { ok: true, output: '[link to something: a/b]' },
      ],
      [
        'with a resource at a path that is no address',
        { content: [{ type: 'resource', resource: { uri: 'docs/a', text: 'A' } }] },
        { ok: true, output: 'docs/a:\nA' },
      ],
      [
        'with a resource that is empty',
        { content: [{ type: 'resource', resource: {} }, text('x')] },
        { ok: true, output: /without anything to read\]\n\nx$/ },
      ],
      [
        'with things that are no blocks',
        { content: [null, 7, 'plain', text('x')] },
        { ok: true, output: /not of MCP: null\][\s\S]*not of MCP: 7\]\n\nplain\n\nx$/ },
      ],
      ['with text in place of a list', { content: 'Just text.' }, { ok: true, output: 'Just text.' }],
      ['with one block in place of a list', { content: text('One.') }, { ok: true, output: 'One.' }],
      ['with structured content alone', { structuredContent: { rows: 3 } }, { ok: true, output: '{\n  "rows": 3\n}' }],
      ['with structured content that is a list', { content: [], structuredContent: [1, 2] }, { ok: true, output: /1,\n {2}2/ }],
      ['as before 2024-10', { toolResult: { content: [text('Old.')] } }, { ok: true, output: 'Old.' }],
      ['in a form of its own', { answer: 42 }, { ok: true, output: '{\n  "answer": 42\n}' }],
      ['with a text as the whole result', 'Only this.', { ok: true, output: 'Only this.' }],
      ['with nothing as the whole result', null, { ok: true, output: 'It said nothing.' }],
      ['with notes that do not fit', { _meta: 'none', content: [text('x')] }, { ok: true, output: 'x' }],
      ['with an error that is told as text', { isError: 'true', content: [text('No.')] }, { ok: false, output: 'No.' }],
      ['with a task in place of a result', { task: { taskId: '1', status: 'working' } }, { ok: false, output: /begun a task/ }],
      ['in a version of results nobody knows', { resultType: 'novel', content: [text('x')] }, { ok: true, output: 'x' }],
    ];
    for (const [what, result, { ok, output }] of results)
      it(`${what}, and what can be read is shown`, async () => {
        const outcome = await outputOf(result);
        assert.equal(outcome.ok, ok);
        if (typeof output === 'string') assert.equal(outcome.output, output);
        else assert.match(outcome.output, output);
      });

    it('with a million blocks, of which the first are shown', async () => {
      const { output } = await outputOf({ content: Array.from({ length: 1_000_000 }, () => 0) });
      assert.match(output, /990,000 more blocks are left out/);
    });

    const messages: [what: string, message: (id: number) => unknown][] = [
      ['an error that is null beside the result', (id) => ({ jsonrpc: '2.0', id, result: { content: [text('x')] }, error: null })],
      ['more members than there are', (id) => ({ jsonrpc: '2.0', id, took: 3, result: { content: [text('x')] } })],
      ['no version', (id) => ({ id, result: { content: [text('x')] } })],
      ['its id as text', (id) => ({ jsonrpc: '2.0', id: String(id), result: { content: [text('x')] } })],
      ['a batch of one', (id) => [{ jsonrpc: '2.0', id, result: { content: [text('x')] } }]],
    ];
    for (const [what, message] of messages) {
      it(`with ${what}`, async () => assert.equal(readResult(await call(({ id, json }) => json(message(id)))).output, 'x'));
      it(`in a stream, with ${what}`, async () => {
        const result = await call(({ id, event, response }) => {
          event(message(id));
          response.end();
        });
        assert.equal(readResult(result).output, 'x');
      });
    }

    it('in a stream whose lines end in CR LF, in several data lines, cut anywhere', async () => {
      const result = await call(({ id, response }) => {
        const [first = '', second = ''] = JSON.stringify({ jsonrpc: '2.0', id, result: { content: [text('Grüße')] } }).split(/(?<=,)/, 2);
        const rest = JSON.stringify({ jsonrpc: '2.0', id, result: { content: [text('Grüße')] } }).slice(first.length + second.length);
        const whole = Buffer.from(`: hello\r\nevent: message\r\ndata: ${first}\r\ndata:${second}\r\ndata: ${rest}\r\n\r\n`);
        response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
        for (const byte of whole) response.write(Buffer.of(byte));
        response.end();
      });
      assert.equal(readResult(result).output, 'Grüße');
    });

    it('with an error that has no id and no code, which is its answer', async () => {
      const given = call(({ json }) => json({ jsonrpc: '2.0', id: null, error: { message: 'Rate limit' } }));
      await assert.rejects(given, { message: /Rate limit/ });
    });

    it('after the answer to another request, which is not taken for its own', async () => {
      const result = await call(({ id, event, response }) => {
        event({ jsonrpc: '2.0', id: id + 1, result: { content: [text('Another’s.')] } });
        event({ jsonrpc: '2.0', id, result: { content: [text('Its own.')] } });
        response.end();
      });
      assert.equal(readResult(result).output, 'Its own.');
    });

    it('with more than 10 MB, which is named and is not taken for an interruption', async () => {
      const huge = 'x'.repeat(11 * 1024 * 1024);
      await assert.rejects(
        call(({ id, json }) => json({ jsonrpc: '2.0', id, result: { content: [text(huge)] } })),
        TooLarge,
      );
      const streamed = call(({ id, event }) => event({ jsonrpc: '2.0', id, result: { content: [text(huge)] } }, '1'));
      await assert.rejects(streamed, TooLarge);
    });
  });

  describe('gives no answer to a call', () => {
    /** Waiting for it would take a minute: that it was not waited for shows in its being over at all. */
    const broken: [what: string, answer: (asked: Asked) => void, reason: RegExp][] = [
      ['by taking it and saying no more', ({ response }) => void response.writeHead(202).end(), /no answer to it \(HTTP 202\)/],
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
        /broke off/,
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
      const doomed = await startOddServer({});
      const own = openSession(doomed.url);
      doomed.behavior.call = ({ event }) => {
        event('', 'event-1');
        setTimeout(() => void doomed.close(), 20);
      };
      const begun = own.call(tool, {}, { signal, sent: false });
      await assert.rejects(begun, (error: Error) => {
        assert.ok(error instanceof BrokenAnswer, String(error));
        assert.match(error.message, /could not be taken up again/);
        return true;
      });
      await own.close();
    });

    it('and does not take up again a stream whose events have ids', async () => {
      for (const status of [404, 405, 500]) {
        server.behavior.before = (request, response) => {
          if (request.method !== 'GET') return false;
          response.writeHead(status).end();
          return true;
        };
        const given = call(({ event, response }) => {
          event('', 'event-1');
          setTimeout(() => response.destroy(), 20);
        });
        await assert.rejects(given, { message: new RegExp(`could not be taken up again \\(HTTP ${status}\\)`) });
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

    it('and is waited for as long as it reports progress, until its caller’s time is over', async () => {
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
      setTimeout(() => over.abort(new OutOfTime('Time is over.')), 3000);
      await assert.rejects(
        call((asked) => void telling.push(report(asked)), { quiet: 1500 }, over.signal),
        (error: Error) => error instanceof OutOfTime && error.message === 'Time is over.',
      );
      for (const timer of telling) clearInterval(timer);
      await assert.rejects(
        call(() => undefined, { quiet: 300 }),
        (error: Error) => error instanceof OutOfTime && /within 0\.3 s, nor report progress/.test(error.message),
      );
    });

    it('and is told that the call is given up', async () => {
      const patient = openSession(server.url, { quiet: 300 });
      await assert.rejects(patient.call(tool, {}, { signal, sent: false }));
      await eventually('it is told', () => server.asked.includes('notifications/cancelled'));
      await patient.close();
    });

    it('because it sends elsewhere or lets nobody in, so that it surely was not carried out', async () => {
      for (const status of [301, 302, 307, 308, 401, 403, 422, 429]) {
        const given = call(({ response }) => void response.writeHead(status, { location: 'http://127.0.0.1:1/' }).end());
        await assert.rejects(given, (error: Error & { sent: boolean }) => !error.sent);
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
      await assert.rejects(list(), { message: 'It answers without a list of tools.' });
    });
    it('although it says nothing when it is asked what it is, as servers of before 2026 may', async () => {
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

describe('what lets us in at a server', () => {
  const token = 'tok"en/+with=odd&characters';
  const redact = createRedactor([token, 'Basic dXNlcjpwYXNzd29yZDE=', '12']);
  for (const [how, said] of [
    ['as it is', token],
    ['within JSON', JSON.stringify({ token })],
    ['within an address', `https://example.com/?key=${encodeURIComponent(token)}`],
    ['in base64', Buffer.from(token).toString('base64')],
    ['in base64url', Buffer.from(token).toString('base64url')],
    ['of Basic, as it is sent', 'dXNlcjpwYXNzd29yZDE='],
    ['of Basic, as it is meant', 'user:password1'],
    ['of Basic, the password alone', 'password1'],
  ])
    it(`is taken out of what it says: ${how}`, () => {
      const text = redact(`I was given ${said}, thanks.`);
      assert.match(text, /\[secret removed\]/);
      assert.doesNotMatch(text, /odd|dXNlcjpw|password1|dG9r/);
    });
  it('is no text of a few characters, which would stand anywhere', () => assert.equal(redact('12 apples'), '12 apples'));
});

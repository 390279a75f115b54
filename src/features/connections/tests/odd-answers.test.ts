/** Servers that violate the protocol: the readable parts of their responses are used, and the problem is named. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TooLarge } from '#features/connections/server/failure.ts';
import { readResult } from '#features/connections/server/tool-result.ts';
import { call, outputOf, text } from './odd-servers-setup.ts';

describe('a server that does not keep to the protocol', () => {
  describe('answers a call', () => {
    const results: [what: string, result: unknown, expected: { ok: boolean; output: string | RegExp }][] = [
      [
        'with a block of an unknown kind beside text',
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
        { ok: true, output: '[image, unknown type, 3 bytes]' },
      ],
      [
        'with a link without a name',
        { content: [{ type: 'resource_link', uri: 'a/b' }] },
        { ok: true, output: '[link to a resource: a/b]' },
      ],
      [
        'with a resource at a path that is no address',
        { content: [{ type: 'resource', resource: { uri: 'docs/a', text: 'A' } }] },
        { ok: true, output: 'docs/a:\nA' },
      ],
      [
        'with a resource that is empty',
        { content: [{ type: 'resource', resource: {} }, text('x')] },
        { ok: true, output: /no readable content\]\n\nx$/ },
      ],
      [
        'with things that are no blocks',
        { content: [null, 7, 'plain', text('x')] },
        { ok: true, output: /not an MCP block: null\][\s\S]*not an MCP block: 7\]\n\nplain\n\nx$/ },
      ],
      ['with text in place of a list', { content: 'Just text.' }, { ok: true, output: 'Just text.' }],
      ['with one block in place of a list', { content: text('One.') }, { ok: true, output: 'One.' }],
      ['with structured content alone', { structuredContent: { rows: 3 } }, { ok: true, output: '{\n  "rows": 3\n}' }],
      ['with structured content that is a list', { content: [], structuredContent: [1, 2] }, { ok: true, output: /1,\n {2}2/ }],
      ['as before 2024-10', { toolResult: { content: [text('Old.')] } }, { ok: true, output: 'Old.' }],
      ['in a form of its own', { answer: 42 }, { ok: true, output: '{\n  "answer": 42\n}' }],
      ['with a text as the whole result', 'Only this.', { ok: true, output: 'Only this.' }],
      ['with nothing as the whole result', null, { ok: true, output: '(Empty result.)' }],
      ['with notes that do not fit', { _meta: 'none', content: [text('x')] }, { ok: true, output: 'x' }],
      ['with an error that is told as text', { isError: 'true', content: [text('No.')] }, { ok: false, output: 'No.' }],
      [
        'with a task in place of a result',
        { task: { taskId: '1', status: 'working' } },
        { ok: false, output: /started a background task/ },
      ],
      ['in an unknown version of results', { resultType: 'novel', content: [text('x')] }, { ok: true, output: 'x' }],
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
      assert.match(output, /990,000 more blocks omitted/);
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
      const rejected = call(({ json }) => json({ jsonrpc: '2.0', id: null, error: { message: 'Rate limit' } }));
      await assert.rejects(rejected, { message: /Rate limit/ });
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
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eventually } from '../../../../test/harness/eventually.ts';
import type { ModelPart } from '../server/model.ts';
import { answer, chunk, fail, long, never, open, request, type Script, withoutState } from './provider-setup.ts';

describe('a provider that sends 10 MB', () => {
  it('of text is cut off after 2,000,000 characters', async () => {
    let gone = false;
    const { error, parts } = await fail(async function* (asked) {
      void asked.gone.then(() => {
        gone = true;
      });
      for (let sent = 0; sent < long.length; sent += 100_000) yield 'x'.repeat(100_000);
      await never;
    });
    assert.deepEqual([error.code, error.temporary], ['answer_too_long', false]);
    assert.equal(parts.length, 20);
    await eventually('the provider sees the connection close', () => gone);
  });

  it('in one line, or in one event, is cut off before it is in memory', async () => {
    const lines = `data: ${'y'.repeat(1000)}\n`.repeat(10_000);
    for (const raw of [`data: ${long}`, chunk({ content: long }), lines]) {
      const { error } = await fail(() => [{ raw }]);
      assert.equal(error.code, 'answer_too_long', error.message);
      assert.match(error.message, /more than 4 MB at once/);
    }
  });

  it('as the reason of a failure does no harm', async () => {
    const { error } = await fail(() => [{ status: 500, message: long }]);
    assert.deepEqual([error.code, error.temporary], ['provider_failed', true]);
  });

  it('in a tool’s input is cut off', async () => {
    const { error } = await fail(() => [{ tool: 'write_file', input: { content: 'z'.repeat(3_000_000) } }]);
    assert.equal(error.code, 'answer_too_long');
  });

  it('in very many tool calls, or alternating text and reasoning, is cut off', async () => {
    const scripts: Script[] = [
      () => Array.from({ length: 1001 }, (_, n) => ({ tool: 'list_files', input: { path: `${n}` } })),
      () => Array.from({ length: 1001 }, (_, n) => (n % 2 ? 'x' : { reasoning: 'x' })),
    ];
    for (const script of scripts) {
      const { error } = await fail(script);
      assert.equal(error.code, 'answer_too_long', error.message);
      assert.match(error.message, /more than 1,000 parts/);
    }
    assert.equal((await answer(...Array.from({ length: 3000 }, () => 'x'))).filter(({ type }) => type === 'text').length, 3000);
  });

  it('of a list of models does no harm', async () => {
    const listed = Array.from({ length: 100_000 }, (_, n) => ({ id: `model-${n}-${'x'.repeat(100)}` }));
    const { server, provider } = await open(() => [], { listed });
    const listing = provider.list(AbortSignal.timeout(10_000)).finally(() => server.close());
    await assert.rejects(listing, { code: 'answer_too_long' });
  });
});

describe('a model that misuses its tools', () => {
  const callOf = (parts: ModelPart[]) => parts.find((part) => part.type === 'tool_call');

  it('is passed on when it calls an unknown tool: the loop reports it', async () => {
    const call = callOf(await answer({ tool: 'launch_rocket', input: { at: 'dawn' } }));
    assert.deepEqual([call?.tool, call?.input], ['launch_rocket', { at: 'dawn' }]);
  });

  it('is passed on when its input does not fit', async () => {
    assert.deepEqual(callOf(await answer({ tool: 'list_files', input: { path: 7 } }))?.input, { path: 7 });
  });

  it('is passed on unchanged when its input is not JSON', async () => {
    assert.equal(callOf(await answer({ tool: 'list_files', input: '{"path": oh' }))?.input, '{"path": oh');
  });

  it('is passed on unchanged when its input is nested deeper than can be stored', async () => {
    const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
    for (const text of [deep(5000), deep(100_000)]) assert.equal(callOf(await answer({ tool: 'list_files', input: text }))?.input, text);
    assert.deepEqual(callOf(await answer({ tool: 'list_files', input: `{"a":${deep(3)}}` }))?.input, { a: [[[]]] });
  });

  it('may send no input for a tool that wants none', async () => {
    assert.deepEqual(callOf(await answer({ tool: 'list_files', input: '' }))?.input, {});
  });

  it('gets its own strange calls back in a form that providers take', async () => {
    const { server, model } = await open(() => ['Sorry.']);
    const calls = [{ callId: 'call#1 ?', tool: 'rm -rf /', input: 'all of it' }];
    const results = [{ callId: 'call#1 ?', tool: 'rm -rf /', output: 'There is no such tool.', ok: false }];
    const messages = [...request().messages, { role: 'assistant' as const, text: '', calls }, { role: 'tool' as const, results }];
    for await (const _ of model({ ...request(), messages }));
    const [, , call, result] = server.requests[0]?.messages ?? [];
    assert.deepEqual(call?.tool_calls?.[0], {
      id: 'c00000001',
      type: 'function',
      function: { name: 'rm_-rf__', arguments: '{"unreadable":"all of it"}' },
    });
    assert.deepEqual([result?.tool_call_id, result?.content], ['c00000001', 'There is no such tool.']);
    await server.close();
  });
});

describe('an answer', () => {
  it('streams reasoning, text, a tool’s input as it is written, the call, and the tokens', async () => {
    const parts = await answer(
      { reasoning: 'Hm.' },
      'I look',
      { tool: 'list_files', input: { path: 'src' }, callId: 'call_1' },
      { usage: { input: 7, output: 3 } },
    );
    assert.deepEqual(withoutState(parts), [
      { type: 'reasoning', text: 'Hm.' },
      { type: 'text', text: 'I look' },
      { type: 'tool_input', callId: 'call_1', tool: 'list_files', text: '{"path"' },
      { type: 'tool_input', callId: 'call_1', tool: 'list_files', text: ':"src"}' },
      { type: 'tool_call', callId: 'call_1', tool: 'list_files', input: { path: 'src' } },
      { type: 'finish', finish: 'tool-calls', inputTokens: 7, outputTokens: 3 },
    ]);
  });

  it('that says nothing is an answer', async () => {
    assert.deepEqual(await answer(), [{ type: 'finish', finish: 'stop', inputTokens: 100, outputTokens: 10 }]);
  });

  it('reports that it was cut by its length or by a filter', async () => {
    for (const [finish, expected] of [
      ['length', 'length'],
      ['content_filter', 'content-filter'],
    ] as const) {
      const last = (await answer('Hel', { finish })).at(-1);
      assert.equal(last?.type === 'finish' && last.finish, expected);
    }
  });

  it('without a token count has an estimate, so that budgets hold', async () => {
    const end = 'data: {"id":"1","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n';
    const last = (await answer('x'.repeat(400), { raw: end }, 'end here')).at(-1);
    assert.ok(
      last?.type === 'finish' && last.outputTokens === 100 && last.inputTokens > 20 && last.inputTokens < 200,
      JSON.stringify(last),
    );
  });

  it('with an impossible token count has an estimate, too', async () => {
    for (const wrong of [0, -1_000_000, 1.5, 1e30]) {
      const last = (await answer('x'.repeat(400), { usage: { input: wrong, output: wrong } })).at(-1);
      assert.ok(last?.type === 'finish' && last.outputTokens === 100 && last.inputTokens > 20, JSON.stringify(last));
    }
  });

  it('that is cut in the middle of a character has it whole', async () => {
    const parts = await answer('a\ud83d', { reasoning: '\ud83d' }, '\ude00b', { reasoning: '\ude00' });
    const said = (type: string) => parts.map((part) => (part.type === type && 'text' in part ? part.text : '')).join('');
    assert.deepEqual([said('text'), said('reasoning')], ['a😀b', '😀']);
    assert.ok(parts.every((part) => !('text' in part) || part.text.isWellFormed()));
  });
});

/** The end of a response determines whether it is complete: an interrupted one is requested again, and its tool calls are not executed. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hearReply } from '../../../test/harness/asked-model.ts';
import { callDelta, chunk, events } from '../../../test/harness/provider-server.ts';

const text = chunk({ content: 'Hello' });
const call = chunk(callDelta({ index: 0, id: 'a', name: 'list_files', arguments: '{"path":"src"}' }));
const halfCall = chunk(callDelta({ index: 0, id: 'a', name: 'list_files', arguments: '{"path":"sr' }));
const bareCall = chunk(callDelta({ index: 0, id: 'a', name: 'list_files', arguments: '' }));
const ended = (reason: unknown) => events(chunk({}, reason), '[DONE]');

describe('an answer that broke off', () => {
  for (const word of ['abort', 'error', 'network_error', 'insufficient_system_resource', 'cancelled', 'ERROR', 'network-error']) {
    it(`says so by “${word}”, and has no tool calls`, async () => {
      const { calls, error } = await hearReply({ body: events(text, call) + ended(word) });
      assert.deepEqual([calls, error?.code, error?.temporary], [[], 'cut_off', true]);
      assert.match(error?.message ?? '', new RegExp(`broke off in the middle of its answer \\(“${word}”\\)`));
    });
  }

  const silent: [how: string, body: string][] = [
    ['just ends', events(text, call)],
    [
      'has an empty finish in each event, and then ends',
      events(chunk({ content: 'Hello' }, ''), chunk(callDelta({ index: 0, id: 'a', name: 'list_files', arguments: '{}' }), '')),
    ],
    [
      'has a finish of null in each event, and then ends',
      events(text, { ...call, choices: [{ index: 0, delta: {}, finish_reason: null }] }),
    ],
    ['breaks off in a call', events(halfCall)],
    ['breaks off within an event', `${events(text, call)}data: {"choices":[{"de`],
    ['has said nothing yet', events(chunk({ role: 'assistant', content: '' }))],
    ['is what is left of a completion', JSON.stringify({ choices: [{ index: 0, message: { content: 'Hello' }, finish_reason: null }] })],
  ];
  for (const [how, body] of silent) {
    it(`is recognized where it ${how}`, async () => {
      const { calls, error } = await hearReply({ body });
      assert.deepEqual([calls, error?.code, error?.temporary], [[], 'cut_off', true]);
    });
  }

  it('is none because a server says the end twice, the second time worse', async () => {
    const { calls, error } = await hearReply({ body: events(call, chunk({}, 'tool_calls')) + ended('error') });
    assert.deepEqual([calls.length, error], [1, undefined]);
  });
});

describe('an answer that was cut by its length', () => {
  for (const word of ['length', 'max_tokens', 'model_length', 'MAX_TOKENS', 'max_output_tokens']) {
    it(`says so by “${word}”`, async () => {
      const { text: said, end } = await hearReply({ body: events(text) + ended(word) });
      assert.deepEqual([said, end?.finish], ['Hello', 'length']);
    });
  }

  it('passes on complete calls, and shows the cut one unchanged, even without any input', async () => {
    const second = (input: string) => chunk(callDelta({ index: 1, id: 'b', name: 'write_file', arguments: input }));
    for (const [input, shown] of [
      ['{"path":"a.m', '{"path":"a.m'],
      ['', '(cut off)'],
    ]) {
      const { calls } = await hearReply({ body: events(call, second(input ?? '')) + ended('length') });
      assert.deepEqual(
        calls.map((each) => each.input),
        [{ path: 'src' }, shown],
      );
    }
  });
});

describe('an unknown finish reason', () => {
  it('is complete, and the word is reported', async () => {
    const { text: said, calls, end } = await hearReply({ body: events(text, call) + ended('por_fin') });
    assert.deepEqual(
      [said, calls, end?.finish, end?.word],
      ['Hello', [{ tool: 'list_files', input: { path: 'src' } }], 'other', 'por_fin'],
    );
  });

  it('has no tool calls unless the input of all of them is complete', async () => {
    for (const last of [halfCall, bareCall]) {
      const { calls, end, error } = await hearReply({ body: events(text, last) + ended('por_fin') });
      assert.deepEqual([calls, end?.word, end?.dropped, error], [[], 'por_fin', 1, undefined]);
    }
    const second = chunk(callDelta({ index: 1, id: 'b', name: 'list_files', arguments: '{"pa' }));
    const { calls, end } = await hearReply({ body: events(call, second) + ended('por_fin') });
    assert.deepEqual([calls, end?.dropped], [[], 2]);
  });
});

describe('[DONE] without a finish', () => {
  it('is complete, and the missing finish reason is reported', async () => {
    const { text: said, calls, end, error } = await hearReply({ body: events(text, call, '[DONE]') });
    assert.deepEqual([said, calls.length, end?.finish, end?.word, error], ['Hello', 1, 'other', undefined, undefined]);
  });

  it('has no tool calls whose input is not complete', async () => {
    const { calls, end } = await hearReply({ body: events(halfCall, '[DONE]') });
    assert.deepEqual([calls, end?.dropped], [[], 1]);
  });
});

describe('a filter', () => {
  for (const word of ['content_filter', 'safety', 'SAFETY', 'sensitive'])
    it(`that ended the response is recognized by “${word}”`, async () => {
      assert.equal((await hearReply({ body: events(text) + ended(word) })).end?.finish, 'content-filter');
    });
});

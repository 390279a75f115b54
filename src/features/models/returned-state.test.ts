/** State that a provider wants back with its own response is sent back to it, and to no other. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { afterCall, type Heard, hear, request, serve } from '../../../test/harness/asked-model.ts';
import { callDelta, chunk, events, type ProviderReply, type ProviderRequest } from '../../../test/harness/provider-server.ts';
import type { ProviderSettings } from './server/provider.ts';

type Body = Record<string, unknown>;
type Kind = ProviderSettings['kind'];

const call = callDelta({ index: 0, id: 'a', name: 'list_files', arguments: '{"path":"src"}' });
const chat = (...chunks: object[]) => events(...chunks, chunk({}, 'tool_calls'), '[DONE]');
const block = (index: number, start: object, ...deltas: object[]) => [
  { type: 'content_block_start', index, content_block: start },
  ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
  { type: 'content_block_stop', index },
];
const messages = (...blocks: object[][]) =>
  events(
    {
      type: 'message_start',
      message: { id: 'm', type: 'message', role: 'assistant', content: [], usage: { input_tokens: 3, output_tokens: 1 } },
    },
    ...blocks.flat(),
    { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 9 } },
    { type: 'message_stop' },
  );
const toolUse = (index: number) =>
  block(
    index,
    { type: 'tool_use', id: 'toolu_1', name: 'list_files', input: {} },
    { type: 'input_json_delta', partial_json: '{"path":"src"}' },
  );
const response = (...output: Body[]) =>
  events(
    { type: 'response.created', response: { id: 'r' } },
    ...output.flatMap((item, index) => [
      { type: 'response.output_item.added', output_index: index, item: { ...item, arguments: '', encrypted_content: undefined } },
      { type: 'response.output_item.done', output_index: index, item },
    ]),
    { type: 'response.completed', response: { id: 'r', status: 'completed', usage: { input_tokens: 3, output_tokens: 9 } } },
  );

const answerOf = (body: Body | undefined): Body => ((body?.['messages'] ?? []) as Body[]).find(({ role }) => role === 'assistant') ?? {};

interface Case {
  what: string;
  kind: Kind;
  body: string;
  /** The representation of the response in the next request. */
  sent(body: Body | undefined): unknown;
  expected: unknown;
  /** The same response, sent to another provider. */
  plain: unknown;
}

const ID = 'c00000001';
const plainCall = { id: ID, type: 'function', function: { name: 'list_files', arguments: '{"path":"src"}' } };
const plainChat = { role: 'assistant', content: null, tool_calls: [plainCall] };
const google = { google: { thought_signature: 'sig==' } };
const details = [
  { type: 'reasoning.text', text: 'Hm, well.', index: 0, format: 'anthropic', signature: 'sig' },
  { type: 'reasoning.encrypted', data: 'xyz', index: 1 },
];
const plainUse = { type: 'tool_use', id: ID, name: 'list_files', input: { path: 'src' } };
const withoutMarks = (blocks: unknown) => JSON.parse(JSON.stringify(blocks).replaceAll(/,"cache_control":\{[^}]*\}/g, '')) as unknown;
const reasoningItem = { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Hm.' }], encrypted_content: 'enc==' };
const plainItem = { type: 'function_call', call_id: ID, name: 'list_files', arguments: '{"path":"src"}' };

const cases: Case[] = [
  {
    what: 'DeepSeek’s reasoning_content',
    kind: 'compatible',
    body: chat(chunk({ reasoning_content: 'Hm, ' }), chunk({ reasoning_content: 'well.' }), chunk(call)),
    sent: answerOf,
    expected: { ...plainChat, reasoning_content: 'Hm, well.' },
    plain: plainChat,
  },
  {
    what: 'the reasoning of vLLM and Groq',
    kind: 'compatible',
    body: chat(chunk({ reasoning: 'Hm.' }), chunk(call)),
    sent: answerOf,
    expected: { ...plainChat, reasoning: 'Hm.' },
    plain: plainChat,
  },
  {
    what: 'Google’s signature of a call',
    kind: 'compatible',
    body: chat(chunk({ tool_calls: [{ ...call.tool_calls[0], extra_content: google }] })),
    sent: answerOf,
    expected: { ...plainChat, tool_calls: [{ ...plainCall, extra_content: google }] },
    plain: plainChat,
  },
  {
    what: 'OpenRouter’s reasoning_details, in pieces',
    kind: 'compatible',
    body: chat(
      chunk({ reasoning: 'Hm, ', reasoning_details: [{ type: 'reasoning.text', text: 'Hm, ', index: 0, format: 'anthropic' }] }),
      chunk({ reasoning: 'well.', reasoning_details: [{ type: 'reasoning.text', text: 'well.', index: 0 }] }),
      chunk({ reasoning_details: [{ type: 'reasoning.text', index: 0, signature: 'sig' }] }),
      chunk({ reasoning_details: [details[1]] }),
      chunk(call),
    ),
    sent: answerOf,
    expected: { ...plainChat, reasoning_details: details },
    plain: plainChat,
  },
  {
    what: 'Anthropic’s thoughts, signed and redacted, in their places',
    kind: 'anthropic',
    body: messages(
      block(
        0,
        { type: 'thinking', thinking: '', signature: '' },
        { type: 'thinking_delta', thinking: 'Hm, ' },
        { type: 'thinking_delta', thinking: 'well.' },
        { type: 'signature_delta', signature: 'sig==' },
      ),
      block(1, { type: 'redacted_thinking', data: 'xyz' }),
      block(2, { type: 'text', text: '' }, { type: 'text_delta', text: 'I look.' }),
      toolUse(3),
    ),
    sent: (body) => withoutMarks(answerOf(body)['content']),
    expected: [
      { type: 'thinking', thinking: 'Hm, well.', signature: 'sig==' },
      { type: 'redacted_thinking', data: 'xyz' },
      { type: 'text', text: 'I look.' },
      plainUse,
    ],
    plain: [{ type: 'text', text: 'I look.' }, plainUse],
  },
  {
    what: 'OpenAI’s encrypted reasoning',
    kind: 'openai',
    body: response(reasoningItem, {
      type: 'function_call',
      id: 'fc_1',
      call_id: 'call_1',
      name: 'list_files',
      arguments: '{"path":"src"}',
    }),
    sent: (body) => ((body?.['input'] ?? []) as Body[]).filter(({ type }) => type === 'reasoning' || type === 'function_call'),
    expected: [reasoningItem, plainItem],
    plain: [plainItem],
  },
  {
    what: 'the phase of OpenAI’s messages',
    kind: 'openai',
    body: response(
      { type: 'message', id: 'msg_1', role: 'assistant', phase: 'commentary', content: [{ type: 'output_text', text: 'I look.' }] },
      { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'list_files', arguments: '{"path":"src"}' },
    ),
    sent: (body) => ((body?.['input'] ?? []) as Body[]).slice(2, 4),
    expected: [{ role: 'assistant', content: 'I look.', phase: 'commentary' }, plainItem],
    plain: [{ role: 'assistant', content: 'I look.' }, plainItem],
  },
];

/** The request of step 2, after a first response. */
function next({ text, reasoning, calls, end }: Heard) {
  const asked = calls.map(({ tool, input }) => ({ callId: 'call_1', tool, input }));
  return request({ messages: afterCall({ text, reasoning, calls: asked, ...(end?.state && { state: end.state }) }) });
}

describe('state that a provider wants returned', () => {
  for (const { what, kind, body, sent, expected, plain } of cases) {
    it(`is sent back to it with the next step: ${what}`, async () => {
      const served = await serve(() => ({ body }), { kind });
      const first = await hear(served.model);
      assert.deepEqual([first.calls, first.error], [[{ tool: 'list_files', input: { path: 'src' } }], undefined]);
      await hear(served.model, next(first));
      assert.deepEqual(sent(served.requests[1]?.body), expected);
      await served.close();
    });

    it(`is left out for another key, address or provider: ${what}`, async () => {
      const script = () => ({ body });
      const served = await serve(script, { kind });
      const asked = next(await hear(served.model));
      await served.close();
      for (const settings of [{ key: 'another' }, {}]) {
        // The second one has another port.
        const other = await serve(script, { kind, ...settings });
        await hear(other.model, asked);
        assert.deepEqual(sent(other.requests[0]?.body), plain);
        await other.close();
      }
      const { calls: _, ...rest } = asked.messages[1] as { calls: unknown };
      assert.ok('state' in rest);
    });
  }

  it('is left out where the calls are no longer those that came with it', async () => {
    for (const { kind, body, sent, plain } of cases.slice(4, 6)) {
      const served = await serve(() => ({ body }), { kind });
      const asked = next(await hear(served.model));
      const [first, answer] = asked.messages;
      assert.ok(first && answer?.role === 'assistant');
      await hear(
        served.model,
        request({ messages: [first, { role: 'assistant', text: 'Before.', calls: [] }, answer, ...asked.messages.slice(2)] }),
      );
      const shown = JSON.stringify(sent(served.requests[1]?.body));
      assert.ok(!/thinking|encrypted/.test(shown), shown);
      assert.equal(JSON.stringify(plain).includes('tool_use'), shown.includes('tool_use'));
      await served.close();
    }
  });

  it('has no size that a log could not hold', async () => {
    const body = chat(
      chunk({ tool_calls: [{ ...call.tool_calls[0], extra_content: { google: { thought_signature: 'x'.repeat(600_000) } } }] }),
    );
    const served = await serve(() => ({ body }));
    assert.equal((await hear(served.model)).end?.state, undefined);
    await served.close();
  });

  it('reveals nothing of the key', async () => {
    const served = await serve(() => ({ body: cases[0]?.body ?? '' }), { key: 'k1' });
    const state = JSON.stringify((await hear(served.model)).end?.state);
    assert.ok(!state.includes('k1') && state.length < 200, state);
    await served.close();
  });
});

const refusal = (message: string): ProviderReply => ({
  status: 400,
  type: 'application/json',
  body: JSON.stringify([{ error: { code: 400, message, status: 'INVALID_ARGUMENT' } }]),
});
const fine: ProviderReply = { body: events(chunk({ content: 'Hello' }), chunk({}, 'stop'), '[DONE]') };
const callsOf = (body: Body) => (answerOf(body)['tool_calls'] ?? []) as Body[];

describe('a provider that requires state from another provider', () => {
  const insisting: [what: string, judge: (body: Body) => string | undefined, state?: object][] = [
    [
      'on reasoning, as DeepSeek',
      (body) =>
        answerOf(body)['reasoning_content'] ? undefined : 'The `reasoning_content` in the thinking mode must be passed back to the API.',
    ],
    [
      'on reasoning, as Moonshot',
      (body) =>
        answerOf(body)['reasoning_content']
          ? undefined
          : 'thinking is enabled but reasoning_content is missing in assistant tool call message at index 2',
    ],
    [
      'on a signature, as Google',
      (body) =>
        callsOf(body).every((each) => each['extra_content'])
          ? undefined
          : 'Function call is missing a thought_signature in functionCall parts.',
    ],
  ];
  for (const [what, judge] of insisting) {
    it(`gets a substitute after it rejects the request: ${what}`, async () => {
      const script = ({ body }: ProviderRequest) => {
        const message = judge(body);
        return message === undefined ? fine : refusal(message);
      };
      const served = await serve(script);
      for (let n = 0; n < 2; n++) assert.equal((await hear(served.model, request({ messages: afterCall() }))).text, 'Hello');
      assert.equal(served.requests.length, 3);
      await served.close();
    });
  }

  it('gets nothing back that it does not take back', async () => {
    const script = ({ body }: ProviderRequest, n: number): ProviderReply => {
      if (n === 1) return { body: cases[0]?.body ?? '' };
      return answerOf(body)['reasoning_content'] ? refusal("property 'reasoning_content' is unsupported") : fine;
    };
    const served = await serve(script);
    const asked = next(await hear(served.model));
    for (let n = 0; n < 2; n++) assert.equal((await hear(served.model, asked)).text, 'Hello');
    assert.equal(served.requests.length, 4);
    await served.close();
  });
});

/** Request fields that a model rejects are omitted or replaced, and this is remembered for the model. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { afterCall, hear, request, type Served, serve } from '../../../test/harness/asked-model.ts';
import { chunk, events, type ProviderReply, type ProviderRequest } from '../../../test/harness/provider-server.ts';

type Body = Record<string, unknown>;

const fine: ProviderReply = { body: events(chunk({ content: 'Hello' }), chunk({}, 'stop'), '[DONE]') };
const refuse = (message: string, more: object = {}, status = 400): ProviderReply => ({
  status,
  type: 'application/json',
  body: JSON.stringify({ error: { message, type: 'invalid_request_error', ...more } }),
});

/** @param judge rejects a body; the others get a response */
const strict = (judge: (body: Body) => ProviderReply | undefined) => (asked: ProviderRequest) => judge(asked.body) ?? fine;

async function using<T>(served: Promise<Served>, work: (served: Served) => Promise<T>): Promise<T> {
  const opened = await served;
  try {
    return await work(opened);
  } finally {
    await opened.close();
  }
}

const rolesIn = (body: Body) => ((body['messages'] ?? []) as { role: string }[]).map(({ role }) => role);
const has = (body: Body, field: string) => JSON.stringify(body).includes(`"${field}":`);

/** How servers reject a field, and the field. */
const refusals: [what: string, field: string, reply: ProviderReply][] = [
  [
    'OpenAI’s, for a reasoning model',
    'max_tokens',
    refuse("Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.", {
      param: 'max_tokens',
      code: 'unsupported_parameter',
    }),
  ],
  ['of usage in a stream', 'stream_options', refuse('Unrecognized request argument supplied: stream_options')],
  [
    'Mistral’s of old',
    'stream_options',
    {
      status: 422,
      type: 'application/json',
      body: JSON.stringify({
        object: 'error',
        message: {
          detail: [{ type: 'extra_forbidden', loc: ['body', 'stream_options'], msg: 'Extra inputs are not permitted', input: {} }],
        },
      }),
    },
  ],
  [
    'FastAPI’s',
    'stream_options',
    {
      status: 422,
      type: 'application/json',
      body: JSON.stringify({ detail: [{ loc: ['body', 'stream_options'], msg: 'extra fields not permitted', type: 'value_error.extra' }] }),
    },
  ],
  ['with 500', 'stream_options', refuse('got an unexpected keyword argument "stream_options"', {}, 500)],
  ['within an answer with 200', 'stream_options', { body: events({ error: { message: 'stream_options is not supported', code: 400 } }) }],
];

describe('a field that a model refuses', () => {
  for (const [what, field, reply] of refusals) {
    it(`is left out, and not sent to this model again: ${what}`, async () => {
      const script = strict((body) => (has(body, field) ? reply : undefined));
      await using(serve(script), async ({ model, provider, requests }) => {
        for (let n = 0; n < 2; n++) {
          const { text, error } = await hear(model);
          assert.deepEqual([text, error], ['Hello', undefined]);
        }
        assert.deepEqual(
          requests.map(({ body }) => has(body, field)),
          [true, false, false],
        );
        // It is the same model, opened again.
        await hear(provider.model('test'));
        // Another model may accept it.
        await hear(provider.model('other'));
        assert.deepEqual(
          requests.slice(3).map(({ body }) => has(body, field)),
          [false, true, false],
        );
      });
    });
  }

  it('may be one of several, one after the other', async () => {
    const script = strict((body) => {
      if (has(body, 'max_tokens')) return refusals[0]?.[2];
      return has(body, 'stream_options') ? refusals[1]?.[2] : undefined;
    });
    await using(serve(script), async ({ model, requests }) => {
      assert.equal((await hear(model, request({ maxOutputTokens: 500 }))).text, 'Hello');
      assert.equal(requests.length, 3);
      assert.equal(requests.at(-1)?.body['max_completion_tokens'], 500);
    });
  });

  it('is not guessed: a permanent refusal is not retried', async () => {
    const replies = [
      refuse('temperature has to be 1'),
      refuse('Invalid tool name: stream'),
      { status: 500, body: '' },
      refuse('max_tokens and stream_options are fine, the tools are invalid', {}, 403),
    ];
    for (const reply of replies)
      await using(
        serve(() => reply),
        async ({ model, requests }) => {
          assert.ok((await hear(model)).error);
          assert.equal(requests.length, 1);
        },
      );
  });

  it('is retried a bounded number of times, whatever a server replies', async () => {
    const script = ({ body }: ProviderRequest) =>
      refuse(`max_tokens must be less than ${Number(body['max_tokens'])}, at most ${Number(body['max_tokens']) - 1}`);
    await using(serve(script), async ({ model, requests }) => {
      assert.equal((await hear(model)).error?.code, 'request_refused');
      assert.ok(requests.length < 12, String(requests.length));
    });
  });
});

describe('the most tokens of an answer', () => {
  const bounds: [provider: 'compatible' | 'anthropic', message: string, most: number][] = [
    ['anthropic', 'max_tokens: 16000 > 4096, which is the maximum allowed number of output tokens for claude-3-haiku-20240307', 4096],
    [
      'compatible',
      'max_tokens is too large: 16000. This model supports at most 8,192 completion tokens, whereas you provided 16000.',
      8192,
    ],
    ['compatible', 'Invalid max_tokens value, the valid range of max_tokens is [1, 8192]', 8192],
  ];
  for (const [kind, message, most] of bounds) {
    it(`are those that the model allows: ${message.slice(0, 50)}`, async () => {
      const script = strict((body) => (Number(body['max_tokens']) > most ? refuse(message) : undefined));
      await using(serve(script, { kind }), async ({ model, requests }) => {
        await hear(model);
        await hear(model, request({ maxOutputTokens: 100 }));
        assert.deepEqual(
          requests.map(({ body }) => body['max_tokens']),
          [16_000, most, 100],
        );
      });
    });
  }

  it('are no reason to ask again where the conversation is too long', async () => {
    const message =
      "This model's maximum context length is 8192 tokens. However, you requested 20000 tokens (4000 in the messages, 16000 in the completion). Please reduce max_tokens.";
    await using(
      serve(() => refuse(message)),
      async ({ model, requests }) => {
        assert.equal((await hear(model)).error?.code, 'context_overflow');
        assert.equal(requests.length, 1);
      },
    );
  });
});

describe('a model that knows no system role', () => {
  it('gets its instructions in front of the first message', async () => {
    const script = strict((body) => {
      return rolesIn(body).includes('system') ? refuse('System role not supported') : undefined;
    });
    await using(serve(script), async ({ model, requests }) => {
      assert.equal((await hear(model)).text, 'Hello');
      assert.deepEqual(requests.at(-1)?.body['messages'], [{ role: 'user', content: 'Be brief.\n\nHello' }]);
    });
  });
});

describe('a model that wants an answer between a tool and a person', () => {
  it('gets one', async () => {
    const script = strict((body) => {
      return rolesIn(body).join(' ').includes('tool user') ? refuse("Unexpected role 'user' after role 'tool'", { code: 3230 }) : undefined;
    });
    await using(serve(script), async ({ model, requests }) => {
      assert.equal((await hear(model, request({ messages: [...afterCall(), { role: 'user', text: 'And?' }] }))).text, 'Hello');
      const roles = rolesIn(requests.at(-1)?.body ?? {});
      assert.deepEqual(roles, ['system', 'user', 'assistant', 'tool', 'assistant', 'user']);
    });
  });
});

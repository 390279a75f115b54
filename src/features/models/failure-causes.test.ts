/** Why a provider failed, from any error it sends: by its codes first, then by the status, and by words only if they are whole phrases. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hearReply, KEY, listFiles, request } from '../../../test/harness/asked-model.ts';
import { chunk, events } from '../../../test/harness/provider-server.ts';
import type { ModelErrorCode } from './server/model.ts';

const json = (status: number, body: unknown) => ({ status, type: 'application/json', body: JSON.stringify(body) });

describe('the words of a provider', () => {
  const shapes: [what: string, body: string][] = [
    ['OpenAI’s', JSON.stringify({ error: { message: 'It hurts.', type: 'server_error', code: null } })],
    ['Anthropic’s', JSON.stringify({ type: 'error', error: { type: 'api_error', message: 'It hurts.' } })],
    ['Google’s, in a list', JSON.stringify([{ error: { code: 500, message: 'It hurts.', status: 'INTERNAL' } }])],
    ['FastAPI’s', JSON.stringify({ detail: 'It hurts.' })],
    ['a string', JSON.stringify({ error: 'It hurts.' })],
    ['vLLM’s', JSON.stringify({ object: 'error', message: 'It hurts.', type: 'InternalServerError', param: null, code: 500 })],
    ['Mistral’s', JSON.stringify({ object: 'error', message: { detail: 'It hurts.' }, type: 'internal' })],
    ['a list of errors', JSON.stringify({ success: false, errors: [{ code: 5000, message: 'It hurts.' }], result: null })],
    [
      'OpenRouter’s, of the provider behind it',
      JSON.stringify({
        error: {
          message: 'Provider returned error',
          code: 500,
          metadata: { raw: '{"error":{"message":"It hurts."}}', provider_name: 'X' },
        },
      }),
    ],
    ['a gateway’s, as JSON in a text', JSON.stringify({ message: JSON.stringify({ error: { message: 'It hurts.' } }) })],
    ['a problem document', JSON.stringify({ type: 'about:blank', title: 'Trouble', status: 500, detail: 'It hurts.' })],
    ['an event', `event: error\ndata: ${JSON.stringify({ error: { message: 'It hurts.' } })}\n\n`],
    ['a line that begins with error', `error: ${JSON.stringify({ message: 'It hurts.' })}\n\n`],
    ['plain text', 'It hurts.\n'],
    ['text in quotes', '"It hurts."'],
  ];
  for (const [what, body] of shapes) {
    it(`are found in ${what}`, async () => {
      const { error } = await hearReply({ status: 500, type: 'application/json', body });
      assert.equal(error?.code, 'provider_failed');
      assert.match(error?.message ?? '', /^Models Inc\. failed \(500\): “(?:Trouble: )?It hurts”\. Try again in a moment/);
    });
  }

  it('are joined if there are several, each with its field', async () => {
    const detail = [
      { loc: ['body', 'messages', 0, 'content'], msg: 'field required', type: 'missing' },
      { loc: ['body', 'top_p'], msg: 'is too hot', type: 'value_error' },
    ];
    const { error } = await hearReply(json(422, { detail }));
    assert.equal(error?.code, 'request_refused');
    assert.match(error?.message ?? '', /“field required \(content\); is too hot \(top_p\)”/);
  });

  it('are not read from an HTML page, from truncated JSON, or from a repeated request', async () => {
    const echo = {
      loc: ['body'],
      input: { messages: [{ content: 'insufficient_quota', type: 'invalid_api_key', code: 'insufficient_quota' }] },
    };
    for (const body of ['<html><body>502 Bad Gateway</body></html>', '{"error": {"mess', JSON.stringify({ detail: [echo] })]) {
      const { error } = await hearReply({ status: 502, body });
      assert.equal(error?.message, 'Models Inc. failed (502). Try again in a moment, or choose another model.');
    }
  });

  it('never show the key', async () => {
    const { error } = await hearReply(json(401, { error: { message: `${KEY} is no key`, code: 'invalid_api_key' } }));
    assert.match(error?.message ?? '', /“… is no key”/);
  });
});

type Row = [status: number, body: unknown, code: ModelErrorCode, temporary: boolean, advice: RegExp];

const causes: Row[] = [
  // A code is more specific than the status.
  [400, { error: { message: 'Check it.', code: 'invalid_api_key' } }, 'provider_refused', false, /Enter a valid one at Settings → Models/],
  [
    400,
    [
      {
        error: {
          code: 400,
          message: 'API key not valid. Please pass a valid API key.',
          status: 'INVALID_ARGUMENT',
          details: [{ reason: 'API_KEY_INVALID' }],
        },
      },
    ],
    'provider_refused',
    false,
    /Enter a valid one/,
  ],
  [429, { error: { message: 'Slow down.', code: 'insufficient_quota' } }, 'provider_refused', false, /Top it up/],
  [
    400,
    { error: { type: 'invalid_request_error', message: 'Your credit balance is too low to access the Anthropic API.' } },
    'provider_refused',
    false,
    /Top it up/,
  ],
  [
    403,
    { error: { message: 'Your organization may not use this model.', code: 'permission_denied' } },
    'provider_refused',
    false,
    /Check what the key may do/,
  ],
  [
    403,
    { error: { message: 'Country, region, or territory not supported', code: 'unsupported_country_region_territory' } },
    'provider_refused',
    false,
    /Check what the key may do/,
  ],
  [
    400,
    { error: { message: 'The model `x` does not exist or you do not have access to it.', code: 'model_not_found' } },
    'model_unknown',
    false,
    /Choose another model/,
  ],
  [400, { error: 'model "test" not found, try pulling it first' }, 'model_unknown', false, /Choose another model/],
  [404, { error: { type: 'not_found_error', message: 'model: test' } }, 'model_unknown', false, /Choose another model/],
  [404, { detail: 'Not Found' }, 'model_unknown', false, /Correct the address/],
  [400, { error: { message: 'Too much.', code: 'context_length_exceeded' } }, 'context_overflow', false, /larger context/],
  [
    500,
    { error: { message: 'the request exceeds the available context size', type: 'exceed_context_size_error' } },
    'context_overflow',
    false,
    /larger context/,
  ],
  [
    413,
    {
      error: {
        message: 'Request too large for model `x` on tokens per minute (TPM): Limit 6000, Requested 9000',
        type: 'tokens',
        code: 'rate_limit_exceeded',
      },
    },
    'context_overflow',
    false,
    /Start a new run/,
  ],
  [400, { error: { type: 'rate_limit_error', message: 'Slow down.' } }, 'provider_busy', true, /Try again/],
  [500, { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }, 'provider_busy', true, /Try again/],
  [400, { error: { message: 'Not that.', code: 'content_filter' } }, 'request_refused', false, /Say it in other words/],
  [
    400,
    { error: { message: 'registry.ollama.ai/library/gemma does not support tools', type: 'api_error' } },
    'request_refused',
    false,
    /Choose a model that can/,
  ],
  [
    404,
    { error: { message: 'No endpoints found that support tool use. This model does not support tool use.', code: 404 } },
    'request_refused',
    false,
    /Choose a model that can/,
  ],
  // Words within names do not count.
  [
    400,
    {
      error: {
        message: "Invalid schema for function 'billing__rate_limit': 'insufficient_quota' is not of type 'object'",
        param: 'tools[0].function.parameters',
        code: 'invalid_function_parameters',
      },
    },
    'request_refused',
    false,
    /Choose another model/,
  ],
  [400, { error: { message: 'tool billing__list: unauthorized property' } }, 'request_refused', false, /Choose another model/],
  [
    400,
    { error: { message: 'The message “your insufficient balance of “red” and “blue”” is not valid' } },
    'request_refused',
    false,
    /Choose another model/,
  ],
  [500, { error: { message: 'worker for billing died' } }, 'provider_failed', true, /Try again/],
  [502, { error: { message: 'invalid model server response' } }, 'provider_failed', true, /Try again/],
];

describe('the cause of a failure', () => {
  for (const [status, body, code, temporary, advice] of causes) {
    it(`is ${code} for ${status} ${JSON.stringify(body).slice(0, 90)}`, async () => {
      const { error } = await hearReply(json(status, body));
      assert.deepEqual([error?.code, error?.temporary], [code, temporary], error?.message);
      assert.match(error?.message ?? '', advice);
    });
  }

  it('is not read from the names of tools', async () => {
    const tools = [{ ...listFiles, name: 'over_capacity rate limit exceeded insufficient funds' }];
    const { error } = await hearReply(json(400, { error: `Unknown tool ${tools[0]?.name}` }), {}, request({ tools }));
    assert.equal(error?.code, 'request_refused');
  });
});

describe('an error within an answer with 200', () => {
  const errors: [what: string, body: string, code: ModelErrorCode, temporary: boolean][] = [
    [
      'a key that is refused',
      events({ error: { message: 'Incorrect API key provided', code: 'invalid_api_key' } }),
      'provider_refused',
      false,
    ],
    ['a key that is refused, by a number', events({ error: { message: 'User not found.', code: 401 } }), 'provider_refused', false],
    ['no credit', events({ error: { message: 'Add credits.', code: 402 } }), 'provider_refused', false],
    ['an error without a word for it', events({ object: 'error', message: 'GPU on fire', code: 500 }), 'provider_failed', true],
    [
      'an error of the choice',
      events({ choices: [{ index: 0, delta: {}, finish_reason: 'error', error: { code: 502, message: 'Bad gateway' } }] }),
      'provider_failed',
      true,
    ],
    ['an event named error', 'event: error\ndata: {"message":"Overloaded","type":"overloaded_error"}\n\n', 'provider_busy', true],
    ['a field named error', 'error: {"message":"rate limited","code":429}\n\n', 'provider_busy', true],
    [
      'one document',
      JSON.stringify({ error: { message: 'Incorrect API key provided', code: 'invalid_api_key' } }),
      'provider_refused',
      false,
    ],
    [
      'one document in a list',
      JSON.stringify([{ error: { code: 400, message: 'API key not valid.', status: 'INVALID_ARGUMENT' } }]),
      'provider_refused',
      false,
    ],
    [
      'a status of its own',
      JSON.stringify({ base_resp: { status_code: 1004, status_msg: 'login fail: unauthorized' } }),
      'provider_refused',
      false,
    ],
    ['a detail', JSON.stringify({ detail: 'Too many requests' }), 'provider_busy', true],
    ['a code and a message', JSON.stringify({ code: 'InvalidApiKey', message: 'invalid api key' }), 'provider_refused', false],
  ];
  for (const [what, body, code, temporary] of errors) {
    it(`is recognized at once: ${what}`, async () => {
      const { error, requests } = await hearReply({ body });
      assert.deepEqual([error?.code, error?.temporary, requests.length], [code, temporary, 1], error?.message);
    });
  }

  it('comes after the text', async () => {
    const { text, error } = await hearReply({ body: events(chunk({ content: 'Hel' }), { error: { message: 'GPU on fire' } }) });
    assert.deepEqual([text, error?.code], ['Hel', 'provider_failed']);
    assert.match(error?.message ?? '', /in the middle of its answer: “GPU on fire”/);
  });

  it('is recognized in the other protocols as well', async () => {
    const anthropic = events({ type: 'error', error: { type: 'authentication_error', message: 'invalid x-api-key' } });
    const openai = [
      events({ type: 'error', code: 'invalid_api_key', message: 'Incorrect API key', param: null }),
      events({ type: 'response.failed', response: { status: 'failed', error: { code: 'invalid_api_key', message: 'Incorrect API key' } } }),
    ];
    assert.equal((await hearReply({ body: anthropic }, { kind: 'anthropic' })).error?.code, 'provider_refused');
    for (const body of openai) assert.equal((await hearReply({ body }, { kind: 'openai' })).error?.code, 'provider_refused');
  });
});

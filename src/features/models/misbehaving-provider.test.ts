import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eventually } from '../../../test/harness/eventually.ts';
import { type ModelServerPart, openModelServer } from '../../../test/harness/model-server.ts';
import { type Model, ModelError, type ModelErrorCode, type ModelPart } from './server/model.ts';
import { createProvider, type ProviderSettings } from './server/provider.ts';
import { type Timeouts, withTimeouts } from './server/timeouts.ts';

const never = new Promise<never>(() => undefined);
const long = 'x'.repeat(10 * 1024 * 1024);
const KEY = 'sk-something-nobody-may-see';
const patient: Timeouts = { firstTokenMs: 60_000, tokenGapMs: 60_000, stepMs: 60_000 };

const chunk = (delta: object) => `data: ${JSON.stringify({ id: '1', choices: [{ index: 0, delta, finish_reason: null }] })}\n\n`;

type Script = (request: { gone: Promise<void> }, n: number) => AsyncIterable<ModelServerPart> | Iterable<ModelServerPart>;

/** A provider that does what a script says, and its model. */
async function open(
  script: Script,
  { timeouts = patient, listed, ...settings }: Partial<ProviderSettings> & { timeouts?: Timeouts; listed?: object[] } = {},
) {
  const server = await openModelServer(script, listed && { models: listed });
  const provider = createProvider({
    slug: 'local',
    name: 'Models Inc.',
    kind: 'compatible',
    url: server.url,
    key: KEY,
    privateNetwork: true,
    configured: 'screen',
    ...settings,
  });
  return { server, provider, model: withTimeouts(provider.model('test'), timeouts, provider.name) };
}

const request = (signal = new AbortController().signal) => ({
  instructions: 'Be brief.',
  messages: [{ role: 'user' as const, text: 'Hello' }],
  tools: [{ name: 'list_files', description: 'Lists files.', inputSchema: { type: 'object', properties: {} } }],
  signal,
});

async function readAll(model: Model, signal?: AbortSignal): Promise<ModelPart[]> {
  return Array.fromAsync(model(request(signal)));
}

/** What came before it failed, and how it failed. */
async function fail(script: Script, settings: Parameters<typeof open>[1] = {}): Promise<{ error: ModelError; parts: ModelPart[] }> {
  const { server, model } = await open(script, settings);
  const parts: ModelPart[] = [];
  try {
    for await (const part of model(request())) parts.push(part);
  } catch (error) {
    assert.ok(error instanceof ModelError, String(error));
    return { error, parts };
  } finally {
    await server.close();
  }
  return assert.fail(`it did not fail, but said ${JSON.stringify(parts).slice(0, 200)}`);
}

async function answer(...parts: ModelServerPart[]): Promise<ModelPart[]> {
  const { server, model } = await open(() => parts);
  try {
    return await readAll(model);
  } finally {
    await server.close();
  }
}

describe('a provider that refuses', () => {
  const refusals: [status: number, message: string, code: ModelErrorCode, temporary: boolean, says: RegExp][] = [
    [
      401,
      'bad key',
      'provider_refused',
      false,
      /^Models Inc\. refused the key \(401\): “bad key”\. Enter a valid one at Settings → Models\.$/,
    ],
    [403, 'not in your country', 'provider_refused', false, /not in your country/],
    [402, 'Insufficient credits', 'provider_refused', false, /has no credit left/],
    [429, 'You exceeded your current quota, please check your plan', 'provider_refused', false, /has no credit left/],
    [404, 'no such model', 'model_unknown', false, /does not know the model test/],
    [429, 'slow down', 'provider_busy', true, /too many requests/],
    [500, 'oh no', 'provider_failed', true, /failed \(500\): “oh no”/],
    [502, 'bad gateway', 'provider_failed', true, /Try again in a moment/],
    [503, 'overloaded', 'provider_busy', true, /too much to do/],
    [529, 'overloaded', 'provider_busy', true, /too much to do/],
    [408, 'took too long', 'provider_failed', true, /408/],
    [409, 'conflict', 'provider_failed', true, /409/],
    [425, 'too early', 'provider_failed', true, /425/],
    [400, `This model's maximum context length is 8192 tokens.`, 'context_overflow', false, /too long for the model/],
    [400, 'prompt is too long: 210000 tokens > 200000 maximum', 'context_overflow', false, /Start a new run/],
    [400, 'the request exceeds the available context size, try increasing it', 'context_overflow', false, /larger context/],
    [413, 'Request too large', 'context_overflow', false, /too long/],
    [400, 'temperature has to be 1', 'request_refused', false, /does not accept the request \(400\): “temperature has to be 1”/],
    [418, 'a teapot', 'request_refused', false, /418/],
  ];
  for (const [status, message, code, temporary, says] of refusals) {
    it(`with ${status} (“${message.slice(0, 40)}”) is ${code}${temporary ? ', for the moment' : ''}`, async () => {
      const { error } = await fail(() => [{ status, message }]);
      assert.deepEqual([error.code, error.temporary], [code, temporary], error.message);
      assert.match(error.message, says);
    });
  }

  it('says when to come back: in seconds, in milliseconds, or as a date', async () => {
    const wait = async (headers: Record<string, string>) => (await fail(() => [{ status: 429, headers }])).error.retryAfterMs;
    assert.equal(await wait({ 'retry-after': '7' }), 7000);
    assert.equal(await wait({ 'retry-after-ms': '250', 'retry-after': '7' }), 250);
    const inHalfAMinute = await wait({ 'retry-after': new Date(Date.now() + 30_000).toUTCString() });
    assert.ok(inHalfAMinute !== undefined && inHalfAMinute > 25_000 && inHalfAMinute <= 30_000, String(inHalfAMinute));
    assert.equal(await wait({ 'retry-after': 'Tue, 01 Jan 2019 00:00:00 GMT' }), 0);
    assert.equal(await wait({ 'retry-after': '99999999' }), 3_600_000);
    assert.equal(await wait({ 'retry-after': 'soon' }), undefined);
    assert.equal(await wait({}), undefined);
  });

  it('is asked once: to try again is the loop’s decision', async () => {
    const { server, model } = await open(() => [{ status: 500 }]);
    await assert.rejects(readAll(model));
    assert.equal(server.requests.length, 1);
    await server.close();
  });

  it('is told from the server’s environment where its key stands there, and its key is never repeated', async () => {
    const { error } = await fail(() => [{ status: 401, message: `${KEY} is no key` }], { configured: 'environment' });
    assert.match(error.message, /“… is no key”.*in the server’s environment/);
  });

  it('with a page of HTML is not quoted', async () => {
    const page = '<html><body>It works not</body></html>';
    const { error } = await fail(() => [{ status: 500, message: page }]);
    assert.match(error.message, /failed \(500\)/);
  });

  it('by leading on to elsewhere is not followed', async () => {
    const { error } = await fail(() => [{ status: 307, headers: { location: 'http://169.254.169.254/latest' } }]);
    assert.equal(error.code, 'provider_unreachable');
    assert.match(error.message, /leads on to http:\/\/169\.254\.169\.254/);
  });
});

describe('a provider that is away', () => {
  it('is unreachable', async () => {
    const { error } = await fail(() => [], { url: `http://127.0.0.1:${await unusedPort()}/v1` });
    assert.deepEqual([error.code, error.temporary], ['provider_unreachable', true]);
    assert.match(error.message, /Models Inc\. cannot be reached \(ECONNREFUSED\)\. Check that it runs/);
  });

  it('is unreachable when nobody knows its name', async () => {
    const { error } = await fail(() => [], { url: 'http://models.invalid/v1' });
    assert.equal(error.code, 'provider_unreachable');
  });

  it('is not called in a private network, unless somebody who runs the installation entered it', async () => {
    let called = false;
    const script = () => {
      called = true;
      return ['Hello'];
    };
    const { error } = await fail(script, { privateNetwork: false });
    assert.deepEqual([error.code, error.temporary, called], ['provider_unreachable', false, false]);
    assert.match(error.message, /private or reserved network/);
  });
});

describe('a provider that goes silent', () => {
  const silences: [string, Script, Partial<Timeouts>, RegExp][] = [
    ['before its headers', () => hang(), { firstTokenMs: 50 }, /did not begin to answer within/],
    ['before its first token', () => hang(''), { firstTokenMs: 50 }, /did not begin to answer within/],
    ['between two tokens', () => hang('Hel'), { tokenGapMs: 50 }, /said nothing more within/],
    ['never, and never ends either', () => drip(), { stepMs: 150 }, /did not finish its answer within/],
  ];
  for (const [when, script, timeouts, says] of silences) {
    it(`${when} is given up, and the request to it is ended`, async () => {
      let gone = false;
      const { error } = await fail(
        (asked) => {
          void asked.gone.then(() => {
            gone = true;
          });
          return script(asked, 1);
        },
        { timeouts: { ...patient, ...timeouts } },
      );
      assert.deepEqual([error.code, error.temporary], ['provider_silent', true]);
      assert.match(error.message, says);
      await eventually('the provider sees the connection close', () => gone);
    });
  }

  it('sees the connection close within a second when a person stops the run', async () => {
    for (const script of [() => hang(), () => hang('Hel')]) {
      const { server, model } = await open(script);
      const stop = new AbortController();
      const reason = new Error('stopped by a person');
      const reading = readAll(model, stop.signal);
      await eventually('the provider is asked', () => server.requests.length, 1);
      stop.abort(reason);
      await assert.rejects(reading, (error) => error === reason);
      let closed = false;
      void server.requests[0]?.gone.then(() => {
        closed = true;
      });
      await eventually('the provider sees the connection close', () => closed);
      await server.close();
    }
  });

  it('sees the connection close when whoever reads has heard enough', async () => {
    const { server, model } = await open(() => hang('Hel'));
    for await (const part of model(request())) if (part.type === 'text') break;
    await server.requests[0]?.gone;
    await server.close();
  });
});

describe('a provider whose answer is not whole', () => {
  const broken: [string, ModelServerPart[], ModelErrorCode, boolean][] = [
    ['is no JSON', ['Hello', { raw: 'data: {"id": oh no\n\n' }], 'provider_broken', true],
    ['has another shape', [{ raw: 'data: {"id":"1","choices":"none"}\n\n' }, 'end here'], 'provider_broken', true],
    ['is a page of HTML', [{ raw: '<html>Welcome</html>' }, 'end here'], 'provider_broken', true],
    ['is empty', [{ raw: '' }, 'end here'], 'provider_broken', true],
    ['breaks off', ['Hello', 'cut here'], 'cut_off', true],
    ['breaks off within a line', ['Hello', { raw: 'data: {"id":"1","cho' }, 'cut here'], 'cut_off', true],
    ['ends before its end', ['Hello', 'end here'], 'cut_off', true],
    [
      'is an error of being overloaded',
      ['Hello', { raw: 'data: {"error":{"message":"Overloaded","type":"overloaded_error"}}\n\n' }],
      'provider_busy',
      true,
    ],
    ['is another error', ['Hello', { raw: 'data: {"error":{"message":"GPU on fire","code":500}}\n\n' }], 'provider_failed', true],
    [
      'is an error about its context',
      [{ raw: 'data: {"error":{"message":"maximum context length exceeded"}}\n\n' }],
      'context_overflow',
      false,
    ],
  ];
  for (const [what, parts, code, temporary] of broken) {
    it(`because it ${what} fails as ${code}, after what there was of it`, async () => {
      const { error, parts: heard } = await fail(() => parts);
      assert.deepEqual([error.code, error.temporary], [code, temporary], error.message);
      if (parts[0] === 'Hello') assert.deepEqual(heard, [{ type: 'text', text: 'Hello' }]);
    });
  }

  it('because it breaks off in a tool call has no tool call', async () => {
    const half = chunk({ tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: 'list_files', arguments: '{"pa' } }] });
    const { error, parts } = await fail(() => [{ raw: half }, 'end here']);
    assert.equal(error.code, 'cut_off');
    assert.ok(parts.every(({ type }) => type === 'tool_input'));
  });
});

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

  it('in very many tool calls, or a word here and a thought there, is cut off', async () => {
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

  it('is passed on when it calls one that does not exist: the loop tells it', async () => {
    const call = callOf(await answer({ tool: 'launch_rocket', input: { at: 'dawn' } }));
    assert.deepEqual([call?.tool, call?.input], ['launch_rocket', { at: 'dawn' }]);
  });

  it('is passed on when its input does not fit', async () => {
    assert.deepEqual(callOf(await answer({ tool: 'list_files', input: { path: 7 } }))?.input, { path: 7 });
  });

  it('is passed on when its input is no JSON, as it stands', async () => {
    assert.equal(callOf(await answer({ tool: 'list_files', input: '{"path": oh' }))?.input, '{"path": oh');
  });

  it('is passed on as it stands when its input is nested deeper than can be stored', async () => {
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
  it('comes piece by piece: reasoning, text, a tool’s input as it is written, the call, the tokens', async () => {
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

  it('tells when it was cut by its length or by a filter', async () => {
    for (const [finish, expected] of [
      ['length', 'length'],
      ['content_filter', 'content-filter'],
    ] as const) {
      const last = (await answer('Hel', { finish })).at(-1);
      assert.equal(last?.type === 'finish' && last.finish, expected);
    }
  });

  it('whose tokens nobody counted has an estimate of them, so that budgets hold', async () => {
    const end = 'data: {"id":"1","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n';
    const last = (await answer('x'.repeat(400), { raw: end }, 'end here')).at(-1);
    assert.ok(
      last?.type === 'finish' && last.outputTokens === 100 && last.inputTokens > 20 && last.inputTokens < 200,
      JSON.stringify(last),
    );
  });

  it('whose tokens were counted as what they cannot be has an estimate of them, too', async () => {
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

const withoutState = (parts: ModelPart[]) =>
  parts
    .map((part) => (part.type === 'finish' ? { ...part, state: undefined } : part))
    .map((part) => JSON.parse(JSON.stringify(part)) as unknown);

async function unusedPort(): Promise<number> {
  const server = await openModelServer(() => []);
  await server.close();
  return Number(new URL(server.url).port);
}

/** Says these, and then nothing for ever. */
async function* hang(...parts: ModelServerPart[]): AsyncGenerator<ModelServerPart> {
  yield* parts;
  await never;
}

/** Says something every 10 ms, for ever. */
async function* drip(): AsyncGenerator<ModelServerPart> {
  for (;;) {
    yield '.';
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

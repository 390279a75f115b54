import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eventually } from '../../../../test/harness/eventually.ts';
import type { ModelServerPart } from '../../../../test/harness/model-server.ts';
import type { ModelErrorCode } from '../server/model.ts';
import type { Timeouts } from '../server/timeouts.ts';
import { chunk, drip, fail, hang, KEY, open, patient, readAll, request, type Script, unusedPort } from './provider-setup.ts';

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

  it('is called once: retries are the loop’s decision', async () => {
    const { server, model } = await open(() => [{ status: 500 }]);
    await assert.rejects(readAll(model));
    assert.equal(server.requests.length, 1);
    await server.close();
  });

  it('names the server’s environment if its key is set there, and never repeats the key', async () => {
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

  it('is unreachable when its name does not resolve', async () => {
    const { error } = await fail(() => [], { url: 'http://models.invalid/v1' });
    assert.equal(error.code, 'provider_unreachable');
  });

  it('is not called in a private network, unless an operator entered it', async () => {
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
  // Long enough for the request to arrive.
  const shortMs = 1000;
  const silences: [string, Script, Partial<Timeouts>, RegExp][] = [
    ['before its headers', () => hang(), { firstTokenMs: shortMs }, /did not begin to answer within/],
    ['before its first token', () => hang(''), { firstTokenMs: shortMs }, /did not begin to answer within/],
    ['between two tokens', () => hang('Hel'), { tokenGapMs: 50 }, /said nothing more within/],
    ['never, and never ends either', () => drip(), { stepMs: shortMs }, /did not finish its answer within/],
  ];
  for (const [when, script, timeouts, says] of silences) {
    it(`${when} is abandoned, and its request is aborted`, async () => {
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

  it('sees the connection close when the reader stops reading', async () => {
    const { server, model } = await open(() => hang('Hel'));
    for await (const part of model(request())) if (part.type === 'text') break;
    await server.requests[0]?.gone;
    await server.close();
  });
});

describe('a provider whose response is incomplete', () => {
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
    it(`because it ${what} fails as ${code}, after its partial response`, async () => {
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

/** The address of a provider, as entered by people. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hear, KEY, serve } from '../../../test/harness/asked-model.ts';
import { chunk, events, type ProviderReply } from '../../../test/harness/provider-server.ts';
import { candidatesOf } from './server/address.ts';

const chat: ProviderReply = { body: events(chunk({ content: 'Hello' }), chunk({}, 'stop'), '[DONE]') };
const message: ProviderReply = {
  body: events(
    {
      type: 'message_start',
      message: { id: 'm', type: 'message', role: 'assistant', content: [], usage: { input_tokens: 3, output_tokens: 1 } },
    },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hello' } },
    { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 2 } },
    { type: 'message_stop' },
  ),
};
const list: ProviderReply = { type: 'application/json', body: JSON.stringify({ data: [{ id: 'test' }] }) };
const missing: ProviderReply = { status: 404, type: 'text/html', body: '<html>Cannot POST</html>' };

/** A server that has its endpoints under one path only. */
const at =
  (base: string, otherwise: ProviderReply = missing) =>
  ({ path, method }: { path: string; method: string }) => {
    const plain = path.split('?')[0];
    if (plain === `${base}/messages`) return message;
    if (plain === `${base}/chat/completions`) return chat;
    return method === 'GET' && plain === `${base}/models` ? list : otherwise;
  };

const works: [kind: 'anthropic' | 'compatible', entered: string, base: string][] = [
  ['anthropic', '/v1', '/v1'],
  ['anthropic', '', '/v1'],
  ['anthropic', '/', '/v1'],
  ['anthropic', '/v1/', '/v1'],
  ['anthropic', '/v1/messages', '/v1'],
  ['anthropic', '/anthropic', '/anthropic/v1'],
  ['anthropic', '/gateway', '/gateway'],
  ['compatible', '/v1', '/v1'],
  ['compatible', '', '/v1'],
  ['compatible', '', ''],
  ['compatible', '/v1/chat/completions', '/v1'],
  ['compatible', '/v1/models/', '/v1'],
  ['compatible', '/api/v1', '/api/v1'],
  ['compatible', '/v1beta/openai', '/v1beta/openai'],
];

describe('an address', () => {
  for (const [kind, entered, base] of works) {
    it(`of the kind ${kind} that ends in “${entered}” works for a server at “${base}”, asked for its list or not`, async () => {
      for (const listsFirst of [true, false]) {
        const served = await serve(at(base), { kind, path: entered });
        if (listsFirst)
          assert.deepEqual(
            (await served.provider.list(AbortSignal.timeout(10_000))).map(({ name }) => name),
            ['test'],
          );
        for (let n = 0; n < 2; n++) assert.deepEqual((await hear(served.model)).text, 'Hello');
        // The path is detected once.
        const last = served.requests.slice(-2).map(({ path }) => path);
        assert.equal(last[1]?.split('?')[0], `${base}/${kind === 'anthropic' ? 'messages' : 'chat/completions'}`);
        assert.ok(served.requests.length <= (listsFirst ? 4 : 3));
        await served.close();
      }
    });
  }

  it('is not that of a page, nor of a server that says 200 to anything', async () => {
    const others: ProviderReply[] = [
      { type: 'text/html', body: '<!doctype html><title>Models</title>' },
      { type: 'application/json', body: JSON.stringify({ error: 'Unexpected endpoint or method. (GET /models). Returning 200 anyway' }) },
    ];
    for (const otherwise of others) {
      const served = await serve(at('/v1', otherwise), { path: '' });
      assert.equal((await served.provider.list(AbortSignal.timeout(10_000))).length, 1);
      assert.equal((await hear(served.model)).text, 'Hello');
      await served.close();
    }
  });

  it('that leads nowhere is reported as the problem, and so is an unknown model', async () => {
    const nowhere = await serve(() => missing, { path: '' });
    const { error } = await hear(nowhere.model);
    assert.deepEqual([error?.code, nowhere.requests.length], ['model_unknown', 2]);
    assert.match(error?.message ?? '', /has nothing at this address \(404\)\. Correct the address at Settings → Models\./);
    await assert.rejects(nowhere.provider.list(AbortSignal.timeout(10_000)), { code: 'model_unknown' });
    await nowhere.close();
    const unknown = await serve(
      () => ({ status: 404, type: 'application/json', body: JSON.stringify({ error: { message: 'no such model' } }) }),
      { path: '' },
    );
    assert.match((await hear(unknown.model)).error?.message ?? '', /does not know the model test \(404\)/);
    assert.equal(unknown.requests.length, 1);
    await unknown.close();
  });

  it('of a custom server, with its version, is called unchanged', () => {
    assert.deepEqual(candidatesOf('https://api.openai.com/v1', 'openai'), ['https://api.openai.com/v1']);
    assert.deepEqual(candidatesOf('https://api.anthropic.com', 'anthropic'), ['https://api.anthropic.com/v1', 'https://api.anthropic.com']);
  });
});

describe('an Anthropic address', () => {
  it('is called with its version and key', async () => {
    const served = await serve(at('/v1'), { kind: 'anthropic', path: '' });
    await hear(served.model);
    assert.deepEqual([served.requests[0]?.headers['x-api-key'], served.requests[0]?.headers['anthropic-version']], [KEY, '2023-06-01']);
    await served.close();
  });
});

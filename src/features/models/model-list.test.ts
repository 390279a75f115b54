import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readModelList } from './server/model-list.ts';
import { wellKnown } from './server/well-known.ts';

const read = (...data: unknown[]) => readModelList('compatible', JSON.stringify({ object: 'list', data }), 'Models Inc.');

describe('the list of a provider', () => {
  const windows: [server: string, model: object, contextTokens: number | undefined][] = [
    ['vLLM', { id: 'm', max_model_len: 40_960 }, 40_960],
    ['OpenRouter', { id: 'm', context_length: 262_144, architecture: { output_modalities: ['text'] } }, 262_144],
    ['llama.cpp, as it was started', { id: 'm', meta: { n_ctx: 8192, n_ctx_train: 131_072 } }, 8192],
    ['llama.cpp, as it was trained', { id: 'm', meta: { n_ctx_train: 131_072 } }, 131_072],
    ['LM Studio', { id: 'm', max_context_length: 131_072, loaded_context_length: 4096 }, 4096],
    ['Groq', { id: 'm', context_window: 131_072 }, 131_072],
    ['Anthropic', { id: 'm', max_input_tokens: 1_000_000 }, 1_000_000],
    ['Ollama', { id: 'm', owned_by: 'library' }, undefined],
    ['a server that is confused', { id: 'm', context_length: 'long', max_model_len: -1, meta: 'none', pricing: 7 }, undefined],
  ];
  for (const [server, model, contextTokens] of windows) {
    it(`reads the context window that ${server} reports`, () => {
      assert.deepEqual(read(model), [{ name: 'm', contextTokens, price: undefined }]);
    });
  }

  it('reads the price per token that OpenRouter reports, and none if it varies', () => {
    const price = (prompt: unknown, completion: unknown) => read({ id: 'm', pricing: { prompt, completion } })[0]?.price;
    assert.deepEqual(price('0.00000015', '0.0000006'), { input: 0.15, output: 0.6 });
    assert.deepEqual(price('0', '0'), { input: 0, output: 0 });
    assert.equal(price('-1', '-1'), undefined);
    assert.equal(price('free', '0'), undefined);
    assert.equal(price(undefined, '1'), undefined);
  });

  it('leaves out entries that are no chat models, and duplicates', () => {
    const entries = [
      { id: 'a' },
      'b',
      null,
      { name: 'c' },
      { id: '' },
      { id: 'd', architecture: { output_modalities: ['image'] } },
      { id: 'a' },
    ];
    assert.deepEqual(
      read(...entries).map(({ name }) => name),
      ['a'],
    );
    const names = ['gpt-5', 'gpt-4o-audio-preview', 'dall-e-3', 'o3', 'whisper-1', 'text-embedding-3-large', 'ft:gpt-4o:ours'];
    const list = readModelList('openai', JSON.stringify({ data: names.map((id) => ({ id })) }), 'OpenAI');
    assert.deepEqual(
      list.map(({ name }) => name),
      ['gpt-5', 'o3', 'ft:gpt-4o:ours'],
    );
  });

  it('is refused when it is no list', () => {
    for (const text of ['', '{', '[]', '{"models":[]}', '"data"', '<html>'])
      assert.throws(() => readModelList('compatible', text, 'Models Inc.'), {
        code: 'provider_broken',
        message: /^Models Inc\. answered without a list of models\./,
      });
  });
});

describe('a model that is well known', () => {
  it('has a window and a price from its name, as a dated snapshot too', () => {
    const opus = { contextTokens: 1_000_000, price: { input: 4, output: 20 } };
    assert.deepEqual(wellKnown('anthropic', 'claude-opus-5-5'), opus);
    assert.deepEqual(wellKnown('anthropic', 'claude-opus-5-5-20261001'), opus);
    assert.deepEqual(wellKnown('openai', 'gpt-4o-mini-2024-07-18'), { contextTokens: 128_000, price: { input: 0.15, output: 0.6 } });
  });

  it('is not confused with another whose name begins alike', () => {
    for (const name of ['claude-opus-5-9', 'claude-opus-50', 'claude'])
      assert.deepEqual(wellKnown('anthropic', name), { contextTokens: 128_000 });
    for (const name of ['o3-pro', 'gpt-5-something', 'gpt-5.9']) assert.deepEqual(wellKnown('openai', name), { contextTokens: 128_000 });
  });

  it('is well known at its own provider only: other servers give any names', () => {
    assert.deepEqual(wellKnown('compatible', 'gpt-5'), { contextTokens: 32_000 });
  });
});

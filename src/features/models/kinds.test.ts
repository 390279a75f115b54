import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { kindOf, providerKinds, reservedSlugs } from './kinds/kinds.ts';
import { providerVariables, readProviders } from './provider-variables.ts';
import { createModelProvider } from './providers-contract.ts';
import { createProvider } from './server/provider.ts';
import { texts } from './texts.ts';

const all = {
  OPENAI_API_KEY: 'sk-1',
  ANTHROPIC_API_KEY: 'sk-2',
  MODEL_SERVER_URL: 'https://models.example.com/v1',
  MODEL_SERVER_MODELS: 'one, two ,',
  MODEL_SERVER_DETECT: true,
};

describe('the kinds of providers', () => {
  it('differ in id, label, place, variables and slugs', () => {
    for (const values of [
      providerKinds.map(({ id }) => id),
      providerKinds.map(({ id }) => texts.kinds[id].label),
      providerKinds.map(({ order }) => order),
      providerKinds.flatMap(({ environment }) => environment?.rank ?? []),
      providerKinds.flatMap(({ environment }) => Object.keys(environment?.variables ?? {})),
      reservedSlugs,
    ])
      assert.deepEqual(values, [...new Set<string | number>(values)]);
  });

  it('have variables that .env.example can explain', () => {
    for (const [name, schema] of Object.entries(providerVariables)) {
      assert.match(name, /^[A-Z][A-Z_]+$/);
      assert.ok((schema as { description?: string }).description, name);
    }
  });

  for (const { id, address, key, models } of providerKinds) {
    it(`of the kind ${id} ask only for what their providers need`, () => {
      const url = address.own === null ? address.example : null;
      const body = { kind: id, name: 'Ours', url, key: key.required ? 'sk-1' : null };
      assert.ok(createModelProvider.body?.safeParse(body).success);
      const paths = createModelProvider.body?.safeParse({ kind: id, name: 'Ours' }).error?.issues.map(({ path }) => path.join('.')) ?? [];
      assert.deepEqual(paths, [...(address.own === null ? ['url'] : []), ...(key.required ? ['key'] : [])]);
      assert.equal(
        createProvider({ slug: 'ours', privateNetwork: false, configured: 'screen', ...body, url: url ?? undefined, key: undefined }).kind,
        id,
      );
      assert.equal(new Set(models.known.map(([name]) => name)).size, models.known.length, 'each model stands once');
    });
  }

  it('that do not exist are not found', () => assert.throws(() => kindOf('nobody’s'), /no provider kind/));
});

describe('the environment', () => {
  it('names providers, Anthropic first, then OpenAI, a server of one’s own, and the one on this machine', () => {
    assert.deepEqual(readProviders(all), [
      { slug: 'anthropic', name: 'Anthropic', kind: 'anthropic', key: 'sk-2' },
      { slug: 'openai', name: 'OpenAI', kind: 'openai', key: 'sk-1' },
      {
        slug: 'server',
        name: 'models.example.com',
        kind: 'compatible',
        url: 'https://models.example.com/v1',
        key: undefined,
        models: ['one', 'two'],
      },
      { slug: 'local', name: 'Local model server', kind: 'compatible', url: 'http://127.0.0.1:11434/v1', optional: true },
    ]);
  });

  it('sends OpenAI’s key to OPENAI_BASE_URL instead of OpenAI', () => {
    const url = 'https://openrouter.example.com/api/v1';
    assert.deepEqual(readProviders({ OPENAI_API_KEY: 'sk-1', OPENAI_BASE_URL: url, MODEL_SERVER_DETECT: false }), [
      { slug: 'openai', name: 'openrouter.example.com', kind: 'compatible', url, key: 'sk-1' },
    ]);
  });

  it('names none where nothing is set', () => assert.deepEqual(readProviders({ MODEL_SERVER_DETECT: false }), []));

  it('keeps the slugs of its providers from those of organizations', () => {
    for (const { slug } of readProviders(all)) assert.ok(reservedSlugs.includes(slug), slug);
    assert.ok(reservedSlugs.includes('practice'));
  });
});

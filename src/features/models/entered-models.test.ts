/** Providers that do not list their models, or list models that cannot be used for runs. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { getRun, startRun } from '#features/runs/contract.ts';
import { eventually } from '../../../test/harness/eventually.ts';
import { chunk, events, openProviderServer, type ProviderReply } from '../../../test/harness/provider-server.ts';
import { makeOperator } from '../../../test/harness/roles.ts';
import { newProject, type Person, signUp, startTestServer, type TestServer } from '../../../test/harness/test-server.ts';
import { listModels } from './contract.ts';
import { changeModelProvider, createModelProvider, deleteModelProvider, testModelProvider } from './providers-contract.ts';
import { readModelList } from './server/model-list.ts';

const ENCRYPTION_KEY = 'Zk3vQ9xT7bN1mW5rY8uJ2pL6hD4fS0gAcEiOqRtXwVyBnMzKjHlGpFdSaQwErTy8';

describe('a provider without a list', () => {
  let list: ProviderReply = { status: 404, body: 'Not Found' };
  let server: Awaited<ReturnType<typeof openProviderServer>>;
  let testServer: TestServer;
  let ada: Person;
  before(async () => {
    server = await openProviderServer(({ path }) =>
      path.endsWith('/models')
        ? list
        : { body: events(chunk({ content: 'Hello from a model without a list.' }), chunk({}, 'stop'), '[DONE]') },
    );
    const env = { ENCRYPTION_KEY, MODEL_SERVER_URL: `${server.origin}/v1`, MODEL_SERVER_MODELS: 'deepseek-chat, qwen3 ,deepseek-chat' };
    testServer = await startTestServer({ env });
    ada = await signUp(testServer);
    await makeOperator(testServer, ada);
  });
  after(async () => {
    await testServer.close();
    await server.close();
  });

  const add = async (more: object = {}) => {
    const body = { kind: 'compatible' as const, name: 'Ours', url: `${server.origin}/v1`, ...more };
    return (await ada.call(createModelProvider, { body })).body.provider;
  };
  const remove = (providerId: string) => ada.call(deleteModelProvider, { params: { providerId } });
  const listed = async () => {
    const { models, unreachable } = (await ada.call(listModels, {})).body;
    return { ids: models.map(({ id }) => id).filter((id) => id.startsWith('ours/')), unreachable };
  };
  const test = async (providerId: string) => (await ada.call(testModelProvider, { params: { providerId } })).body;

  it('has the models that were entered, and runs use them', async () => {
    const provider = await add({ models: ['deepseek-chat', 'qwen3', 'qwen3'] });
    assert.deepEqual(provider.models, ['deepseek-chat', 'qwen3']);
    const { ids, unreachable } = await listed();
    assert.deepEqual(ids, ['ours/deepseek-chat', 'ours/qwen3']);
    assert.ok(!unreachable.some(({ provider: name }) => name === 'Ours'));
    assert.deepEqual(await test(provider.id), { ok: true, models: ['deepseek-chat', 'qwen3'] });
    const { id: projectId } = await newProject(ada);
    const { run } = (await ada.call(startRun, { params: { projectId }, body: { message: 'Hello', model: 'ours/qwen3' } })).body;
    await eventually('the run is done', async () => (await ada.call(getRun, { params: { runId: run.id } })).body.run.status, 'done');
    assert.equal(server.requests.at(-1)?.body['model'], 'qwen3');
    await assert.rejects(ada.call(startRun, { params: { projectId }, body: { message: 'Hello', model: 'ours/else' } }), {
      code: 'model_unknown',
    });
    await remove(provider.id);
  });

  it('gets others by a change, or none; what it lists is there as well', async () => {
    const { id } = await add({ models: ['a'] });
    const change = (models: string[]) => ada.call(changeModelProvider, { params: { providerId: id }, body: { models } });
    assert.deepEqual((await change(['b', 'c'])).body.provider.models, ['b', 'c']);
    await eventually('the models are those entered', async () => (await listed()).ids.join(), 'ours/b,ours/c');
    list = { type: 'application/json', body: JSON.stringify({ data: [{ id: 'c' }, { id: 'd' }] }) };
    await change(['a', 'c']);
    await eventually('the models follow the list of the server', async () => (await listed()).ids.join(), 'ours/c,ours/d,ours/a');
    await change([]);
    await eventually('only listed models are offered', async () => (await listed()).ids.join(), 'ours/c,ours/d');
    list = { status: 404, body: 'Not Found' };
    await remove(id);
  });

  it('is distinguished from one that is unreachable or refuses the key', async () => {
    list = { status: 401, type: 'application/json', body: JSON.stringify({ error: { message: 'bad key', code: 'invalid_api_key' } }) };
    const { id } = await add({ models: ['a'] });
    const { ids, unreachable } = await listed();
    assert.deepEqual(ids, ['ours/a']);
    assert.match(unreachable.find(({ provider }) => provider === 'Ours')?.reason ?? '', /key/);
    assert.equal((await test(id)).ok, false);
    list = { status: 404, body: 'Not Found' };
    await remove(id);
  });

  it('is refused names that are none, each by its place', async () => {
    for (const models of [[''], ['a\nb'], ['x'.repeat(300)], Array.from({ length: 201 }, (_, n) => `m${n}`)])
      await assert.rejects(add({ models }), { status: 422 });
  });

  it('may be that of the environment', async () => {
    const { models } = (await ada.call(listModels, {})).body;
    assert.deepEqual(
      models.map(({ id }) => id).filter((id) => id.startsWith('server/')),
      ['server/deepseek-chat', 'server/qwen3'],
    );
  });
});

describe('a model that answers with something else than text', () => {
  const names = (...data: object[]) => readModelList('compatible', JSON.stringify({ data }), 'Models Inc.').map(({ name }) => name);

  it('is not offered, by its name', () => {
    const others = [
      'nomic-embed-text:latest',
      'mxbai-embed-large',
      'text-embedding-3-small',
      'Qwen/Qwen3-Embedding-8B',
      'embeddinggemma',
      'BAAI/bge-m3',
      'intfloat/e5-large-v2',
      'all-minilm',
      'thenlper/gte-large',
      'jina-embeddings-v3',
      'bge-reranker-v2',
      'openai/whisper-large-v3',
      'tts-1',
      'dall-e-3',
    ];
    const models = [
      'qwen3-coder',
      'llama-4-scout',
      'gemma3',
      'small',
      'deepseek-v3.1',
      'phi-4',
      'glm-4.7',
      'e5000',
      'mistral-large',
      'kimi-k2-thinking',
    ];
    assert.deepEqual(names(...others.map((id) => ({ id })), ...models.map((id) => ({ id }))), models);
  });

  it('is not offered if the list says so; the list takes precedence over its name', () => {
    const list = [
      { id: 'a', type: 'embedding' },
      { id: 'b', type: 'embeddings' },
      { id: 'c', type: 'rerank' },
      { id: 'd', task: 'text-embedding' },
      { id: 'e', capabilities: ['embedding'] },
      { id: 'f', capabilities: { completion_chat: false } },
      { id: 'g', architecture: { output_modalities: ['embeddings'] } },
      { id: 'talks-of-embeddings', type: 'chat' },
      { id: 'embed-chat', capabilities: ['completion', 'tools'] },
      { id: 'embed-mistral', capabilities: { completion_chat: true } },
      { id: 'plain', type: 'model' },
    ];
    assert.deepEqual(names(...list), ['talks-of-embeddings', 'embed-chat', 'embed-mistral', 'plain']);
  });

  it('is among others in a list that is nothing but the models', () => {
    const list = JSON.stringify([{ id: 'chatty', type: 'chat' }, { id: 'bge-m3' }]);
    assert.deepEqual(
      readModelList('compatible', list, 'Together').map(({ name }) => name),
      ['chatty'],
    );
  });
});

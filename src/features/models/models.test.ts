import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { getRun, startRun } from '#features/runs/contract.ts';
import { openModelServer } from '../../../test/harness/model-server.ts';
import { readRun, textOf } from '../../../test/harness/run-stream.ts';
import { newProject, type Person, signUp, startTestServer, type TestServer } from '../../../test/harness/test-server.ts';
import { listModels } from './contract.ts';

describe('GET /api/models', () => {
  let server: Awaited<ReturnType<typeof openModelServer>>;
  let testServer: TestServer;
  let person: Person;
  before(async () => {
    server = await openModelServer(
      async function* ({ model, messages }) {
        if (model === 'broken') yield { status: 401, message: 'bad key' };
        const last = messages.at(-1);
        if (last?.role === 'tool') yield* ['It says: ', String(last.content)];
        else yield { tool: 'list_files', input: {} };
        yield { usage: { input: 11, output: 7 } };
      },
      {
        models: [
          { id: 'tiny', max_model_len: 8192 },
          { id: 'broken' },
          { id: 'vendor/dear', pricing: { prompt: '0.000003', completion: '0.000015' } },
        ],
      },
    );
    testServer = await startTestServer({ env: { MODEL_SERVER_URL: server.url, MODEL_SERVER_KEY: 'a-key' } });
    person = await signUp(testServer);
  });
  after(async () => {
    await testServer.close();
    await server.close();
  });

  async function run(model: string) {
    const { id: projectId } = await newProject(person);
    const { id: runId } = (await person.call(startRun, { params: { projectId }, body: { message: 'What is here?', model } })).body.run;
    await readRun(person, runId);
    return (await person.call(getRun, { params: { runId } })).body;
  }

  it('lists those of the configured server and the demo model; the first is the default', async () => {
    const { models, unreachable } = (await person.call(listModels, {})).body;
    assert.deepEqual(
      models.map((model) => [model.id, model.default]),
      [
        ['server/tiny', true],
        ['server/broken', false],
        ['server/vendor/dear', false],
        ['practice', false],
      ],
    );
    assert.deepEqual(unreachable, []);
  });

  it('shows the context window and the price of each, as far as its provider reports them', async () => {
    const { models } = (await person.call(listModels, {})).body;
    assert.deepEqual(
      models.map(({ contextTokens, price }) => [contextTokens, price]),
      [
        [8192, null],
        [32_000, null],
        [32_000, { input: 3, output: 15 }],
        [128_000, { input: 0, output: 0 }],
      ],
    );
  });

  it('names a server that is away, with the reason, and lists the others', async () => {
    const lonely = await startTestServer({ env: { MODEL_SERVER_URL: 'http://127.0.0.1:9/v1' } });
    try {
      const { models, unreachable } = (await (await signUp(lonely)).call(listModels, {})).body;
      assert.deepEqual(
        models.map((model) => model.id),
        ['practice'],
      );
      assert.equal(unreachable[0]?.provider, '127.0.0.1:9');
      assert.match(unreachable[0]?.reason ?? '', /cannot be reached/);
    } finally {
      await lonely.close();
    }
  });

  it('lists models that runs can use, with tools and counted tokens', async () => {
    const { run: done, events } = await run('server/vendor/dear');
    assert.equal(done.status, 'done');
    assert.ok(events.some((event) => event.type === 'tool_result' && event.data.tool === 'list_files' && event.data.ok));
    assert.match(textOf(events), /^It says: /);
    assert.deepEqual([done.inputTokens, done.outputTokens], [22, 14]);
    assert.equal(server.requests[0]?.headers.authorization, 'Bearer a-key');
  });

  it('lists models that a provider may refuse: the run then fails with advice on what to do', async () => {
    const { run: failed, events } = await run('server/broken');
    assert.equal(failed.status, 'failed');
    const error = events.find((event) => event.type === 'error');
    assert.ok(error?.type === 'error' && error.data.code === 'provider_refused');
    assert.match(error.data.message, /refused the key \(401\).*Enter a valid one in the server’s environment\./);
  });

  it('is what a run chooses from: other ids are rejected', async () => {
    for (const model of ['server/huge', 'nobody/tiny', 'tiny']) await assert.rejects(run(model), { status: 422, code: 'model_unknown' });
  });
});

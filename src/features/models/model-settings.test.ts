import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startRun } from '#features/runs/contract.ts';
import type { ProblemError } from '#wire/call.ts';
import { query } from '../../../test/harness/database.ts';
import { eventually } from '../../../test/harness/eventually.ts';
import { openModelServer } from '../../../test/harness/model-server.ts';
import { newProject, type Person, signedInOn, signUp, startTestServer, type TestServer } from '../../../test/harness/test-server.ts';
import { getModelSettings, listModels, type ModelSettings, putModelSettings } from './contract.ts';

const nothing: ModelSettings = { allowed: null, default: null, fallback: null, prices: {} };

describe('the model settings of an organization', () => {
  let server: Awaited<ReturnType<typeof openModelServer>>;
  let testServer: TestServer;
  let other: TestServer;
  let person: Person;
  let organizationId: string;
  let projectId: string;
  before(async () => {
    const models = [{ id: 'small', pricing: { prompt: '0.000001', completion: '0.000002' } }, { id: 'large' }];
    server = await openModelServer(() => ['Hello.'], { models });
    const env = { MODEL_SERVER_URL: server.url };
    testServer = await startTestServer({ env });
    other = await startTestServer({ databaseUrl: testServer.databaseUrl, env });
    person = await signUp(testServer);
    const project = await newProject(person);
    organizationId = project.organizationId;
    projectId = project.id;
  });
  after(async () => {
    await other.close();
    await testServer.close();
    await server.close();
  });

  const put = async (more: Partial<ModelSettings>) => (await person.call(putModelSettings, { body: { ...nothing, ...more } })).body;
  const list = async (who = person) => (await who.call(listModels, {})).body.models;
  const ids = async (who = person) => (await list(who)).map(({ id }) => id);
  const start = async (model?: string) => {
    const body = { message: 'Hello', ...(model !== undefined && { model }) };
    return (await person.call(startRun, { params: { projectId }, body })).body.run.model;
  };
  /** The invalid fields of rejected settings. */
  const refused = async (settings: Partial<ModelSettings>) => {
    const failure = await put(settings).then(
      () => assert.fail('it was accepted'),
      (error: ProblemError) => error,
    );
    assert.equal(failure.status, 422);
    return failure.problem.errors?.map(({ path, message }) => `${path}: ${message}`).join('\n') ?? '';
  };

  it('allow all models and prefer the first by default', async () => {
    const { settings, models } = (await person.call(getModelSettings, {})).body;
    assert.deepEqual(settings, nothing);
    assert.ok(models.every(({ allowed }) => allowed));
    assert.equal(await start(), 'server/small');
  });

  it('leave only allowed models in the list and to runs, the demo model included', async () => {
    const { models } = await put({ allowed: ['server/large'] });
    assert.deepEqual(
      models.map(({ id, allowed }) => [id, allowed]),
      [
        ['server/small', false],
        ['server/large', true],
        ['practice', false],
      ],
    );
    assert.deepEqual(await ids(), ['server/large']);
    assert.equal(await start(), 'server/large');
    for (const model of ['server/small', 'practice'])
      await assert.rejects(start(model), {
        status: 422,
        code: 'model_not_allowed',
        message: /ask an admin to allow it at Settings → Models/,
      });
    assert.equal(await testServer.features.models.open(organizationId, 'server/small'), undefined);
    await put({});
  });

  it('hold for their organization only', async () => {
    await put({ allowed: ['server/large'] });
    assert.equal((await list(await signUp(testServer))).length, 3);
    await put({});
  });

  it('hold on all servers at once', async () => {
    const there = signedInOn(person, other);
    assert.equal((await ids(there)).length, 3);
    await put({ allowed: ['practice'] });
    await eventually('only the demo model is offered', async () => (await ids(there)).join(), 'practice');
    await put({});
  });

  it('name the model of runs that name none', async () => {
    const preferred = async () => (await list()).find((model) => model.default)?.id;
    await put({ default: 'practice' });
    assert.deepEqual([await start(), await preferred()], ['practice', 'practice']);
    // As if its provider had removed it from its list.
    await query(testServer.databaseUrl, `update model_settings set default_model = 'server/gone'`);
    await eventually('the default is the preferred one', preferred, 'server/small');
    assert.equal(await start(), 'server/small');
  });

  it('name the model called when another fails, unless it is the same', async () => {
    const { models } = testServer.features;
    assert.equal(await models.fallbackOf(organizationId, 'server/small'), undefined);
    await put({ fallback: 'server/large' });
    assert.equal(await models.fallbackOf(organizationId, 'server/small'), 'server/large');
    assert.equal(await models.fallbackOf(organizationId, 'server/large'), undefined);
    await put({});
  });

  it('have prices of the organization before those of the provider', async () => {
    const prices = { 'server/large': { input: 4, output: 20 }, 'server/small': { input: 0, output: 0.5 } };
    const { models } = await put({ prices });
    assert.deepEqual(
      models.map(({ id, price, providerPrice }) => [id, price, providerPrice]),
      [
        ['server/small', { input: 0, output: 0.5 }, { input: 1, output: 2 }],
        ['server/large', { input: 4, output: 20 }, null],
        ['practice', { input: 0, output: 0 }, { input: 0, output: 0 }],
      ],
    );
    const open = await testServer.features.models.open(organizationId, 'server/large');
    assert.deepEqual(open?.price, { input: 4, output: 20 });
    await put({});
  });

  it('name every unknown model', async () => {
    const errors = await refused({
      allowed: ['server/small', 'server/huge', 'nobody/else'],
      default: 'server/none',
      fallback: 'x',
      prices: { 'server/cheap': { input: 1, output: 1 } },
    });
    for (const path of [
      'allowed.1: There is no model server/huge',
      'allowed.2: ',
      'default: There is no model server/none',
      'fallback: ',
      'prices.server/cheap: ',
    ])
      assert.ok(errors.includes(path), `${path} is not in\n${errors}`);
    assert.ok(!errors.includes('allowed.0'));
  });

  it('have to fit together', async () => {
    assert.match(await refused({ allowed: [] }), /^allowed: Allow at least one model/);
    assert.match(await refused({ allowed: ['practice'], default: 'server/small' }), /^default: Allow server\/small too/);
    assert.match(await refused({ allowed: ['practice'], fallback: 'server/small' }), /^fallback: Allow server\/small too/);
    assert.match(await refused({ default: 'practice', fallback: 'practice' }), /^fallback: Choose another model/);
  });

  it('keep a saved model that its provider no longer lists, and accept models of an unreachable provider', async () => {
    const models = [{ id: 'old' }];
    const shrinking = await openModelServer(() => [], { models });
    const lonely = await startTestServer({ env: { MODEL_SERVER_URL: shrinking.url, OPENAI_BASE_URL: 'http://127.0.0.1:9/v1' } });
    try {
      const owner = await signUp(lonely);
      const save = (allowed: string[]) => owner.call(putModelSettings, { body: { ...nothing, allowed } });
      await save(['server/old', 'openai/perhaps']);
      models.splice(0, 1, { id: 'new' });
      const again = await startTestServer({ databaseUrl: lonely.databaseUrl, env: { MODEL_SERVER_URL: shrinking.url } });
      const there = signedInOn(owner, again);
      await there.call(putModelSettings, { body: { ...nothing, allowed: ['server/old', 'server/new'] } });
      await assert.rejects(there.call(putModelSettings, { body: { ...nothing, allowed: ['openai/perhaps', 'server/never'] } }), {
        status: 422,
      });
      await again.close();
    } finally {
      await lonely.close();
      await shrinking.close();
    }
  });
});

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { getRun, startRun } from '#features/runs/contract.ts';
import { query } from '../../../test/harness/database.ts';
import { eventually } from '../../../test/harness/eventually.ts';
import { openModelServer } from '../../../test/harness/model-server.ts';
import { makeOperator } from '../../../test/harness/roles.ts';
import { readRun, textOf } from '../../../test/harness/run-stream.ts';
import { newProject, type Person, signedInOn, signUp, startTestServer, type TestServer } from '../../../test/harness/test-server.ts';
import { listModels } from './contract.ts';
import { providerKinds } from './kinds/kinds.ts';
import {
  changeModelProvider,
  createModelProvider,
  deleteModelProvider,
  listModelProviders,
  testModelProvider,
} from './providers-contract.ts';

const KEY = 'sk-0123456789-the-end';
const ENCRYPTION_KEY = 'Zk3vQ9xT7bN1mW5rY8uJ2pL6hD4fS0gAcEiOqRtXwVyBnMzKjHlGpFdSaQwErTy8';

describe('providers of an organization', () => {
  let server: Awaited<ReturnType<typeof openModelServer>>;
  let testServer: TestServer;
  let other: TestServer;
  /** Operates the installation. */
  let operator: Person;
  let admin: Person;
  before(async () => {
    server = await openModelServer(() => ['Hello from afar.'], { models: [{ id: 'small' }, { id: 'large' }] });
    testServer = await startTestServer({ env: { ENCRYPTION_KEY } });
    other = await startTestServer({ databaseUrl: testServer.databaseUrl, env: { ENCRYPTION_KEY } });
    operator = await signUp(testServer);
    admin = await signUp(testServer);
    await makeOperator(testServer, operator);
  });
  after(async () => {
    await other.close();
    await testServer.close();
    await server.close();
  });

  const add = async (person: Person, more: object = {}) => {
    const body = { kind: 'compatible' as const, name: 'My models', url: server.url, key: KEY, ...more };
    return (await person.call(createModelProvider, { body })).body.provider;
  };
  const remove = (person: Person, providerId: string) => person.call(deleteModelProvider, { params: { providerId } });
  const modelsOf = async (person: Person) => (await person.call(listModels, {})).body.models.map(({ id }) => id);

  it('offer their models to its members, and to nobody else', async () => {
    const { id } = await add(operator);
    assert.deepEqual(await modelsOf(operator), ['my-models/small', 'my-models/large', 'practice']);
    assert.deepEqual(await modelsOf(admin), ['practice']);
    await remove(operator, id);
    assert.deepEqual(await modelsOf(operator), ['practice']);
  });

  for (const { id: kind, address } of providerKinds)
    it(`can be of the kind ${kind}: the database takes each that the registry has`, async () => {
      const provider = await add(operator, { kind, name: `Of ${kind}`, url: address.own === null ? server.url : null });
      assert.equal(provider.kind, kind);
      await remove(operator, provider.id);
    });

  it('leave out one of a kind that only a later version knows, and keep the others', async () => {
    const { id } = await add(operator);
    await query(testServer.databaseUrl, `update model_providers set kind = 'later' where id = $1`, [id]);
    const there = signedInOn(operator, other);
    await eventually('no model of it is offered', () => modelsOf(there), ['practice']);
    assert.deepEqual(
      (await there.call(listModelProviders, {})).body.providers.filter((provider) => provider.id === id),
      [],
    );
    await query(testServer.databaseUrl, 'delete from model_providers where id = $1', [id]);
  });

  it('are called with their key, by every server', async () => {
    const { id } = await add(operator);
    const there = signedInOn(operator, other);
    const { id: projectId } = await newProject(there);
    const body = { message: 'Hello', model: 'my-models/small' };
    const { id: runId } = (await there.call(startRun, { params: { projectId }, body })).body.run;
    assert.match(textOf(await readRun(there, runId)), /Hello from afar/);
    assert.equal(server.requests.at(-1)?.headers.authorization, `Bearer ${KEY}`);
    await remove(operator, id);
  });

  it('take effect on all servers as soon as they change, with no query per step', async () => {
    const there = signedInOn(operator, other);
    await eventually('the other server knows of none', () => modelsOf(there), ['practice']);
    const { id } = await add(operator);
    await eventually(
      'the other server offers the model',
      () => modelsOf(there),
      (seen) => seen.includes('my-models/small'),
    );
    const organizationId =
      (await query<{ id: string }>(testServer.databaseUrl, 'select organization_id as id from model_providers'))[0]?.id ?? '';
    const before = other.features.db.stats().queries;
    for (let step = 0; step < 1000; step++) assert.ok(await other.features.models.open(organizationId, 'my-models/small'));
    // Background work may have sent queries too: jobs, leases.
    assert.ok(other.features.db.stats().queries - before < 100);
    await remove(operator, id);
    await eventually(
      'the other server has forgotten the provider',
      async () => (await other.features.models.open(organizationId, 'my-models/small')) === undefined,
    );
  });

  it('never show their key again, not even in the database', async () => {
    const provider = await add(operator);
    assert.deepEqual([provider.hasKey, provider.keyEnd], [true, '-end']);
    const answers = [
      provider,
      (await operator.call(listModelProviders, {})).body,
      (await operator.call(changeModelProvider, { params: { providerId: provider.id }, body: { name: 'Our models' } })).body,
      (await operator.call(testModelProvider, { params: { providerId: provider.id } })).body,
      await query(testServer.databaseUrl, `select *, encode(sealed_key, 'escape') as text from model_providers`),
    ];
    assert.ok(!JSON.stringify(answers).includes(KEY.slice(0, 10)));
    assert.ok(!JSON.stringify(answers).includes(Buffer.from(KEY).toString('hex')));
    await remove(operator, provider.id);
  });

  it('show nothing of a key that is short', async () => {
    const { id, hasKey, keyEnd } = await add(operator, { key: 'short' });
    assert.deepEqual([hasKey, keyEnd], [true, null]);
    await remove(operator, id);
  });

  it('have ids from their name that stay when the name changes', async () => {
    const { id, slug } = await add(operator, { name: 'Größe & Übermut 2' });
    assert.equal(slug, 'gro-e-ubermut-2');
    const { body } = await operator.call(changeModelProvider, { params: { providerId: id }, body: { name: 'Else' } });
    assert.deepEqual([body.provider.name, body.provider.slug], ['Else', slug]);
    await assert.rejects(add(operator, { name: 'X', slug }), { status: 409, code: 'slug_taken' });
    assert.equal((await add(operator, { name: 'OpenAI' })).slug, 'my-openai');
    await assert.rejects(add(operator, { slug: 'openai' }), { status: 422 });
    for (const { id: each } of (await operator.call(listModelProviders, {})).body.providers) await remove(operator, each);
  });

  it('report the result of a test', async () => {
    const { id } = await add(operator);
    const test = async () => (await operator.call(testModelProvider, { params: { providerId: id } })).body;
    assert.deepEqual(await test(), { ok: true, models: ['small', 'large'] });
    await operator.call(changeModelProvider, { params: { providerId: id }, body: { url: `${server.url}/nowhere`, key: KEY } });
    const { ok, reason } = await test();
    assert.equal(ok, false);
    assert.match(reason ?? '', /^My models has nothing at this address \(404\)\./);
    await remove(operator, id);
  });

  it('cannot be moved with a key that the person moving them cannot read', async () => {
    const { id } = await add(operator);
    const change = (body: object) => operator.call(changeModelProvider, { params: { providerId: id }, body });
    await assert.rejects(change({ url: 'https://elsewhere.example/v1' }), { status: 422, message: /Enter the key again/ });
    const { provider } = (await change({ url: 'https://elsewhere.example/v1', key: null })).body;
    assert.deepEqual([provider.hasKey, provider.keyEnd], [false, null]);
    await assert.rejects(change({ url: null }), { status: 422, message: /needs an address/ });
    await remove(operator, id);
  });

  it('are in a private network only if an operator enters them', async () => {
    const addresses = [
      'http://127.0.0.1:1/v1',
      'http://[::1]:1/v1',
      'http://0x7f.1/v1',
      'http://10.0.0.7/v1',
      'http://169.254.169.254/v1',
      'http://localhost/v1',
      'http://models.internal/v1',
      'http://database:5432/v1',
    ];
    for (const url of addresses) await assert.rejects(add(admin, { url }), { status: 422, message: /private network/ }, url);
    const { id, privateNetwork } = await add(operator);
    assert.equal(privateNetwork, true);
    await remove(operator, id);
  });

  it('whose public name leads into a private network are not called', async () => {
    const { id, privateNetwork } = await add(admin, { url: 'http://localtest.example/v1' });
    assert.equal(privateNetwork, false);
    // As if that name resolved to this address when connecting: the IP address is what gets checked.
    await query(testServer.databaseUrl, 'update model_providers set url = $1 where id = $2', [server.url, id]);
    const asked = server.requests.length;
    const { ok, reason } = (await admin.call(testModelProvider, { params: { providerId: id } })).body;
    assert.deepEqual([ok, server.requests.length], [false, asked]);
    assert.match(reason ?? '', /private or reserved network/);
    const { id: projectId } = await newProject(admin);
    const { id: runId } = (await admin.call(startRun, { params: { projectId }, body: { message: 'Hello', model: 'my-models/small' } })).body
      .run;
    await readRun(admin, runId);
    assert.equal((await admin.call(getRun, { params: { runId } })).body.run.status, 'failed');
    assert.equal(server.requests.length, asked);
    await remove(admin, id);
  });

  it('that another person moves are checked again', async () => {
    const { id } = await add(admin, { url: 'https://models.example.com/v1' });
    const change = admin.call(changeModelProvider, { params: { providerId: id }, body: { url: server.url, key: null } });
    await assert.rejects(change, { status: 422, message: /private network/ });
    await remove(admin, id);
  });

  it('are at most 30', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 30; n++) ids.push((await add(admin, { name: `M ${n}`, url: 'https://models.invalid/v1', key: null })).id);
    await assert.rejects(add(admin, { url: 'https://models.invalid/v1' }), { status: 409, code: 'too_many_providers' });
    for (const id of ids) await remove(admin, id);
  });

  it('of OpenAI and Anthropic need a key, and others an address', async () => {
    const fields = async (body: object) => {
      const response = await admin.browser.fetch('/api/model-providers', {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      });
      return ((await response.json()) as { errors: { path: string }[] }).errors
        .map(({ path }) => path)
        .filter((path, index, all) => all.indexOf(path) === index);
    };
    assert.deepEqual(await fields({ kind: 'anthropic', name: 'A' }), ['key']);
    assert.deepEqual(await fields({ kind: 'openai', name: 'A' }), ['key']);
    assert.deepEqual(await fields({ kind: 'compatible', name: 'A' }), ['url']);
    for (const url of [
      'ftp://a.example',
      'https://me:secret@a.example',
      'https://a.example/?key=1',
      'https://a.example/#x',
      'a.example',
      'http://a b',
    ])
      assert.deepEqual(await fields({ kind: 'compatible', name: 'A', url }), ['url'], url);
    for (const key of ['two words', 'schlüssel', 'line\nbreak'])
      assert.deepEqual(await fields({ kind: 'openai', name: 'A', key }), ['key'], key);
  });
});

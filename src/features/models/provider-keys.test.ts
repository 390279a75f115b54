import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eventually } from '../../../test/harness/eventually.ts';
import { openModelServer } from '../../../test/harness/model-server.ts';
import { makeOperator } from '../../../test/harness/roles.ts';
import { type Person, signedInOn, signUp, startTestServer } from '../../../test/harness/test-server.ts';
import { listModels } from './contract.ts';
import { changeModelProvider, createModelProvider, listModelProviders } from './providers-contract.ts';

const KEY = 'sk-0123456789-the-end';
const ENCRYPTION_KEY = 'Zk3vQ9xT7bN1mW5rY8uJ2pL6hD4fS0gAcEiOqRtXwVyBnMzKjHlGpFdSaQwErTy8';

describe('keys of providers', () => {
  it('cannot be entered in production without ENCRYPTION_KEY, and the refusal says what to set', async () => {
    const server = await openModelServer(() => []);
    const production = {
      NODE_ENV: 'production',
      DATABASE_URL: 'postgres://unused',
      SESSION_SECRET: ENCRYPTION_KEY,
      SIGNUP: 'open',
      TRUST_PROXY: '0',
    };
    const testServer = await startTestServer({ env: production });
    const person = await signUp(testServer);
    try {
      assert.equal((await person.call(listModelProviders, {})).body.canKeepKeys, false);
      const body = { kind: 'openai' as const, name: 'OpenAI', key: KEY };
      const added = person.call(createModelProvider, { body });
      await assert.rejects(added, { status: 409, code: 'no_encryption_key', message: /Set ENCRYPTION_KEY to 64 random characters/ });
      const keyless = { kind: 'compatible' as const, name: 'Mine', url: 'https://models.invalid/v1' };
      assert.equal((await person.call(createModelProvider, { body: keyless })).body.provider.hasKey, false);
    } finally {
      await testServer.close();
      await server.close();
    }
  });

  it('that the environment can open no longer are named as such, and can be entered again', async () => {
    const server = await openModelServer(() => ['Hello.'], { models: [{ id: 'small' }] });
    const testServer = await startTestServer({ env: { ENCRYPTION_KEY } });
    const later = await startTestServer({
      databaseUrl: testServer.databaseUrl,
      env: { ENCRYPTION_KEY: [...ENCRYPTION_KEY].reverse().join('') },
    });
    const rotated = await startTestServer({
      databaseUrl: testServer.databaseUrl,
      env: { ENCRYPTION_KEY: `${[...ENCRYPTION_KEY].reverse().join('')},${ENCRYPTION_KEY}` },
    });
    try {
      const person = await signUp(testServer);
      await makeOperator(testServer, person);
      const body = { kind: 'compatible' as const, name: 'Mine', url: server.url, key: KEY };
      const { id: providerId } = (await person.call(createModelProvider, { body })).body.provider;
      const { unreachable } = (await signedInOn(person, later).call(listModels, {})).body;
      assert.match(unreachable[0]?.reason ?? '', /The key of Mine cannot be opened.*Enter the key again/);
      await eventually(
        'the rotated key opens it',
        () => modelIds(signedInOn(person, rotated)),
        (seen) => seen.includes('mine/small'),
      );
      await signedInOn(person, later).call(changeModelProvider, { params: { providerId }, body: { key: KEY } });
      // Its own notification arrives a moment later.
      await eventually(
        'the new key opens it',
        () => modelIds(signedInOn(person, later)),
        (seen) => seen.includes('mine/small'),
      );
    } finally {
      for (const each of [rotated, later, testServer]) await each.close();
      await server.close();
    }
  });
});

const modelIds = async (person: Person) => (await person.call(listModels, {})).body.models.map(({ id }) => id);

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createCipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { addToolServer } from '#features/connections/contract.ts';
import { createModelProvider } from '#features/models/providers-contract.ts';
import { makeNotificationSecret } from '#features/notifications/contract.ts';
import { renewSecret } from '#features/triggers/contract.ts';
import { createVault } from '#kernel/vault.ts';
import { query } from '../../test/harness/database.ts';
import { newProject, signUp, startTestServer, type TestServer } from '../../test/harness/test-server.ts';
import { type Hook, newTrigger, sendWebhook } from '../../test/harness/webhooks.ts';
import { reseal, sealedColumns } from './reseal.ts';

const [oldKey, newKey] = [randomBytes(48).toString('base64'), randomBytes(48).toString('base64')];

/** Seals as before keys had ids. */
function sealWithoutId(secret: string, bound: string): Buffer {
  const nonce = randomBytes(12);
  const key = Buffer.from(hkdfSync('sha256', oldKey, '', 'guildhall vault', 32));
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(bound));
  return Buffer.concat([nonce, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()]);
}

describe('npm run reseal', () => {
  let testServer: TestServer;
  let client: pg.Client;
  let hook: Hook;
  before(async () => {
    testServer = await startTestServer({ env: { ENCRYPTION_KEY: oldKey } });
    client = new pg.Client({ connectionString: testServer.databaseUrl });
    await client.connect();
    const ada = await signUp(testServer);
    const project = await newProject(ada);
    const provider = { kind: 'openai' as const, name: 'Provider', url: null, key: 'sk-of-the-provider' };
    await ada.call(createModelProvider, { query: {}, body: provider });
    const server = { name: 'Tracker', slug: 'tracker', url: 'https://tools.example.com/?key=of-the-address', token: 'of-the-server' };
    const headers = [{ name: 'X-Api-Key', value: 'of-a-header' }];
    await ada.call(addToolServer, { query: {}, body: { ...server, headers, privateNetwork: false } });
    await ada.call(makeNotificationSecret, {});
    hook = await newTrigger(ada, project.id);
    hook.secret = (await ada.call(renewSecret, { params: { triggerId: hook.trigger.id } })).body.secret;
  });
  after(async () => {
    await client.end();
    await testServer.close();
  });

  const sealed = async () => {
    const values: { column: string; id: string; value: Buffer }[] = [];
    for (const { table, column, id } of sealedColumns) {
      const { rows } = await client.query(`select ${id} as id, ${column} as value from ${table} where ${column} is not null`);
      for (const row of rows) values.push({ column: `${table}.${column}`, id: row.id, value: row.value });
    }
    return values;
  };
  const opened = async (...keys: string[]) => {
    const vault = createVault(keys);
    return (await sealed()).map(({ column, id, value }) => [column, vault.open(value, id)]);
  };
  const run = (keys: string[], ...args: string[]) =>
    new Promise<{ code: number; said: string }>((resolve) => {
      const program = fileURLToPath(new URL('./commands/reseal.ts', import.meta.url));
      const env = {
        PATH: process.env['PATH'],
        DATABASE_URL: testServer.databaseUrl,
        ENCRYPTION_KEY: keys.join(','),
        SESSION_SECRET: oldKey,
      };
      execFile(process.execPath, [program, ...args], { env, cwd: '/' }, (error, stdout, stderr) =>
        resolve({ code: Number(error?.code ?? 0), said: (stdout + stderr).trim() }),
      );
    });

  it('knows every column of the database that holds bytes, and which of them are sealed', async () => {
    const { rows } = await client.query(
      `select table_name || '.' || column_name as name from information_schema.columns where table_schema = 'public' and data_type = 'bytea'`,
    );
    const hashes = ['blobs.hash', 'files.hash', 'files.indexed_hash', 'idempotency_keys.request', 'versions.hash'];
    const ofTokens = ['invitations.token_hash', 'one_time_links.token_hash', 'tokens.token_hash'];
    const contents = ['approval_edits.content', 'blobs.content', 'client_assets.content', 'user_pictures.content', 'write_probes.filler'];
    const notSealed = [...contents, ...hashes, ...ofTokens];
    const known = [...sealedColumns.map(({ table, column }) => `${table}.${column}`), ...notSealed];
    assert.deepEqual(rows.map(({ name }) => name).sort(), known.sort());
  });

  it('has something of each to reseal in this test', async () => {
    const found = new Set((await sealed()).map(({ column }) => column));
    assert.deepEqual(
      [...found],
      sealedColumns.map(({ table, column }) => `${table}.${column}`),
    );
    // Includes a secret sealed before keys had ids.
    const [{ id = '' } = {}] = await query<{ id: string }>(testServer.databaseUrl, 'select id from model_providers');
    await client.query('update model_providers set sealed_key = $2 where id = $1', [id, sealWithoutId('sk-of-the-provider', id)]);
  });

  it('says with --check what still needs an older key, and changes nothing', async () => {
    const before = await sealed();
    const { code, said } = await run([newKey, oldKey], '--check');
    assert.equal(code, 1);
    assert.equal(said, `${before.length} secrets of ${before.length} still need an older key. Run npm run reseal.`);
    assert.deepEqual(await sealed(), before);
  });

  it('is finished by another run when it was cut off', async () => {
    let statements = 0;
    const cutOff = new Proxy(client, {
      get(target, property) {
        if (property !== 'query') return Reflect.get(target, property);
        return (query: { text: string; values: unknown[] }) => {
          if (query.text.startsWith('update') && ++statements === 3) throw new Error('cut off');
          return target.query(query);
        };
      },
    });
    const before = await opened(newKey, oldKey);
    await assert.rejects(reseal(cutOff, [newKey, oldKey]), /cut off/);
    assert.deepEqual(await opened(newKey, oldKey), before, 'in between, all of it opens with both keys');
    const { code, said } = await run([newKey, oldKey], '--json');
    assert.deepEqual([code, JSON.parse(said)], [0, { total: before.length, resealed: before.length - 2, old: 0, unreadable: [] }]);
    assert.deepEqual(await opened(newKey), before, 'afterwards, with the new one alone');
    assert.match((await run([newKey], '--check')).said, /^All \d+ secrets are sealed with the first key/);
  });

  it('leaves running servers at work, which have both keys', async () => {
    const both = await startTestServer({ databaseUrl: testServer.databaseUrl, env: { ENCRYPTION_KEY: `${newKey},${oldKey}` } });
    assert.equal((await sendWebhook(both, hook)).status, 202);
    await both.close();
  });

  it('does not overwrite what somebody enters at that moment', async () => {
    const [{ id = '' } = {}] = await query<{ id: string }>(testServer.databaseUrl, 'select id from tool_servers');
    await client.query('update tool_servers set token = $2 where id = $1', [id, createVault([oldKey]).seal('before', id)]);
    const entering = new Proxy(client, {
      get(target, property) {
        if (property !== 'query') return Reflect.get(target, property);
        return async (query: { text: string; values: unknown[] }) => {
          if (query.text.startsWith('update tool_servers'))
            await target.query('update tool_servers set token = $2 where id = $1', [id, createVault([oldKey]).seal('entered', id)]);
          return target.query(query);
        };
      },
    });
    const { old } = await reseal(entering, [newKey, oldKey]);
    assert.equal(old, 1, 'a server that knows no newer key sealed it');
    assert.equal((await reseal(client, [newKey, oldKey])).resealed, 1);
    const [row] = await query<{ token: Buffer }>(testServer.databaseUrl, 'select token from tool_servers');
    assert.equal(createVault([newKey]).open(row?.token ?? Buffer.alloc(0), id), 'entered');
  });

  it('names what no key opens, and reseals the rest', async () => {
    const [{ id = '' } = {}] = await query<{ id: string }>(testServer.databaseUrl, 'select id from model_providers');
    await client.query('update model_providers set sealed_key = $2 where id = $1', [id, createVault(['lost']).seal('x', id)]);
    const { code, said } = await run([newKey]);
    assert.equal(code, 1);
    assert.match(said, new RegExp(`No key in ENCRYPTION_KEY opens the key of the model provider Provider \\(${id}\\)\\.`));
  });
});

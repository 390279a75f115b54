/** What a backup holds, and that a restore brings all of it back. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { saveFile } from '#features/files/contract.ts';
import { runCommand } from '../../../../test/harness/backup-commands.ts';
import { query } from '../../../../test/harness/database.ts';
import { seed } from '../../../../test/harness/fixture.ts';
import { newProject, signUp, startTestServer } from '../../../../test/harness/test-server.ts';
import { leftOut } from '../server/left-out.ts';
import { createEmptyDatabase, digestsOf, KEY, PASSPHRASE, structureOf } from './setup.ts';

/** Everything that text COPY escapes, and a content with each byte. */
const AWKWARD = 'tab\there, line\nbreak, back\\slash, \\N, \\., "quotes", ünïcödé 🎉, \u0001';
const EVERY_BYTE = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));

describe('a backup', () => {
  let folder: string;
  let url: string;
  let digests: Record<string, string>;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'guildhall-backup-test-'));
    const testServer = await startTestServer({ env: { ENCRYPTION_KEY: KEY } });
    await seed(testServer);
    const ada = await signUp(testServer);
    const { id: projectId } = await newProject(ada);
    const headers = { 'if-none-match': '*' };
    await ada.call(saveFile, { params: { projectId }, query: { path: 'awkward.txt' }, body: AWKWARD }, { headers });
    await ada.call(saveFile, { params: { projectId }, query: { path: 'bytes.bin' }, body: EVERY_BYTE }, { headers });
    url = testServer.databaseUrl;
    await testServer.close();
    await query(url, 'update users set name = $1 where id = $2', [AWKWARD, ada.id]);
    digests = await digestsOf(url);
  });
  after(() => rm(folder, { recursive: true }));

  const backUp = async (given: string[] = [], env: Record<string, string> = {}) => {
    const all = { DATABASE_URL: url, DATA_DIR: folder, ENCRYPTION_KEY: KEY, ...env };
    const { code, stdout, stderr } = await runCommand('backup', ['--to', join(folder, 'backups'), '--json', ...given], all);
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout) as { file: string; rows: number; encrypted: boolean; keyIds: string[]; sealed: { count: number }[] };
  };
  const restoreInto = (target: string, file: string, given: string[] = [], env: Record<string, string> = {}) =>
    runCommand('restore', [file, '--yes', '--json', ...given], { DATABASE_URL: target, DATA_DIR: folder, ENCRYPTION_KEY: KEY, ...env });

  it('names every table that it leaves out, and those are tables', async () => {
    const tables = await query<{ name: string }>(
      url,
      `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'`,
    );
    const names = tables.map(({ name }) => name);
    assert.deepEqual(
      Object.keys(leftOut).filter((name) => !names.includes(name)),
      [],
    );
    const unlogged = await query<{ name: string }>(
      url,
      `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relpersistence = 'u' and relkind = 'r'`,
    );
    assert.deepEqual(
      unlogged.filter(({ name }) => !Object.hasOwn(leftOut, name)),
      [],
      'PostgreSQL itself keeps none of these after a crash',
    );
  });

  it('contains no row that refers to a table left out', async () => {
    const references = await query<{ from: string; to: string }>(
      url,
      `select conrelid::regclass::text as "from", confrelid::regclass::text as "to" from pg_constraint where contype = 'f'`,
    );
    assert.deepEqual(
      references.filter(({ from, to }) => Object.hasOwn(leftOut, to) && !Object.hasOwn(leftOut, from)),
      [],
    );
  });

  it('restores every row of every table, and the same structure, into an empty database', async () => {
    const { file, rows } = await backUp();
    const target = await createEmptyDatabase();
    const { code, stdout, stderr } = await restoreInto(target, file);
    assert.equal(code, 0, stderr);
    assert.deepEqual(
      { ...JSON.parse(stdout), madeAt: '', version: '' },
      {
        madeAt: '',
        version: '',
        rows,
        migrated: [],
        restorePoint: null,
        unreadable: [],
        skipped: [],
        keysFile: null,
      },
    );
    assert.deepEqual(await digestsOf(target), digests);
    assert.deepEqual(await structureOf(target), await structureOf(url));
  });

  it('continues the numbers of identity columns', async () => {
    const { file } = await backUp();
    const target = await createEmptyDatabase();
    await restoreInto(target, file);
    const [next] = await query<{ free: boolean }>(
      target,
      `select nextval(pg_get_serial_sequence('audit_entries', 'id')) > (select max(id) from audit_entries) as free`,
    );
    assert.equal(next?.free, true);
  });

  it('of an installation that is there replaces it, and saves what was there', async () => {
    const { file } = await backUp();
    const target = await createEmptyDatabase();
    await restoreInto(target, file);
    const [{ id } = { id: '' }] = await query<{ id: string }>(target, 'select id from projects limit 1');
    await query(target, `update projects set name = 'Changed since' where id = $1`, [id]);
    const changed = await digestsOf(target);
    const again = await restoreInto(target, file);
    assert.equal(again.code, 0, again.stderr);
    const { restorePoint } = JSON.parse(again.stdout) as { restorePoint: string };
    assert.deepEqual(await digestsOf(target), digests);
    const back = await restoreInto(target, restorePoint);
    assert.equal(back.code, 0, back.stderr);
    assert.deepEqual(await digestsOf(target), changed);
  });

  it('is encrypted with a passphrase, and then brings its keys along', async () => {
    const { file, encrypted } = await backUp(['--encrypt'], { BACKUP_PASSPHRASE: PASSPHRASE });
    assert.equal(encrypted, true);
    const target = await createEmptyDatabase();
    const fresh = join(folder, 'fresh');
    const env = { DATABASE_URL: target, DATA_DIR: fresh, BACKUP_PASSPHRASE: PASSPHRASE };
    const { code, stderr } = await runCommand('restore', [file, '--yes'], env);
    assert.equal(code, 0, stderr);
    assert.deepEqual(await digestsOf(target), digests);
    const reseal = await import('#app/reseal.ts');
    const { loadSecrets } = await import('#app/secrets.ts');
    const { readConfig } = await import('#app/config.ts');
    const { encryptionKeys } = await loadSecrets(readConfig({ DATA_DIR: fresh }));
    const { default: pg } = await import('pg');
    const client = new pg.Client({ connectionString: target });
    await client.connect();
    assert.deepEqual(await reseal.findUnreadable(client, encryptionKeys), [], 'the server opens every secret');
    await client.end();
  });

  it('that is not encrypted names the keys it needs, and is restored without them only if asked', async () => {
    const { file, keyIds, sealed } = await backUp();
    assert.ok(keyIds.length > 0 && sealed.length > 0);
    const target = await createEmptyDatabase();
    const env = { ENCRYPTION_KEY: KEY.split('').reverse().join('') };
    const refused = await restoreInto(target, file, [], env);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /the key of the model provider Their models\n/);
    assert.match(refused.stderr, /--without-secrets/);
    assert.deepEqual(await digestsOf(target), {}, 'nothing was created');
    const restored = await restoreInto(target, file, ['--without-secrets'], env);
    assert.equal(restored.code, 0, restored.stderr);
    assert.ok(JSON.parse(restored.stdout).unreadable.includes('the key of the model provider Their models'));
  });

  it('leaves nothing but complete files behind', async () => {
    assert.deepEqual(
      (await readdir(join(folder, 'backups'))).filter((name) => !/^guildhall-\d{8}T\d{6}Z-[0-9a-f]{6}\.backup$/.test(name)),
      [],
    );
  });
});

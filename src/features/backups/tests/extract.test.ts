/** One project out of a backup, and tests of whether backups can be restored. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile as readFromDisk, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { listBackups, makeBackup } from '#features/backups/contract.ts';
import { readFile, saveFile } from '#features/files/contract.ts';
import { importFiles } from '#features/files/transfer-contract.ts';
import { runCommand } from '../../../../test/harness/backup-commands.ts';
import { query } from '../../../../test/harness/database.ts';
import { eventually } from '../../../../test/harness/eventually.ts';
import { newProject, type Person, signUp, startTestServer, type TestServer } from '../../../../test/harness/test-server.ts';
import { createEmptyDatabase, digestsOf, PASSPHRASE } from './setup.ts';

describe('a backup', () => {
  let folder: string;
  let testServer: TestServer;
  let operator: Person;
  let env: Record<string, string>;
  let projectId: string;
  const files = new Map([
    ['plain.md', Buffer.from('# A title\n')],
    ['deep/er/tab.txt', Buffer.from('tab\there\\n')],
    ['every byte.bin', Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))],
    ['empty', Buffer.alloc(0)],
  ]);
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'guildhall-extract-test-'));
    env = { DATA_DIR: folder, BACKUP_TO: join(folder, 'backups'), BACKUP_PASSPHRASE: PASSPHRASE };
    testServer = await startTestServer({ env });
    operator = await signUp(testServer);
    ({ id: projectId } = await newProject(operator, 'Engine'));
    for (const [path, body] of files)
      await operator.call(saveFile, { params: { projectId }, query: { path }, body }, { headers: { 'if-none-match': '*' } });
    const { id: other } = await newProject(operator, 'Another');
    await operator.call(
      saveFile,
      { params: { projectId: other }, query: { path: 'theirs.md' }, body: 'theirs' },
      { headers: { 'if-none-match': '*' } },
    );
    await operator.call(makeBackup, {});
    await eventually('it is made', async () => (await list()).backups[0]?.status, 'done');
  });
  after(async () => {
    await testServer.close();
    await rm(folder, { recursive: true });
  });
  const list = async () => (await operator.call(listBackups, {})).body;
  const pathOf = async () => {
    const [backup] = (await list()).backups;
    return join(backup?.location ?? '', backup?.name ?? '');
  };

  it('gives one project as a zip that can be imported', async () => {
    const to = join(folder, 'engine.zip');
    const { code, stdout, stderr } = await runCommand('restore', [await pathOf(), '--project', 'engine', '--to', to, '--json'], env);
    assert.equal(code, 0, stderr);
    assert.deepEqual(JSON.parse(stdout), { project: { id: projectId, name: 'Engine' }, files: files.size, to });
    const { id } = await newProject(operator, 'Imported');
    const imported = (await operator.call(importFiles, { params: { projectId: id }, query: {}, body: await readFromDisk(to) })).body;
    assert.equal(imported.files, files.size);
    for (const [path, content] of files) {
      const { body } = await operator.call(readFile, { params: { projectId: id }, query: { path } });
      assert.ok(content.equals(Buffer.from(body)), path);
    }
  });

  it('is not replaced by a project that is taken out of it', async () => {
    const file = await pathOf();
    const { code, stderr } = await runCommand('restore', [file, '--project', 'engine', '--to', file], env);
    assert.deepEqual([code, stderr], [1, `${file} exists already. Choose another file with --to.\n`]);
  });

  it('says which projects it cannot tell apart', async () => {
    await newProject(operator, 'Twin');
    await newProject(operator, 'twin');
    const made = await runCommand('backup', ['--to', join(folder, 'twins'), '--json'], { ...env, DATABASE_URL: testServer.databaseUrl });
    const { file } = JSON.parse(made.stdout);
    const twins = await runCommand('restore', [file, '--project', 'Twin', '--to', join(folder, 'twin.zip')], env);
    assert.equal(twins.code, 1);
    assert.match(twins.stderr, /^This backup has 2 projects named Twin\. Name one by its id: [\w-]{36}, [\w-]{36}\.\n$/);
    const none = await runCommand('restore', [file, '--project', 'Nobody’s', '--to', join(folder, 'none.zip')], env);
    assert.deepEqual([none.code, none.stderr], [1, 'This backup has no project Nobody’s.\n']);
  });

  it('is restored as a test into a PostgreSQL of its own, once a month, after which nothing is left', async () => {
    const left = join(folder, 'restore-test');
    await mkdir(join(left, 'database'), { recursive: true });
    await writeFile(join(left, 'database', 'of-a-server-that-was-killed'), '');
    await testServer.features.backups.testRestore();
    const test = await eventually('it is tested', async () => (await list()).restoreTest ?? undefined);
    assert.deepEqual([test.passed, test.failure, test.target], [true, null, 'temporary']);
    await eventually('the copy is deleted', () => existsSync(left), false);
    await testServer.features.backups.testRestore();
    await query(testServer.databaseUrl, `update restore_tests set tested_at = tested_at - interval '31 days'`);
    // Until the first one has cleaned up, none is begun.
    const again = async () => {
      await testServer.features.backups.testRestore();
      return (await query(testServer.databaseUrl, 'select from restore_tests')).length;
    };
    await eventually('it is tested again', again, 2);
  });

  it('whose test a shutdown breaks off is tested later: nothing says that it failed', async () => {
    await query(testServer.databaseUrl, 'delete from restore_tests');
    const other = await startTestServer({ databaseUrl: testServer.databaseUrl, env });
    await other.features.backups.testRestore();
    await eventually('it has begun', () => existsSync(join(folder, 'restore-test')));
    await other.close();
    assert.deepEqual(await query(testServer.databaseUrl, 'select failure from restore_tests where not passed'), []);
  });

  it('is never restored as a test on the server that the installation uses, nor is anything deleted there', async () => {
    const { databaseUrl } = testServer;
    const was = await digestsOf(databaseUrl);
    for (const url of [await createEmptyDatabase(), databaseUrl]) {
      const other = await startTestServer({ databaseUrl, env: { ...env, RESTORE_TEST_URL: url } });
      try {
        await query(databaseUrl, 'delete from restore_tests');
        // Once the other server has cleaned up after its own.
        const tried = async () => {
          await other.features.backups.testRestore();
          return (await list()).restoreTest ?? undefined;
        };
        const test = await eventually('it is tried', tried);
        assert.deepEqual([test.passed, test.target], [false, 'url']);
        assert.equal(test.failure, 'RESTORE_TEST_URL is on the PostgreSQL server that this installation uses. Set it to another one.');
      } finally {
        await other.close();
      }
    }
    assert.deepEqual(Object.keys(await digestsOf(databaseUrl)), Object.keys(was));
    assert.equal((await digestsOf(databaseUrl))['projects'], was['projects']);
  });
});

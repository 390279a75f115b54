/** Backups in an S3-compatible store. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import S3rver from 's3rver';
import { deleteBackup, downloadBackup, listBackups, makeBackup } from '#features/backups/contract.ts';
import { runCommand } from '../../../../test/harness/backup-commands.ts';
import { query } from '../../../../test/harness/database.ts';
import { eventually } from '../../../../test/harness/eventually.ts';
import { signUp, startTestServer } from '../../../../test/harness/test-server.ts';
import { createS3 } from '../server/s3.ts';
import { openBreakingLine } from './breaking-line.ts';
import { createEmptyDatabase, digestsOf } from './setup.ts';

const MEGABYTE = 1024 * 1024;

describe('backups in a bucket', () => {
  let folder: string;
  let store: S3rver;
  let settings: { endpoint: string; region: string; accessKeyId: string; secretAccessKey: string };
  let env: Record<string, string>;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'guildhall-s3-test-'));
    store = new S3rver({
      address: '127.0.0.1',
      port: 0,
      silent: true,
      directory: join(folder, 'store'),
      configureBuckets: ['backups', 'nothing-in-it'].map((name) => ({ name, configs: [] })),
    });
    const { port } = await store.run();
    settings = { endpoint: `http://127.0.0.1:${port}`, region: 'us-east-1', accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };
    env = {
      DATA_DIR: folder,
      BACKUP_TO: 's3://backups/of the team/here',
      AWS_ENDPOINT_URL_S3: settings.endpoint,
      AWS_ACCESS_KEY_ID: 'S3RVER',
      AWS_SECRET_ACCESS_KEY: 'S3RVER',
    };
  });
  after(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });

  it('are made, downloaded and restored from there', async () => {
    const testServer = await startTestServer({ env });
    const operator = await signUp(testServer);
    const { backup } = (await operator.call(makeBackup, {})).body;
    const find = async () => (await operator.call(listBackups, {})).body.backups.find(({ id }) => id === backup.id);
    const made = await eventually('the backup is complete', async () => {
      const found = await find();
      return found?.status === 'running' ? undefined : found;
    });
    assert.deepEqual([made.status, made.failure, made.host, made.location], ['done', null, null, env['BACKUP_TO']]);
    assert.deepEqual(await readdir(join(folder, 'backups.tmp')), [], 'nothing stays on this machine');
    const { body } = await operator.call(downloadBackup, { params: { backupId: backup.id } });
    assert.equal(body.length, made.bytes);
    await testServer.close();
    const target = await createEmptyDatabase();
    const file = `${made.location}/${made.name}`;
    // At the same time as another command that fetches it.
    const [{ code, stderr }, described] = await Promise.all([
      runCommand('restore', [file, '--yes'], { ...env, DATABASE_URL: target }),
      runCommand('restore', [file], { ...env, DATABASE_URL: target }),
    ]);
    assert.equal(code, 0, stderr);
    assert.equal(described.code, 2, described.stderr);
    assert.deepEqual(await readdir(join(folder, 'backups.tmp')), []);
    assert.deepEqual(await digestsOf(target), await digestsOf(testServer.databaseUrl));
  });

  it('are uploaded and read in parts if they are large, although the connection breaks midway', async () => {
    const content = randomBytes(20 * MEGABYTE);
    const path = join(folder, 'large.backup');
    await writeFile(path, content);
    const line = await openBreakingLine(Number(new URL(settings.endpoint).port));
    try {
      const bucket = createS3('s3://backups/large', { ...settings, endpoint: line.address });
      line.breakAfter(18 * MEGABYTE);
      await bucket.upload('large.backup', path);
      assert.equal(line.broken(), 1);
      assert.equal(await bucket.sizeOf('large.backup'), content.length);
      line.breakAfter(18 * MEGABYTE);
      const chunks: Buffer[] = [];
      for await (const chunk of bucket.read('large.backup', content.length)) chunks.push(chunk);
      assert.equal(line.broken(), 2);
      assert.ok(Buffer.concat(chunks).equals(content));
      await bucket.remove('large.backup');
      await assert.rejects(bucket.sizeOf('large.backup'), /404/);
    } finally {
      await line.close();
    }
  });

  it('that failed are deleted from the list without touching the bucket', async () => {
    const testServer = await startTestServer({ env: { ...env, BACKUP_TO: 's3://nothing-in-it' } });
    try {
      const operator = await signUp(testServer);
      const [failed] = await query<{ id: string }>(
        testServer.databaseUrl,
        `insert into backups (location, reason, status, encrypted) values ('s3://nothing-in-it', 'manual', 'failed', false) returning id`,
      );
      await operator.call(deleteBackup, { params: { backupId: failed?.id ?? '' } });
      assert.deepEqual((await operator.call(listBackups, {})).body.backups, []);
      const bucket = createS3('s3://nothing-in-it', settings);
      await assert.rejects(bucket.read('none', 1).next(), /\(404, NoSuchKey/, 'the bucket is there');
    } finally {
      await testServer.close();
    }
  });

  it('say what the store refuses', async () => {
    const bucket = createS3('s3://nowhere', settings);
    await writeFile(join(folder, 'small.backup'), 'small');
    await assert.rejects(
      bucket.upload('small.backup', join(folder, 'small.backup')),
      /^BackupError: 127\.0\.0\.1:\d+ refused a request for nowhere\/small\.backup \(404, NoSuchBucket: .+\)\.$/,
    );
    const unknownKey = createS3('s3://backups', { ...settings, accessKeyId: 'NOBODY' });
    await assert.rejects(unknownKey.upload('small.backup', join(folder, 'small.backup')), /\(403, InvalidAccessKeyId/);
  });
});

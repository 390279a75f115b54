/** Backups of a database, or onto a disk, that takes nothing. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { sealedColumns } from '#app/reseal.ts';
import { runCommand } from '../../../../test/harness/backup-commands.ts';
import { createTestDatabase, query } from '../../../../test/harness/database.ts';
import { mountSmallDisk, NO_MOUNT } from '../../../../test/harness/programs.ts';
import { verifyBackup } from '../server/backup-file.ts';
import { createDestination, takeBackup } from '../server/engine.ts';

describe('a backup', () => {
  let folder: string;
  let url: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'guildhall-refused-test-'));
    url = await createTestDatabase();
  });
  after(() => rm(folder, { recursive: true }));

  it('is made of a database that takes no changes, and says that the list does not have it', async () => {
    const admin = process.env['TEST_DATABASE_URL'] ?? '';
    await query(admin, `alter database "${new URL(url).pathname.slice(1)}" set default_transaction_read_only = on`);
    const env = { DATABASE_URL: url, DATA_DIR: folder };
    const { code, stdout, stderr } = await runCommand('backup', ['--to', join(folder, 'backups'), '--json'], env);
    assert.equal(code, 0, stderr);
    const { file, listed, rows } = JSON.parse(stdout);
    assert.equal(listed, false);
    assert.equal((await verifyBackup(file, undefined)).end.rows, rows);
  });

  it('onto a full disk fails with a sentence, leaves nothing there, and works once there is room', async (t: TestContext) => {
    const small = join(folder, 'small');
    await mkdir(small);
    const disk = mountSmallDisk(small, '1m');
    if (!disk) return t.skip(NO_MOUNT);
    try {
      const to = join(small, 'backups');
      const ballast = join(small, 'ballast');
      await mkdir(to);
      await writeFile(ballast, Buffer.alloc(1024 * 1024)).catch(() => undefined);
      const secrets = { sessionSecrets: [], encryptionKeys: [] };
      const destination = createDestination(to, { s3: undefined, scratch: folder });
      const take = () => takeBackup({ url, destination, version: 'test', passphrase: undefined, secrets, sealedColumns });
      await assert.rejects(take(), {
        name: 'BackupError',
        message: `The disk of ${to} is full. Make room on it, or choose another place.`,
      });
      assert.deepEqual(await readdir(to), []);
      await rm(ballast);
      assert.ok((await take()).bytes > 0);
    } finally {
      disk.unmount();
    }
  });
});

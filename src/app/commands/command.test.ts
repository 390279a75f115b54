/** What commands have in common. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { commandNamed } from '../../../test/harness/command.ts';

describe('a command', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'guildhall-command-'));
  });
  after(() => rm(folder, { recursive: true }));

  for (const [name, ...given] of [['update-check'], ['migrate', '--check'], ['restore', '--confirm']] as const)
    it(`about an installation says so where there is none, and creates none: ${name}`, async () => {
      const { code, stdout, stderr } = await commandNamed(name, () => ({ DATA_DIR: folder }))(given.slice());
      const said = `There is no database in ${folder}. Set DATA_DIR to the folder of your installation, or DATABASE_URL.\n`;
      assert.deepEqual([code, stdout, stderr], [1, '', said]);
      assert.ok(!(await readdir(folder)).includes('postgres'));
    });

  it('confirms a restore or restores, but not both at once', async () => {
    const { code, stderr } = await commandNamed('restore', () => ({ DATA_DIR: folder }))(['x.backup', '--yes', '--confirm']);
    assert.equal(code, 2);
    assert.match(stderr, /^Restore first, look around, and then confirm: --confirm takes no backup\.\n/);
  });
});

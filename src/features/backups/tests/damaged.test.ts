/** A file that is not a whole backup is refused by one sentence, and nothing is changed. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { runCommand } from '../../../../test/harness/backup-commands.ts';
import { newProject, signUp, startTestServer } from '../../../../test/harness/test-server.ts';
import { verifyBackup } from '../server/backup-file.ts';
import { encodeHeader, encodeSuffix, PREFIX_BYTES, readHeader, SUFFIX_BYTES, sha256 } from '../server/format.ts';
import { createEmptyDatabase, digestsOf, PASSPHRASE } from './setup.ts';

const INCOMPLETE = 'This backup is incomplete: it was cut short, or something was added to it. Use another one.';

describe('a damaged backup', () => {
  let folder: string;
  let target: string;
  let untouched: Record<string, string>;
  const files = { plain: Buffer.alloc(0), encrypted: Buffer.alloc(0) };
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'guildhall-damaged-test-'));
    const testServer = await startTestServer();
    await newProject(await signUp(testServer));
    await testServer.close();
    for (const kind of ['plain', 'encrypted'] as const) {
      const env = {
        DATABASE_URL: testServer.databaseUrl,
        DATA_DIR: folder,
        ...(kind === 'encrypted' && { BACKUP_PASSPHRASE: PASSPHRASE }),
      };
      const made = await runCommand('backup', ['--to', folder, '--json'], env);
      assert.equal(made.code, 0, made.stderr);
      files[kind] = await readFile(JSON.parse(made.stdout).file);
    }
    target = testServer.databaseUrl;
    untouched = await digestsOf(target);
  });
  after(() => rm(folder, { recursive: true }));

  /** Why it is refused: a restore reads all of a backup before it begins. */
  async function refusal(content: Buffer, passphrase: string | undefined = PASSPHRASE): Promise<string> {
    const file = join(folder, 'damaged.backup');
    await writeFile(file, content);
    const error = await verifyBackup(file, passphrase).then(
      () => assert.fail('it is taken for a whole backup'),
      (problem: Error) => problem,
    );
    assert.equal(error.name, 'BackupError');
    return error.message;
  }

  it('is not restored, and the command says why', async () => {
    const file = join(folder, 'flipped.backup');
    await writeFile(file, flipped(files.plain, Math.floor(files.plain.length * 0.9)));
    const { code, stdout, stderr } = await runCommand('restore', [file, '--yes'], { DATABASE_URL: target, DATA_DIR: folder });
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /^Reading the backup .+\nThis backup is damaged: .+\. Use another one\.\n$/);
    assert.deepEqual(await digestsOf(target), untouched);
  });

  const flipped = (file: Buffer, at: number) => {
    const copy = Buffer.from(file);
    copy[at] = (copy[at] ?? 0) ^ 0x10;
    return copy;
  };
  // Its end is a checksum. Before that, a flipped bit may say the same in another way: the same letters from another place.
  const places = { 'its header': 60, 'its middle': 0.5, 'its end': -10, 'its length': -3 };

  for (const kind of ['plain', 'encrypted'] as const) {
    for (const [place, at] of Object.entries(places))
      it(`with a flipped bit in ${place} is refused (${kind})`, async () => {
        const file = files[kind];
        const index = at < 0 ? file.length + at : at < 1 ? Math.floor(file.length * at) : at;
        assert.match(await refusal(flipped(file, index)), /^This backup is (?:damaged|incomplete): .+\. Use another one\.$/);
      });

    for (const part of [0.3, 0.9, 0.999])
      it(`cut to ${part * 100} % is refused (${kind})`, async () => {
        assert.equal(await refusal(files[kind].subarray(0, Math.floor(files[kind].length * part))), INCOMPLETE);
      });

    it(`followed by something is refused (${kind})`, async () => {
      assert.equal(await refusal(Buffer.concat([files[kind], Buffer.from('more')])), INCOMPLETE);
    });
  }

  it('that is another kind of file is refused', async () => {
    assert.equal(await refusal(Buffer.from('-- PostgreSQL database dump\n'.repeat(20))), 'This file is not a Guildhall backup.');
    assert.equal(await refusal(Buffer.alloc(0)), 'This file is not a Guildhall backup.');
  });

  it('is told apart from a wrong passphrase, and from none', async () => {
    assert.equal(await refusal(files.encrypted, 'another passphrase'), 'The passphrase of this backup is wrong.');
    await assert.rejects(
      verifyBackup(join(folder, 'damaged.backup'), undefined),
      /^BackupError: This backup is encrypted\. Set BACKUP_PASSPHRASE/,
    );
  });

  it('of a newer version is refused, with that version', async () => {
    const start = PREFIX_BYTES + files.plain.readUInt32BE(PREFIX_BYTES - 4);
    const header = readHeader(files.plain.subarray(PREFIX_BYTES, start));
    header.migrations.push({ number: 9001, name: '9001_later.sql', checksum: 'f'.repeat(64) });
    const changed = encodeHeader({ ...header, version: '9.1.0' });
    // Its end names the digest of the header.
    const records = zstdDecompressSync(files.plain.subarray(start, -SUFFIX_BYTES)).toString('latin1');
    const content = Buffer.from(records.replace(sha256(files.plain.subarray(0, start)), sha256(changed)), 'latin1');
    const file = Buffer.concat([changed, zstdCompressSync(content)]);
    const path = join(folder, 'newer.backup');
    await writeFile(path, Buffer.concat([file, encodeSuffix(file.length)]));
    const { code, stderr } = await runCommand('restore', [path, '--yes'], { DATABASE_URL: target, DATA_DIR: folder });
    assert.equal(code, 1);
    assert.match(stderr, /This backup was made by a newer version of Guildhall \(9\.1\.0\), whose migration 9001_later\.sql /);
    assert.deepEqual(await digestsOf(target), untouched);
  });
});

describe('a restore', () => {
  it('of a file that does not exist says so', async () => {
    const url = await createEmptyDatabase();
    const { code, stderr } = await runCommand('restore', ['/nowhere/at/all.backup', '--yes'], { DATABASE_URL: url });
    assert.equal(code, 1);
    assert.match(stderr, /There is no file \/nowhere\/at\/all\.backup\./);
  });

  it('without --yes changes nothing, and says what it would do', async () => {
    const url = await createEmptyDatabase();
    const folder = await mkdtemp(join(tmpdir(), 'guildhall-restore-test-'));
    const testServer = await startTestServer();
    await signUp(testServer);
    const made = await runCommand('backup', ['--to', folder, '--json'], { DATABASE_URL: testServer.databaseUrl, DATA_DIR: folder });
    await testServer.close();
    const { code, stdout } = await runCommand('restore', [JSON.parse(made.stdout).file], { DATABASE_URL: url });
    assert.equal(code, 2);
    assert.match(
      stdout,
      /^A backup of .+ UTC, made by version .+, not encrypted\.\nAdd --yes to replace everything in the database empty_\w+ by it\.\n$/,
    );
    assert.deepEqual(await digestsOf(url), {});
    await rm(folder, { recursive: true });
  });
});

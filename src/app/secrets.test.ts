import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { readConfig } from './config.ts';
import { loadSecrets } from './secrets.ts';

const production = { NODE_ENV: 'production', DATABASE_URL: 'postgresql://guildhall@127.0.0.1:1/guildhall' };
const random = () => randomBytes(48).toString('base64');

describe('a secret in production', () => {
  for (const [what, secret, said] of [
    [
      'the published one of development',
      'for development only; production asks for a secret of its own and does not start without one',
      'must not be the published one',
    ],
    ['one that is short', random().slice(0, 63), 'must have 64 characters or more'],
    ['one of several that is short', `${random()},short`, 'must have 64 characters or more'],
    ['a few characters again and again', 'abcdefghijkl'.repeat(7), 'must be random: it repeats itself'],
    ['a sentence again and again', 'production 0123456789 '.repeat(4), 'must be random: it repeats itself'],
    ['the same random text twice', randomBytes(24).toString('hex').repeat(2), 'must be random: it repeats itself'],
    ['few different characters', 'abc'.repeat(30), 'must be random: it has too few different characters'],
    [
      'the alphabet',
      'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/abc',
      'must be random: its characters are in alphabetical order',
    ],
    ['a placeholder', `change-me-${randomBytes(30).toString('hex')}`, 'must be random: it looks like a placeholder'],
    ['nothing but commas', ' , ,', 'must not be empty'],
  ] as const)
    it(`is not ${what}, and the refusal says how to make one`, () => {
      for (const name of ['SESSION_SECRET', 'ENCRYPTION_KEY'])
        assert.throws(
          () => readConfig({ ...production, SESSION_SECRET: random(), [name]: secret }),
          ({ message }: Error) => message.includes(`${name} ${said}`) && message.includes('openssl rand -base64 48'),
        );
    });

  it('may come from any good generator', () => {
    const letters = 'abcdefghijklmnopqrstuvwxyz';
    for (let round = 0; round < 2000; round++)
      for (const secret of [
        random(),
        randomBytes(32).toString('hex'),
        randomBytes(96).toString('base64url'),
        `${randomUUID()}-${randomUUID()}`,
        Array.from({ length: 64 }, () => letters[randomInt(letters.length)]).join(''),
      ])
        assert.doesNotThrow(() => readConfig({ ...production, SESSION_SECRET: secret }), secret);
  });
});

describe('the secrets of development', () => {
  const folders: string[] = [];
  const newFolder = async () => {
    const folder = await mkdtemp(join(tmpdir(), 'guildhall-secrets-'));
    folders.push(folder);
    return folder;
  };
  after(async () => {
    for (const folder of folders) await rm(folder, { recursive: true, force: true });
  });
  const secretsOf = async (env: Record<string, string>) => {
    const { sessionSecrets, encryptionKeys } = await loadSecrets(readConfig(env));
    return { sessionSecrets, encryptionKeys };
  };

  it('are made once and kept in the data folder, readable by its owner only', async () => {
    const env = { DATA_DIR: join(await newFolder(), 'data') };
    const first = await secretsOf(env);
    assert.deepEqual(await secretsOf(env), first);
    assert.equal((await stat(join(env.DATA_DIR, 'secrets.json'))).mode & 0o777, 0o600);
    assert.deepEqual(await readdir(env.DATA_DIR), ['secrets.json']);
    assert.ok([...first.sessionSecrets, first.encryptionKeys[0]].every((secret) => secret?.length === 64));
    assert.notEqual(first.sessionSecrets[0], first.encryptionKeys[0]);
    assert.notDeepEqual(await secretsOf({ DATA_DIR: await newFolder() }), first);
  });

  it('are the same for all of several processes that start at once', async () => {
    const folder = await newFolder();
    const program = `import { readConfig } from '${new URL('./config.ts', import.meta.url)}';
      import { loadSecrets } from '${new URL('./secrets.ts', import.meta.url)}';
      const all = await Promise.all(Array.from({ length: 10 }, () => loadSecrets(readConfig({ DATA_DIR: '${folder}' }))));
      console.log([...new Set(all.map(({ sessionSecrets, encryptionKeys }) => sessionSecrets + ' ' + encryptionKeys[0]))].join('\\n'));`;
    const run = promisify(execFile);
    const said = await Promise.all([1, 2, 3, 4].map(() => run(process.execPath, ['--input-type=module', '-e', program])));
    assert.equal(new Set(said.map(({ stdout }) => stdout)).size, 1);
    assert.match(said[0]?.stdout ?? '', /^\S{64} \S{64}\n$/);
  });

  it('give way to those that the environment names, and to production', async () => {
    const env = { DATA_DIR: await newFolder(), SESSION_SECRET: 'mine', ENCRYPTION_KEY: 'too' };
    assert.deepEqual(await secretsOf(env), { sessionSecrets: ['mine'], encryptionKeys: ['too'] });
    const { sessionSecrets, encryptionKeys } = await secretsOf({ ...production, DATA_DIR: env.DATA_DIR, SESSION_SECRET: random() });
    assert.deepEqual([sessionSecrets.length, encryptionKeys], [1, []]);
    assert.deepEqual(await readdir(env.DATA_DIR), []);
    const half = await secretsOf({ DATA_DIR: env.DATA_DIR, SESSION_SECRET: 'mine' });
    assert.deepEqual([half.sessionSecrets, half.encryptionKeys[0]?.length], [['mine'], 64]);
  });

  it('open what the published key of earlier versions sealed, and seal nothing with it', async () => {
    const { encryptionKeys } = await secretsOf({ DATA_DIR: await newFolder() });
    assert.match(encryptionKeys[1] ?? '', /^for development only/);
    assert.doesNotMatch(encryptionKeys[0] ?? '', /development/);
  });

  it('are closed to others again, and a damaged file is said to be one rather than replaced', async () => {
    const env = { DATA_DIR: await newFolder() };
    const file = join(env.DATA_DIR, 'secrets.json');
    const first = await secretsOf(env);
    await chmod(file, 0o644);
    assert.deepEqual(await secretsOf(env), first);
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    const whole = await readFile(file, 'utf8');
    for (const damaged of ['', whole.slice(0, 40), '{"sessionSecret": "short", "encryptionKey": 1}']) {
      await writeFile(file, damaged);
      await assert.rejects(secretsOf(env), /secrets\.json is damaged\. Restore it from a backup/);
    }
  });
});

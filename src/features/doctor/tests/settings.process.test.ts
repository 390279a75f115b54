/** Installations that are broken before a server starts, and the code with which the doctor names each. */
import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { SMTPServer } from 'smtp-server';
import { storeLoadReport } from '#features/monitor/server/load-reports.ts';
import { startEmbedded } from '#kernel/database/embedded/embedded.ts';
import { createDatabase } from '#kernel/database/pool.ts';
import { createLog } from '#kernel/log.ts';
import { createTestDatabase } from '../../../../test/harness/database.ts';
import { problemsIn, production, runDoctor } from '../../../../test/harness/doctor.ts';
import { openMailbox } from '../../../../test/harness/mailbox.ts';
import { freePort } from '../../../../test/harness/process.ts';
import { mountSmallDisk, NO_MOUNT } from '../../../../test/harness/programs.ts';
import { buildReport } from '../../../../test/load-reports/build.ts';

/** Without a server, a backup and a load test, these remain. */
const usual = ['public_url warning', 'backup warning', 'restore_test warning', 'load_test warning'];

describe('the doctor before the start', { concurrency: 2 }, () => {
  let url: string;
  let env: ReturnType<typeof production>;
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'guildhall-broken-'));
    url = await createTestDatabase();
    env = production(url, await freePort());
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function problems(changes: Record<string, string> = {}, without: readonly string[] = []): Promise<string[]> {
    const given = Object.fromEntries(Object.entries({ ...env, ...changes }).filter(([name]) => !without.includes(name)));
    const { checks } = await runDoctor(given);
    return problemsIn(checks).filter((problem) => !usual.includes(problem));
  }

  it('finds nothing where nothing is broken', async () => {
    const { code, checks, stderr } = await runDoctor(env);
    assert.deepEqual([code, problemsIn(checks), stderr], [checks.some(({ status }) => status === 'failed') ? 1 : 0, usual, '']);
  });

  it('names each variable that is not valid', async () => {
    const { code, checks } = await runDoctor({ ...env, PORT: 'many', BCRYPT_SALT_ROUNDS: '99' });
    assert.equal(code, 1);
    const found = checks.filter((check) => check.code === 'environment');
    assert.deepEqual(
      found.map(({ status, detail }) => [status, detail.split(' ')[0]]),
      [
        ['failed', 'PORT'],
        ['failed', 'BCRYPT_SALT_ROUNDS'],
      ],
    );
  });

  it('names secrets that are missing, short or guessable', async () => {
    assert.deepEqual(await problems({ SESSION_SECRET: 'short' }), ['session_secret failed']);
    assert.deepEqual(await problems({ ENCRYPTION_KEY: 'change-me'.repeat(9) }), ['encryption_key failed']);
    assert.deepEqual(await problems({}, ['SESSION_SECRET']), ['session_secret failed']);
    assert.deepEqual(await problems({}, ['ENCRYPTION_KEY']), ['encryption_key warning']);
  });

  it('names limits left from a load test, and limits that stop nobody', async () => {
    assert.deepEqual(await problems({ RATE_LIMIT_MULTIPLIER: '1000' }), ['rate_limits warning']);
    assert.deepEqual(await problems({ RATE_LIMIT_AUTH: '5000/15m' }), ['rate_limits warning']);
    assert.deepEqual(await problems({ RATE_LIMIT_AGENT: '30/1m' }), [], 'a limit of one’s own');
  });

  it('names a log that hides problems', async () => {
    assert.deepEqual(await problems({ LOG_LEVEL: 'silent' }), ['log_level warning']);
  });

  it('names development settings', async () => {
    const found = await problems({ NODE_ENV: 'development' });
    assert.deepEqual(found, ['production_mode warning']);
  });

  it('names a port that another program has', async () => {
    const other = createServer((socket) => socket.end('SSH-2.0\r\n')).listen(0, '127.0.0.1');
    try {
      await new Promise((resolve) => other.once('listening', resolve));
      const { port } = other.address() as { port: number };
      assert.deepEqual(await problems({ PORT: String(port) }), ['port failed']);
    } finally {
      other.close();
    }
  });

  it('names an address that this machine does not have', async () => {
    assert.deepEqual(await problems({ HOST: '192.0.2.1' }), ['port failed']);
  });

  it('names a data folder that cannot be written', async () => {
    const file = join(folder, 'a-file');
    await writeFile(file, '');
    assert.deepEqual(await problems({ DATA_DIR: join(file, 'data') }), ['data_folder failed']);
  });

  it('names a disk that is nearly full', async (t) => {
    const dataDir = join(folder, 'small');
    await mkdir(dataDir);
    const disk = mountSmallDisk(dataDir, '8m');
    if (!disk) return t.skip(NO_MOUNT);
    try {
      const { checks } = await runDoctor({ ...env, DATA_DIR: dataDir });
      assert.equal(checks.find(({ code }) => code === 'disk_space')?.status, 'failed');
      disk.remount('ro');
      assert.deepEqual(await problems({ DATA_DIR: dataDir }), ['data_folder failed']);
    } finally {
      disk.unmount();
    }
  });

  it('names files with secrets that others can read', async () => {
    const dataDir = join(folder, 'open');
    await mkdir(dataDir);
    await writeFile(
      join(dataDir, 'secrets.json'),
      JSON.stringify({ sessionSecret: env.SESSION_SECRET, encryptionKey: env.ENCRYPTION_KEY }),
    );
    await chmod(join(dataDir, 'secrets.json'), 0o644);
    assert.deepEqual(await problems({ DATA_DIR: dataDir }), ['secret_files warning']);
  });

  it('names TLS files that cannot be read', async () => {
    const missing = { TLS_CERT: join(folder, 'nope.pem'), TLS_KEY: join(folder, 'nope.pem') };
    assert.deepEqual(await problems(missing), ['tls_certificate failed']);
  });

  it('names more processes than there are cores', async () => {
    const { checks } = await runDoctor({ ...env, WEB_CONCURRENCY: '250', PG_POOL_MAX: '2' });
    assert.equal(checks.find(({ code }) => code === 'processes')?.status, 'warning');
  });

  it('names a mail server that does not answer, or rejects the password', async () => {
    const mail = { MAIL_FROM: 'guildhall@example.com', PUBLIC_URL: `http://127.0.0.1:${env.PORT}` };
    const withPublicUrl = ['tls_certificate failed', 'mail_server failed'];
    assert.deepEqual(await problems({ ...mail, SMTP_URL: `smtp://127.0.0.1:${await freePort()}` }), withPublicUrl);
    const strict = new SMTPServer({
      disabledCommands: ['STARTTLS'],
      onAuth: (_auth, _session, callback) => callback(new Error('5.7.8 wrong name or password')),
    });
    const listening = strict.listen(0, '127.0.0.1');
    await new Promise((resolve) => listening.once('listening', resolve));
    const { port } = listening.address() as { port: number };
    try {
      assert.deepEqual(await problems({ ...mail, SMTP_URL: `smtp://ada:a-planted-password@127.0.0.1:${port}` }), withPublicUrl);
    } finally {
      await new Promise<void>((resolve) => strict.close(resolve));
    }
  });

  it('sends a test email only on request', async () => {
    const mailbox = await openMailbox();
    try {
      const mail = { ...env, MAIL_FROM: 'guildhall@example.com', PUBLIC_URL: `http://127.0.0.1:${env.PORT}`, SMTP_URL: mailbox.url };
      const quiet = await runDoctor(mail);
      const statusOf = (checks: typeof quiet.checks, wanted: string) => checks.find(({ code }) => code === wanted)?.status;
      assert.deepEqual([statusOf(quiet.checks, 'mail_server'), statusOf(quiet.checks, 'mail_test')], ['ok', 'skipped']);
      assert.equal(mailbox.mails.length, 0);
      const asked = await runDoctor(mail, ['--json', '--mail', 'ada@example.com']);
      assert.equal(statusOf(asked.checks, 'mail_test'), 'ok');
      assert.deepEqual(
        mailbox.mails.map(({ to, subject }) => [to, subject]),
        [[['ada@example.com'], 'Guildhall can send email']],
      );
    } finally {
      await mailbox.close();
    }
  });

  it('names a model provider that does not answer', async () => {
    const models = { MODEL_SERVER_URL: `http://127.0.0.1:${await freePort()}/v1` };
    assert.deepEqual(await problems(models), ['model_providers warning']);
  });

  it('names a load test that failed, and accepts one that passed', async () => {
    const own = await createTestDatabase();
    const db = createDatabase({ url: own, max: 2, log: await createLog({ level: 'silent', readable: false }) });
    try {
      const lastTest = async () =>
        (await runDoctor({ ...env, DATABASE_URL: own })).checks
          .filter(({ code }) => code === 'load_test')
          .map(({ status, detail }) => [status, detail]);
      await storeLoadReport(db, { ...buildReport('load'), passed: false, startedAt: '2026-01-01T00:00:00.000Z' });
      assert.deepEqual((await lastTest())[0]?.[0], 'warning');
      await storeLoadReport(db, { ...buildReport('load'), passed: true, startedAt: new Date().toISOString() });
      assert.deepEqual((await lastTest())[0]?.[0], 'ok');
    } finally {
      await db.close();
    }
  });

  it('examines the embedded database of a data folder, and makes none', async () => {
    const dataDir = join(folder, 'embedded');
    const development = { NODE_ENV: 'development', DATA_DIR: dataDir, PORT: env.PORT, MODEL_SERVER_DETECT: 'false' };
    const first = await runDoctor(development);
    const reachable = (checks: typeof first.checks) => checks.find(({ code }) => code === 'database_reachable')?.status;
    assert.equal(reachable(first.checks), 'skipped');
    await assert.rejects(chmod(dataDir, 0o755), { code: 'ENOENT' });
    const database = await startEmbedded({ dataDir, log: await createLog({ level: 'silent', readable: false }) });
    await database.stop();
    const second = await runDoctor(development);
    assert.equal(reachable(second.checks), 'ok');
    const durable = ({ checks }: typeof first) => checks.find(({ code }) => code === 'database_durability')?.status;
    assert.deepEqual([durable(second), durable(await runDoctor(env))], ['ok', 'failed'], 'the database of the tests is not durable');
    assert.equal(second.checks.find(({ code }) => code === 'migrations')?.status, 'skipped');
  });

  it('explains itself, and what it does not understand', async () => {
    const help = await runDoctor(env, ['--help']);
    assert.equal(help.code, 0);
    for (const word of ['--json', '--bundle', '--mail']) assert.ok(help.stdout.includes(word), word);
    for (const args of [['more'], ['--mail', 'nobody'], ['--verbose']]) {
      const { code, stdout } = await runDoctor(env, args);
      assert.deepEqual([code, stdout], [2, ''], args.join(' '));
    }
  });
});

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmod, chown, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { currentUser } from '#features/accounts/contract.ts';
import { lockDataFolder } from '#kernel/database/embedded/data-folder.ts';
import { createDatabaseFrom, createTestDatabase, query } from './harness/database.ts';
import { eventually } from './harness/eventually.ts';
import { openPooler, pgBouncer } from './harness/pooler.ts';
import { endProcesses, freePort, launch, lives, openProcess, postmasterOf, quick } from './harness/process.ts';
import { mountSmallDisk, NO_MOUNT } from './harness/programs.ts';
import { signUp, visit } from './harness/test-server.ts';

const folders: string[] = [];
async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'guildhall-start-'));
  folders.push(folder);
  return folder;
}

/** Starts what cannot start. @returns its exit code and what it said */
async function fail(env: Record<string, string>, user?: { uid: number; gid: number }) {
  const server = launch({ env: { PORT: '0', HOST: '127.0.0.1', ...env }, ...(user && { user }) });
  const code = await server.ended;
  assert.doesNotMatch(server.output(), /Guildhall is ready/);
  return { code, said: server.output().trim() };
}

const secret = 'kQ7w-ZxR2mT9vB4nL6pY8sD1fG3hJ5aUcEiOqWtXzMbVnPrLkHgSdFjYuTeRwQa1';
const readLog = (dataDir: string) => readFile(join(dataDir, 'postgres.log'), 'utf8');
const NOBODY = { uid: 65_534, gid: 65_534 };
const asRoot = process.getuid?.() === 0;

describe('starting', () => {
  let dataDir: string;
  before(async () => {
    dataDir = await newFolder();
  });
  after(async () => {
    await endProcesses();
    for (const folder of folders) {
      await chmod(folder, 0o700);
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('needs nothing but a folder and a port, and keeps what it is told', async (t) => {
    const first = await openProcess({ env: { PORT: '0', DATA_DIR: dataDir } });
    t.diagnostic(`first start, creating its PostgreSQL: ${first.startedIn} ms`);
    assert.match(first.output(), new RegExp(`Its data is in ${dataDir}`));
    assert.equal((await stat(join(dataDir, 'secrets.json'))).mode & 0o777, 0o600);
    const hba = join(dataDir, 'postgres', 'pg_hba.conf');
    const hosts = async () => [...(await readFile(hba, 'utf8')).matchAll(/^host.*\s(\w+)\s*$/gm)].map(([, method]) => method);
    assert.ok((await hosts()).length > 0 && (await hosts()).every((method) => method === 'reject'));
    await writeFile(hba, (await readFile(hba, 'utf8')).replaceAll('reject', 'trust'));
    const person = await signUp(first);
    // All of 127.0.0.0/8 is this machine; a server on every address would answer there.
    if (process.platform === 'linux')
      await assert.rejects(fetch(first.origin.replace('localhost', '127.0.0.2')), 'development listens on 127.0.0.1 alone');
    assert.equal(await first.stop(), 0);

    const later = await openProcess({ env: { PORT: '0', DATA_DIR: dataDir } });
    t.diagnostic(`later start: ${later.startedIn} ms`);
    assert.ok(
      (await hosts()).every((method) => method === 'reject'),
      'data of earlier versions too',
    );
    assert.equal((await visit(person, later).call(currentUser, {})).body.user.id, person.id);
    assert.equal(await later.stop(), 0);
  });

  it('refuses a data folder that another server uses, and leaves that one alone', async () => {
    const env = { ...quick, DATA_DIR: dataDir };
    const server = await openProcess({ env });
    const { code, said } = await fail(env);
    assert.equal(code, 1);
    assert.equal(
      said,
      `The data folder ${dataDir} is in use by the server with process id ${server.pid}. Stop that one, or set DATA_DIR to another folder.`,
    );
    await signUp(server);
    assert.equal(await server.stop(), 0);
  });

  it('lets exactly one of several have a folder that they want at the same time, also after a kill -9', async () => {
    const env = { ...quick, DATA_DIR: await newFolder() };
    for (const round of ['fresh', 'left by a killed server']) {
      const starts = await Promise.allSettled([1, 2, 3, 4].map(() => openProcess({ env })));
      const [winner, ...others] = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
      assert.ok(winner && others.length === 0, `${others.length + (winner ? 1 : 0)} servers started on a folder that was ${round}`);
      for (const start of starts) if (start.status === 'rejected') assert.match(String(start.reason), /is in use by the server/);
      process.kill(winner.pid, 'SIGKILL');
      await winner.ended;
    }
  });

  it('gives a folder to one only, however close together they ask', async () => {
    const left = ['', 'server.lock.3'];
    for (let round = 0; round < 40; round++) {
      const folder = await newFolder();
      const lock = left[round % 2];
      if (lock) await writeFile(join(folder, lock), '999999999 1\n');
      const asked = await Promise.allSettled(Array.from({ length: 8 }, () => lockDataFolder(folder)));
      assert.equal(asked.filter((answer) => answer.status === 'fulfilled').length, 1);
      for (const answer of asked) if (answer.status === 'rejected') assert.match(String(answer.reason), /is in use by the server/);
      for (const answer of asked) if (answer.status === 'fulfilled') await answer.value();
      await (await lockDataFolder(folder))();
    }
  });

  it('says that a port is taken, and takes its PostgreSQL down again', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const address = other.address();
    const port = String(typeof address === 'object' && address?.port);
    try {
      const { code, said } = await fail({ PORT: port, DATA_DIR: dataDir });
      assert.equal(code, 1);
      assert.equal(said, `Port ${port} is taken by another program. Stop that one, or set PORT to a free port.`);
      assert.equal(await postmasterOf(dataDir), undefined);
      const log = await readLog(dataDir);
      const pid = Number([...log.matchAll(/\[(\d+)\] LOG: {2}starting PostgreSQL/g)].at(-1)?.[1]);
      assert.ok(pid > 0 && !lives(pid), `PostgreSQL with process id ${pid} was left behind`);
    } finally {
      other.close();
    }
  });

  it('says that the data folder cannot be written', async () => {
    const folder = await newFolder();
    await chmod(folder, 0o555);
    const { code, said } = await fail({ DATA_DIR: folder }, asRoot ? NOBODY : undefined);
    assert.equal(code, 1);
    assert.equal(said, `The data folder ${folder} cannot be written (EACCES). Set DATA_DIR to a folder you may write.`);
    const below = await fail({ DATA_DIR: join(folder, 'data') }, asRoot ? NOBODY : undefined);
    assert.equal(below.code, 1);
    assert.match(below.said, /^The data folder .* cannot be created \(EACCES\)\. Set DATA_DIR to a folder you may write\.$/);
  });

  it('keeps its socket in a folder that nobody can have made, where its own path is too long', async () => {
    const folder = join(await newFolder(), 'a'.repeat(90));
    const server = await openProcess({ env: { ...quick, DATA_DIR: folder } });
    const sockets = (await readFile(join(folder, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[4]?.trim() ?? '';
    assert.match(sockets, /\/guildhall-\w{6}$/);
    assert.equal((await stat(sockets)).mode & 0o777, 0o700);
    await signUp(server);
    assert.equal(await server.stop(), 0);
    await assert.rejects(stat(sockets), { code: 'ENOENT' });
  });

  it('does not follow a link that stands where its socket belongs', async () => {
    const [folder, elsewhere] = [await newFolder(), await newFolder()];
    await symlink(elsewhere, join(folder, 'run'));
    const before = (await stat(elsewhere)).mode;
    const { code, said } = await fail({ DATA_DIR: folder });
    assert.equal(code, 1);
    assert.equal(said, `${join(folder, 'run')} is not a folder of this user. Remove it, or set DATA_DIR to another folder.`);
    assert.equal((await stat(elsewhere)).mode, before);
  });

  it('says that the disk of the data folder is read-only, or full', async (t) => {
    const folder = await newFolder();
    const disk = mountSmallDisk(folder, '20m');
    if (!disk) return t.skip(NO_MOUNT);
    try {
      const full = await fail({ DATA_DIR: join(folder, 'data') });
      assert.equal(
        full.said,
        `PostgreSQL could not create its data in ${join(folder, 'data')}: its disk is full (No space left on device)`,
      );
      disk.remount('ro');
      for (const [below, what] of [
        ['', 'written'],
        ['new/folder', 'created'],
      ] as const) {
        const { code, said } = await fail({ DATA_DIR: join(folder, below), SESSION_SECRET: secret, ENCRYPTION_KEY: secret });
        assert.equal(code, 1);
        const reason = `cannot be ${what} (EROFS: its file system is read-only). Set DATA_DIR to a folder you may write.`;
        assert.equal(said, `The data folder ${join(folder, below)} ${reason}`);
      }
    } finally {
      disk.unmount();
    }
  });

  it('works as a plain user', { skip: !asRoot && 'the other tests run as one' }, async () => {
    const folder = await newFolder();
    await chown(folder, NOBODY.uid, NOBODY.gid);
    const server = await openProcess({ env: { ...quick, DATA_DIR: folder }, user: NOBODY });
    await signUp(server);
    assert.equal(await server.stop(), 0);
  });

  it('ends in order at Ctrl-C, also for the impatient, with PostgreSQL’s files closed', async (t) => {
    const server = await openProcess({ env: { ...quick, DATA_DIR: dataDir } });
    await signUp(server);
    const begun = performance.now();
    server.signal('SIGINT');
    server.signal('SIGINT');
    assert.equal(await server.ended, 0);
    t.diagnostic(`ended after ${Math.round(performance.now() - begun)} ms`);
    assert.match((await readLog(dataDir)).trim().split('\n').at(-1) ?? '', /database system is shut down$/);
  });
});

describe('npm start', () => {
  after(endProcesses);

  it('is one process with the server: who ends it by its id ends that and its PostgreSQL', async () => {
    const dataDir = await newFolder();
    const port = await freePort();
    const env = { PATH: process.env['PATH'] ?? '', HOME: dataDir, ...quick, PORT: String(port), DATA_DIR: join(dataDir, 'data') };
    const cwd = fileURLToPath(new URL('..', import.meta.url));
    const npm = spawn('npm', ['start', '--', '--without-client'], { cwd, env, stdio: 'ignore', detached: true });
    const ended = new Promise((resolve) => npm.once('exit', resolve));
    const answers = () =>
      fetch(`http://127.0.0.1:${port}/api/health/live`).then(
        ({ ok }) => ok,
        () => false,
      );
    try {
      await eventually('the server answers', answers, Boolean, 60_000);
      const postmaster = await postmasterOf(join(dataDir, 'data'));
      npm.kill('SIGTERM');
      await ended;
      await eventually('the server is gone', async () => !(await answers()));
      await eventually('its PostgreSQL is gone', () => postmaster !== undefined && !lives(postmaster));
    } finally {
      if (npm.exitCode === null && npm.signalCode === null) process.kill(-(npm.pid ?? 0), 'SIGKILL');
      await rm(dataDir, { recursive: true, force: true });
    }
  });
});

describe('the environment', () => {
  after(endProcesses);

  it('in production names everything that is missing at once, before anything listens', async () => {
    const { code, said } = await fail({ NODE_ENV: 'production' });
    assert.equal(code, 1);
    assert.match(said, /DATABASE_URL must be set in production/);
    assert.match(said, /SESSION_SECRET must be set in production/);
  });

  it('in production refuses a secret that is short, or repeats itself', async () => {
    const url = 'postgresql://guildhall@127.0.0.1:1/guildhall';
    const short = await fail({ NODE_ENV: 'production', DATABASE_URL: url, SESSION_SECRET: `${secret},short` });
    assert.equal(short.code, 1);
    assert.match(short.said, /SESSION_SECRET must have 64 characters or more/);
    const dull = await fail({ NODE_ENV: 'production', DATABASE_URL: url, SESSION_SECRET: 'abc'.repeat(30) });
    assert.match(dull.said, /SESSION_SECRET must be random.*Make one with: openssl rand -base64 48/);
  });

  it('is told which values are wrong, and what is expected instead', async () => {
    const { code, said } = await fail({ PORT: 'abc', RATE_LIMIT_API: 'lots', DATABASE_URL: 'mysql://x', TLS_CERT: 'cert.pem' });
    assert.equal(code, 1);
    assert.match(said, /PORT must be a whole number/);
    assert.match(said, /RATE_LIMIT_API must be a number of requests in a time, such as 100\/15m/);
    assert.match(said, /DATABASE_URL must be an address such as postgresql:/);
    assert.match(said, /TLS_CERT and TLS_KEY must be set both or neither/);
  });

  it('with a database that is not there gets one sentence', async () => {
    const { code, said } = await fail({ DATABASE_URL: 'postgresql://guildhall@127.0.0.1:1/guildhall' });
    assert.equal(code, 1);
    assert.equal(said, 'The database at DATABASE_URL cannot be reached (ECONNREFUSED). Check the address and that PostgreSQL runs.');
    const missing = new URL(await createTestDatabase());
    missing.pathname = '/not_there';
    assert.match((await fail({ DATABASE_URL: missing.href })).said, /^The database named in DATABASE_URL does not exist: [^\n]+$/);
  });

  it('with a database that does not answer gets one sentence too', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const address = silent.address();
    try {
      const { code, said } = await fail({ DATABASE_URL: `postgresql://x@127.0.0.1:${typeof address === 'object' && address?.port}/x` });
      assert.equal(code, 1);
      assert.match(said, /^The database at DATABASE_URL [^\n]+$/);
    } finally {
      silent.close();
    }
  });

  it('with a user who lacks rights, or may have too few connections, gets one sentence', async () => {
    const admin = process.env['TEST_DATABASE_URL'] ?? '';
    const url = new URL(await createDatabaseFrom(admin, 'template1', `test_rights_${process.pid}`));
    const user = `limited_${process.pid}`;
    await query(admin, `create role ${user} login password 'none'`);
    const own = new URL(url);
    own.username = user;
    try {
      const rights = await fail({ DATABASE_URL: own.href });
      assert.equal(rights.code, 1);
      assert.match(rights.said, /^The user of DATABASE_URL lacks a right that Guildhall needs to set up its tables: [^\n]+$/);
      await query(admin, `alter role ${user} connection limit 1`);
      const connections = await fail({ DATABASE_URL: own.href });
      assert.equal(connections.code, 1);
      assert.match(
        connections.said,
        /^PostgreSQL has no connection left for this server: [^\n]+ Raise its max_connections, or lower [^\n]+$/,
      );
    } finally {
      await query(admin, `drop role ${user}`);
    }
  });

  it('with a database that takes no changes starts where there is nothing to set up, and else gets one sentence', async () => {
    const admin = process.env['TEST_DATABASE_URL'] ?? '';
    const forbid = (url: string) => query(admin, `alter database ${new URL(url).pathname.slice(1)} set default_transaction_read_only = on`);
    const ready = await createTestDatabase();
    const first = await openProcess({ env: { ...quick, DATABASE_URL: ready } });
    const person = await signUp(first);
    assert.equal(await first.stop(), 0);
    await forbid(ready);
    const server = await openProcess({ env: { ...quick, DATABASE_URL: ready } });
    assert.equal((await visit(person, server).call(currentUser, {})).body.user.id, person.id);
    assert.equal(await server.stop(), 0);
    const empty = await createDatabaseFrom(admin, 'template1', `test_forbidden_${process.pid}`);
    await forbid(empty);
    const { code, said } = await fail({ DATABASE_URL: empty });
    assert.equal(code, 1);
    assert.match(said, /^The database at DATABASE_URL takes no changes, and its tables are those of an older version: [^\n]+$/);
  });

  it('behind PgBouncer in transaction mode gets one sentence', { skip: pgBouncer ? false : 'pgbouncer not found' }, async () => {
    const pooler = await openPooler(await createTestDatabase(), 'transaction');
    try {
      const { code, said } = await fail({ DATABASE_URL: pooler.url });
      assert.equal(code, 1);
      assert.match(said, /^The address in DATABASE_URL is that of a connection pooler in transaction mode[^\n]+$/);
    } finally {
      await pooler.close();
    }
  });

  it('may name one empty database for several servers that start at the same time', async () => {
    const url = await createDatabaseFrom(process.env['TEST_DATABASE_URL'] ?? '', 'template1', 'test_empty_at_start');
    const servers = await Promise.all([1, 2, 3].map(() => openProcess({ env: { ...quick, DATABASE_URL: url } })));
    const person = await signUp(servers[0] ?? { origin: '' });
    for (const server of servers) assert.equal((await visit(person, server).call(currentUser, {})).body.user.id, person.id);
    for (const server of servers) assert.equal(await server.stop(), 0);
  });

  it('in production with all it needs is enough', async () => {
    const env = {
      ...quick,
      NODE_ENV: 'production',
      SESSION_SECRET: secret,
      WEB_CONCURRENCY: '2',
      DATABASE_URL: await createTestDatabase(),
    };
    const server = await openProcess({ env });
    assert.equal((await fetch(`${server.origin}/api/health`)).status, 200);
    assert.equal(await server.stop(), 0);
    assert.equal(server.output().match(/PUBLIC_URL is not set/g)?.length, 1, 'said once, however many processes there are');
    const named = await openProcess({ env: { ...env, PUBLIC_URL: 'https://guildhall.example.com' } });
    assert.equal(await named.stop(), 0);
    assert.doesNotMatch(named.output(), /PUBLIC_URL/);
  });
});

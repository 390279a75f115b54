import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmod, chown, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { currentUser } from '#features/accounts/contract.ts';
import { lockDataFolder } from '#kernel/database/embedded/data-folder.ts';
import { eventually } from './harness/eventually.ts';
import { asRoot, fail, folders, NOBODY, newFolder, readLog, secret } from './harness/first-start.ts';
import { endProcesses, freePort, lives, openProcess, postmasterOf, quick } from './harness/process.ts';
import { mountSmallDisk, NO_MOUNT } from './harness/programs.ts';
import { signedInOn, signUp } from './harness/test-server.ts';

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

  it('needs only a directory and a port, and keeps its data', async (t) => {
    const first = await openProcess({ env: { PORT: '0', DATA_DIR: dataDir } });
    t.diagnostic(`first start, creating its PostgreSQL: ${first.startedIn} ms`);
    assert.match(first.output(), new RegExp(`Its data is in ${dataDir}`));
    assert.equal((await stat(join(dataDir, 'secrets.json'))).mode & 0o777, 0o600);
    const hba = join(dataDir, 'postgres', 'pg_hba.conf');
    const hosts = async () => [...(await readFile(hba, 'utf8')).matchAll(/^host.*\s(\w+)\s*$/gm)].map(([, method]) => method);
    assert.ok((await hosts()).length > 0 && (await hosts()).every((method) => method === 'reject'));
    await writeFile(hba, (await readFile(hba, 'utf8')).replaceAll('reject', 'trust'));
    const person = await signUp(first);
    // All of 127.0.0.0/8 is this machine; a server listening on every address would respond there.
    if (process.platform === 'linux')
      await assert.rejects(fetch(first.origin.replace('localhost', '127.0.0.2')), 'development listens on 127.0.0.1 alone');
    assert.equal(await first.stop(), 0);

    const later = await openProcess({ env: { PORT: '0', DATA_DIR: dataDir } });
    t.diagnostic(`later start: ${later.startedIn} ms`);
    assert.ok(
      (await hosts()).every((method) => method === 'reject'),
      'data of earlier versions too',
    );
    assert.equal((await signedInOn(person, later).call(currentUser, {})).body.user.id, person.id);
    assert.equal(await later.stop(), 0);
  });

  it('rejects a data directory that another server uses, and leaves that server alone', async () => {
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

  it('gives a directory to exactly one of several concurrent servers, even after a kill -9', async () => {
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

  it('gives a directory to only one, however close together they start', async () => {
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

  it('says that a port is taken, and stops its PostgreSQL again', async () => {
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

  it('says that the data directory is not writable', async () => {
    const folder = await newFolder();
    await chmod(folder, 0o555);
    const { code, said } = await fail({ DATA_DIR: folder }, asRoot ? NOBODY : undefined);
    assert.equal(code, 1);
    assert.equal(said, `The data folder ${folder} cannot be written (EACCES). Set DATA_DIR to a folder you may write.`);
    const below = await fail({ DATA_DIR: join(folder, 'data') }, asRoot ? NOBODY : undefined);
    assert.equal(below.code, 1);
    assert.match(below.said, /^The data folder .* cannot be created \(EACCES\)\. Set DATA_DIR to a folder you may write\.$/);
  });

  it('keeps its socket in a directory that nobody else can have created if its own path is too long', async () => {
    const folder = join(await newFolder(), 'a'.repeat(90));
    const server = await openProcess({ env: { ...quick, DATA_DIR: folder } });
    const sockets = (await readFile(join(folder, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[4]?.trim() ?? '';
    assert.match(sockets, /\/guildhall-\w{6}$/);
    assert.equal((await stat(sockets)).mode & 0o777, 0o700);
    await signUp(server);
    assert.equal(await server.stop(), 0);
    await assert.rejects(stat(sockets), { code: 'ENOENT' });
  });

  it('does not follow a link in place of its socket', async () => {
    const [folder, elsewhere] = [await newFolder(), await newFolder()];
    await symlink(elsewhere, join(folder, 'run'));
    const before = (await stat(elsewhere)).mode;
    const { code, said } = await fail({ DATA_DIR: folder });
    assert.equal(code, 1);
    assert.equal(said, `${join(folder, 'run')} is not a folder of this user. Remove it, or set DATA_DIR to another folder.`);
    assert.equal((await stat(elsewhere)).mode, before);
  });

  it('says that the disk of the data directory is read-only or full', async (t) => {
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

  it('works as an unprivileged user', { skip: !asRoot && 'the other tests run as one' }, async () => {
    const folder = await newFolder();
    await chown(folder, NOBODY.uid, NOBODY.gid);
    const server = await openProcess({ env: { ...quick, DATA_DIR: folder }, user: NOBODY });
    await signUp(server);
    assert.equal(await server.stop(), 0);
  });

  it('exits in order on Ctrl-C, even when pressed repeatedly, with PostgreSQL’s files closed', async (t) => {
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

  it('is one process with the server: killing its id ends the server and its PostgreSQL', async () => {
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

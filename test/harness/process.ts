/** Guildhall as a separate process, started like an operator would, so that it can be killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeFlags, program } from '#app/start-command.ts';
import { query } from './database.ts';
import { eventually } from './eventually.ts';

/** For servers without a data folder of their own, so that none stores anything in the checkout. */
const dataDir = mkdtempSync(join(tmpdir(), 'guildhall-process-'));
process.on('exit', () => rmSync(dataDir, { recursive: true, force: true }));

export interface LaunchOptions {
  /** Its whole environment except PATH and a data folder; nothing is inherited. */
  env?: Record<string, string>;
  /** Where the checkout is whose code it runs; by default this one. */
  folder?: string;
  /** The user it runs as, if different from ours. */
  user?: { uid: number; gid: number };
  /** Where its output goes: to a pipe that is read, that is not read, or that is closed at this end; or to a file descriptor. */
  output?: 'pipe' | 'unread' | 'closed' | number;
}

/** Default settings of servers in these tests: fast hashes, no limits in the way, any free port. */
export const quick = {
  PORT: '0',
  HOST: '127.0.0.1',
  BCRYPT_SALT_ROUNDS: '4',
  RATE_LIMIT_MULTIPLIER: '1000',
  MODEL_SERVER_DETECT: 'false',
};

export interface ServerProcess {
  origin: string;
  pid: number;
  /** Milliseconds until it reported that it was ready. */
  startedIn: number;
  output(): string;
  /** To the whole foreground group, like Ctrl-C in a terminal. */
  signal(name: NodeJS.Signals): void;
  /** The exit code, or the name of the signal that ended it. */
  ended: Promise<number | string>;
  /** Sends SIGTERM and waits for the end. */
  stop(): Promise<number | string>;
}

const started = new Set<ChildProcess>();

/** Starts the server; use `openProcess` to wait until it is ready. */
export function launch({ env = {}, folder, user, output: sink = 'pipe' }: LaunchOptions = {}) {
  // The test runner has built the client; a server that runs as another user could not.
  const start = folder === undefined ? program : join(folder, 'src/app/start.js');
  const child = spawn(process.execPath, [...nodeFlags, start, '--without-client'], {
    env: { PATH: process.env['PATH'] ?? '', DATA_DIR: dataDir, ...env },
    stdio: ['ignore', ...(typeof sink === 'number' ? [sink, sink] : (['pipe', 'pipe'] as const))],
    detached: true,
    ...user,
  });
  started.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    if (sink === 'closed') stream?.destroy();
    if (sink === 'pipe')
      stream?.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
  }
  const ended = new Promise<number | string>((resolve) => {
    child.once('close', (code, signal) => {
      started.delete(child);
      resolve(code ?? signal ?? 'unknown');
    });
  });
  return { pid: child.pid ?? 0, output: () => output, ended, signal: (name: NodeJS.Signals) => void process.kill(-(child.pid ?? 0), name) };
}

/** Starts a server and waits until it listens. */
export async function openProcess(options: LaunchOptions = {}): Promise<ServerProcess> {
  const begun = performance.now();
  const server = launch(options);
  const ready = () => /Guildhall is ready at (http[^\s"]+)["\n]/.exec(server.output())?.[1];
  const origin = await Promise.race([server.ended.then(() => undefined), eventually('the server is ready', ready).catch(() => undefined)]);
  if (!origin) throw new Error(`The server did not get ready:\n${server.output()}`);
  const startedIn = Math.round(performance.now() - begun);
  return {
    ...server,
    origin,
    startedIn,
    stop: () => {
      process.kill(server.pid, 'SIGTERM');
      return server.ended;
    },
  };
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

/** Ends all processes that a failed test left behind; for `after`. */
export async function endProcesses(): Promise<void> {
  const left = [...started];
  for (const child of left) process.kill(-(child.pid ?? 0), 'SIGKILL');
  await Promise.all(left.map((child) => child.exitCode ?? child.signalCode ?? new Promise((resolve) => child.once('close', resolve))));
}

export function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Process id of the PostgreSQL on a data folder; undefined if there is none. */
export async function postmasterOf(dataDir: string): Promise<number | undefined> {
  const text = await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').catch(() => '');
  return Number(text.split('\n')[0]) || undefined;
}

/** Suspends every process of PostgreSQL: connections stay open, and nothing responds. @returns a function that resumes them */
export async function suspendDatabase(dataDir: string, databaseUrl: string): Promise<() => void> {
  const postmaster = (await postmasterOf(dataDir)) ?? 0;
  const backends = await query<{ pid: number }>(databaseUrl, 'select pid from pg_stat_activity where pid <> pg_backend_pid()');
  const pids = [postmaster, ...backends.map(({ pid }) => pid)];
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  return () => pids.forEach((pid) => void process.kill(pid, 'SIGCONT'));
}

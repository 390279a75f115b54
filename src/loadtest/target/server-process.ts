/** One server as a separate process: starts it, waits until it is ready, stores its log, and stops it gracefully. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { nodeFlags, program as ownProgram } from '#app/start-command.ts';
import { getReady } from '#features/monitor/contract.ts';
import { createCall } from '#wire/call.ts';

/** Ends it when the pipe from this process closes, which the system does even after kill -9. */
const keeper = fileURLToPath(new URL('../../kernel/database/embedded/keeper.sh', import.meta.url));
const READY_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 30_000;
/** After its end, for processes that it started and did not end. */
const CLOSE_TIMEOUT_MS = 5000;
const MAX_TROUBLE_LINES = 10_000;
const LAST_LINES = 20;

export interface ServerProcess {
  /** Its problems so far, in sentences. */
  notes: string[];
  /** Stops it like Ctrl-C; by SIGKILL if it does not respond. */
  stop(): Promise<void>;
}

interface StartOptions {
  /** Its whole environment. */
  env: Record<string, string>;
  /** The origin it will listen on. */
  origin: string;
  /** File for its warnings and errors; not written if there are none. */
  logFile: string;
  signal: AbortSignal;
  /** By default, this checkout's. */
  program?: string | undefined;
}

/** @throws Error with its last output if it ends or is not ready within a minute */
export async function startServerProcess({ env, origin, logFile, signal, program = ownProgram }: StartOptions): Promise<ServerProcess> {
  // The client is not used here, so it need not be built. Detached: Ctrl-C reaches the whole foreground group, and the server must outlive
  // its users.
  const command = [keeper, process.execPath, ...nodeFlags, program, '--without-client'];
  const child = spawn('/bin/sh', command, { env, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  const notes: string[] = [];
  const gone = new AbortController();
  let stopping = false;
  const ended = once(child, 'exit').then(([code, by]: unknown[]) => {
    gone.abort(new Error('The server ended before it was ready'));
    if (!stopping) notes.push(`The server ended by itself (${by ?? `exit code ${code}`}).`);
    else if (code !== 0) notes.push(`The server did not end cleanly when asked to (${by ?? `exit code ${code}`}).`);
  });
  const closed = once(child, 'close').then(() => true);
  const { trouble, last } = listen(child);

  async function stop(): Promise<void> {
    stopping = true;
    child.stdin.end();
    const deadline = setTimeout(() => killGroup(child), STOP_TIMEOUT_MS);
    await ended;
    clearTimeout(deadline);
    if (!(await Promise.race([closed, sleep(CLOSE_TIMEOUT_MS, false, { ref: false })])))
      notes.push('The server left processes behind when it ended.');
    child.stdout?.destroy();
    child.stderr?.destroy();
    await writeTrouble();
  }

  async function writeTrouble(): Promise<void> {
    if (trouble.length === 0) return;
    await mkdir(dirname(logFile), { recursive: true });
    await writeFile(logFile, `${trouble.join('\n')}\n`);
    const many = trouble.length === 1 ? 'a warning or error' : `${trouble.length} warnings and errors`;
    notes.push(`The server logged ${many}, see ${logFile}; the first: ${trouble[0]?.slice(0, 300)}`);
  }

  try {
    await waitUntilReady(origin, AbortSignal.any([signal, gone.signal]));
    return { notes, stop };
  } catch (cause) {
    await stop();
    signal.throwIfAborted();
    throw new Error(`The server does not start. It said last:\n${last.join('\n') || '(nothing)'}`, { cause });
  }
}

function killGroup({ pid }: ChildProcess): void {
  if (pid !== undefined) process.kill(-pid, 'SIGKILL');
}

async function waitUntilReady(origin: string, signal: AbortSignal): Promise<void> {
  const call = createCall(origin, fetch);
  const deadline = performance.now() + READY_TIMEOUT_MS;
  for (;;) {
    const ready = await call(getReady, {}, { signal }).catch(() => undefined);
    signal.throwIfAborted();
    if (ready?.status === 200) return;
    if (performance.now() > deadline) throw new Error(`${origin} was not ready within ${READY_TIMEOUT_MS / 1000} s`);
    await sleep(100, undefined, { signal });
  }
}

/** Collects a server's output: its last lines, and its problems (warnings and errors as JSON; everything on stderr). */
function listen(child: ChildProcess) {
  const trouble: string[] = [];
  const last: string[] = [];
  function keep(line: string, isTrouble: boolean): void {
    if (isTrouble && trouble.length < MAX_TROUBLE_LINES) trouble.push(line);
    last.push(line);
    if (last.length > LAST_LINES) last.shift();
  }
  // Readiness is logged at level info, even if the log level excludes that.
  if (child.stdout) createInterface(child.stdout).on('line', (line) => keep(line, line.startsWith('{') && !line.startsWith('{"level":30')));
  if (child.stderr) createInterface(child.stderr).on('line', (line) => keep(line, true));
  return { trouble, last };
}

/** Shell processes that end ours when ours cannot: if a Node process hangs, its watchdog does not. */
import { spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const endOrphans = fileURLToPath(new URL('./kill-orphans.sh', import.meta.url));
const killHung = fileURLToPath(new URL('./kill-hung.sh', import.meta.url));

/** More than a server process takes to shut down in order. */
const ORPHANS_END_SECONDS = 12;
const EXIT_SECONDS = 3;

/**
 * @returns a function that writes the ids of the server processes, all on one line each time they change; without a line, nothing is killed
 */
export function watchOverOrphans(): (pids: readonly number[]) => void {
  const pipe = startShell(endOrphans, [String(ORPHANS_END_SECONDS)]);
  return (pids) => void pipe?.write(`${pids.join(' ')}\n`);
}

/** Ends this process within three seconds, whatever its threads wait for. */
export function exitSoon(code: number): never {
  startShell(killHung, [String(EXIT_SECONDS), String(process.pid)]);
  process.exit(code);
}

/** Without a shell, there is no watchdog. */
function startShell(script: string, args: string[]): Writable | undefined {
  // Detached: Ctrl-C reaches the whole foreground group, and watchdogs must outlive it.
  const child = spawn('/bin/sh', [script, ...args], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  child.on('error', () => undefined).unref();
  child.stdin?.on('error', () => undefined);
  return child.stdin ?? undefined;
}

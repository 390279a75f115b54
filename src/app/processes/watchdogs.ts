/** Processes of the system's shell that end ours where ours cannot do so: whatever stands still in them does not stand still there. */
import { spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const endOrphans = fileURLToPath(new URL('./kill-orphans.sh', import.meta.url));
const killHung = fileURLToPath(new URL('./kill-hung.sh', import.meta.url));

/** More than a server process takes to end in order. */
const ORPHANS_END_SECONDS = 12;
const EXIT_SECONDS = 3;

/** @returns where to write the ids of the server processes, all on one line each time they change; no line means nothing to end */
export function watchOverOrphans(): (pids: readonly number[]) => void {
  const pipe = startShell(endOrphans, [String(ORPHANS_END_SECONDS)]);
  return (pids) => void pipe?.write(`${pids.join(' ')}\n`);
}

/** Ends this process, within three seconds whatever its threads wait for. */
export function exitSoon(code: number): never {
  startShell(killHung, [String(EXIT_SECONDS), String(process.pid)]);
  process.exit(code);
}

/** Where there is no shell, nobody watches. */
function startShell(script: string, args: string[]): Writable | undefined {
  // Detached: Ctrl-C reaches the whole foreground group, and these have to outlive it.
  const child = spawn('/bin/sh', [script, ...args], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  child.on('error', () => undefined).unref();
  child.stdin?.on('error', () => undefined);
  return child.stdin ?? undefined;
}

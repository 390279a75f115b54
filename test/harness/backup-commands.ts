/** `npm run backup` and `npm run restore` as separate processes. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** Starts a command with nothing but this environment. */
export function startCommand(name: 'backup' | 'restore', given: string[], env: Record<string, string>) {
  const program = fileURLToPath(new URL(`../../src/app/commands/${name}.ts`, import.meta.url));
  const child = spawn(process.execPath, [program, ...given], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    cwd: '/',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      said[stream] += text;
    });
  const ended = once(child, 'close').then(([code]): Ended => ({ code: code ?? -1, ...said }));
  return { child, said, ended };
}

export const runCommand = (name: 'backup' | 'restore', given: string[], env: Record<string, string>): Promise<Ended> =>
  startCommand(name, given, env).ended;

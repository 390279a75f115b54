/** PostgreSQL's pgbench: the throughput of the database without Guildhall. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Outcome } from './client.ts';

const run = promisify(execFile);
const script = fileURLToPath(new URL('./save.pgbench.sql', import.meta.url));

export async function isThere(): Promise<boolean> {
  return run('pgbench', ['--version']).then(
    () => true,
    () => false,
  );
}

/** @param text of the files to save */
export async function save(databaseUrl: string, connections: number, seconds: number, text: string): Promise<Outcome> {
  const threads = String(Math.min(2, connections));
  const how = ['--no-vacuum', '--protocol=prepared', `--client=${connections}`, `--jobs=${threads}`, `--time=${Math.ceil(seconds)}`];
  const { stdout } = await run('pgbench', [...how, `--file=${script}`, `--define=text=${text}`, '--max-tries=1', databaseUrl]);
  const number = (pattern: RegExp) => Number(pattern.exec(stdout)?.[1] ?? Number.NaN);
  const p50 = number(/latency average = ([\d.]+)/);
  return {
    perSecond: number(/tps = ([\d.]+)/),
    p50,
    p99: Number.NaN,
    answers: number(/actually processed: (\d+)/),
    failures: number(/failed transactions: (\d+)/),
  };
}

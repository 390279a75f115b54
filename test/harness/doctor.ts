/** The doctor as a command, in the environment of an installation that may be broken on purpose. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CheckResult } from '#features/doctor/contract.ts';

/** Half of the time of a run is the compiler's otherwise. */
const NODE_COMPILE_CACHE = fileURLToPath(new URL('../../node_modules/.cache/compiled', import.meta.url));
const program = fileURLToPath(new URL('../../src/app/commands/doctor.ts', import.meta.url));

/** Its `.env` and its data folder are the only files there. */
const folder = mkdtempSync(join(tmpdir(), 'guildhall-doctor-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** The secrets of an installation. */
export const secrets = {
  SESSION_SECRET: randomBytes(48).toString('base64'),
  ENCRYPTION_KEY: randomBytes(48).toString('base64'),
  METRICS_TOKEN: randomBytes(24).toString('hex'),
};

/** Production, without a server; `PORT` is one on which nothing listens. */
export const production = (databaseUrl: string, port: number) => ({
  NODE_ENV: 'production',
  DATABASE_URL: databaseUrl,
  ...secrets,
  PORT: String(port),
  HOST: '127.0.0.1',
  WEB_CONCURRENCY: '1',
  DATA_DIR: join(folder, 'data'),
  MODEL_SERVER_DETECT: 'false',
});

interface Ran {
  code: number;
  stdout: string;
  stderr: string;
  checks: CheckResult[];
}

/** @param nodeFlags before the program */
export function runDoctor(env: Record<string, string>, args = ['--json'], nodeFlags: string[] = []): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const options = { env: { PATH: process.env['PATH'] ?? '', NODE_COMPILE_CACHE, ...env }, cwd: folder };
    execFile(process.execPath, [...nodeFlags, program, ...args], options, (error, stdout, stderr) => {
      const code = typeof error?.code === 'number' ? error.code : error ? -1 : 0;
      if (!args.includes('--json') || code > 1) return resolve({ code, stdout, stderr, checks: [] });
      try {
        resolve({ code, stdout, stderr, checks: (JSON.parse(stdout) as { checks: CheckResult[] }).checks });
      } catch {
        reject(new Error(`The doctor printed no JSON: ${stdout}\n${stderr}`));
      }
    });
  });
}

/** Say something about the machine of the test, or its PostgreSQL, which gives up durability for speed. */
const ofMachine = new Set(['disk_space', 'open_files', 'processes', 'database_durability']);

/** `code status` of each result that is not fine. */
export const problemsIn = (checks: readonly CheckResult[]): string[] =>
  checks
    .filter(({ code, status }) => (status === 'failed' || status === 'warning') && !ofMachine.has(code))
    .map(({ code, status }) => `${code} ${status}`);

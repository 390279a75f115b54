/** Prints the API description the server serves, for client generators. With --check: lints it with Redocly and Stoplight. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describeApi } from '#app/api-description.ts';
import { compose } from '#app/compose.ts';
import { readConfig } from '#app/config.ts';
import { createLog } from '#kernel/log.ts';
import packageJson from '../package.json' with { type: 'json' };

const run = promisify(execFile);

async function describe(): Promise<string> {
  const log = await createLog({ level: 'silent', readable: true });
  const config = readConfig({ NODE_ENV: 'test' });
  // Describing the API runs no SQL.
  const { routes } = compose({
    config,
    databaseUrl: 'postgresql://unused',
    log,
    version: packageJson.version,
    maxConcurrentHashes: 1,
  });
  return JSON.stringify(await describeApi(routes, packageJson.version), null, 2);
}

/** @returns the linter's complaints; empty when it finds none */
async function lint(name: string, args: string[], cwd: string): Promise<string> {
  const command = fileURLToPath(new URL(`../node_modules/.bin/${name}`, import.meta.url));
  // Redocly neither checks for a newer version of itself nor reports usage.
  const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
  try {
    await run(command, args, { cwd, env });
    return '';
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    return `${stdout ?? ''}${stderr ?? String(error)}`;
  }
}

async function check(): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'guildhall-api-'));
  try {
    await writeFile(join(folder, 'openapi.json'), await describe());
    await writeFile(join(folder, '.spectral.yaml'), 'extends: "spectral:oas"\n');
    const found = await Promise.all([
      lint('redocly', ['lint', 'openapi.json', '--extends=recommended-strict'], folder),
      lint('spectral', ['lint', 'openapi.json', '--fail-severity', 'hint'], folder),
    ]);
    process.stdout.write(found.join('') || 'The API description is clean.\n');
    return found.some((complaints) => complaints !== '') ? 1 : 0;
  } finally {
    await rm(folder, { recursive: true });
  }
}

if (process.argv.includes('--check')) process.exit(await check());
process.stdout.write(`${await describe()}\n`, () => process.exit(0));

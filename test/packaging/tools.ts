/** Packages that only these tests use, installed into a folder of their own rather than into the project. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

interface Tools {
  /** Of the installed packages. */
  modules: string;
  remove(): Promise<void>;
}

/** @param packages each with its version */
export async function installTools(...packages: string[]): Promise<Tools> {
  const folder = await mkdtemp(join(tmpdir(), 'guildhall-tools-'));
  await run('npm', ['install', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', ...packages]);
  return {
    modules: join(folder, 'node_modules'),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

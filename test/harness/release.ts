/** The release in `db/previous-release`, in a folder of its own, so that a test can run its servers beside ours. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
export const root = fileURLToPath(new URL('../../', import.meta.url));
const ROOT_MODULES = join(root, 'node_modules');
/** Not in node_modules, where Node strips no types. */
const releases = join(root, 'dist/releases');

export interface Release {
  /** The first digits of its commit. */
  name: string;
  /** Of its checkout, which stays: compiled code is stored by its path. */
  folder: string;
}

interface Package {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
}

/**
 * Checks the previous release out, with the packages of this checkout: what a test of it is about is its SQL and what it stores.
 * @returns the release, or why it cannot run here, for a test's `skip`
 */
export async function checkOutPrevious(): Promise<Release | string> {
  const commit = (await readFile(join(root, 'db/previous-release'), 'utf8')).trim();
  const name = commit.slice(0, 12);
  const promise = await run('git', ['ls-tree', '--name-only', commit, 'db/works-from'], { cwd: root }).catch(() => undefined);
  if (!promise) return `skipped: git, or the commit ${name} of db/previous-release, not found`;
  if (promise.stdout === '')
    return `skipped: release ${name} is older than db/works-from, so its servers refuse every database that is newer than they are`;
  const folder = join(releases, name);
  if (!existsSync(folder)) await extract(commit, folder);
  const unusable = await findUnusable(folder);
  if (unusable.length > 0) return `skipped: release ${name} needs packages that are not installed here: ${unusable.join(', ')}`;
  return { name, folder };
}

/** Appears as a whole, so that a test that is killed, or another one at the same time, leaves no half of it. */
async function extract(commit: string, folder: string): Promise<void> {
  const fresh = `${folder}.${process.pid}`;
  await mkdir(fresh, { recursive: true });
  const archive = join(fresh, 'release.tar');
  await run('git', ['archive', '--output', archive, commit], { cwd: root });
  await run('tar', ['-xf', archive, '-C', fresh]);
  await rm(archive);
  await symlink(ROOT_MODULES, join(fresh, 'node_modules'));
  await rename(fresh, folder).catch(() => rm(fresh, { recursive: true, force: true }));
}

/**
 * Packages that a release needs and that are missing here, or are here with another major version. Others count as the same: a release that
 * could not be tested after every update of a package would never be.
 */
async function findUnusable(folder: string): Promise<string[]> {
  const needed = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Package;
  const packages = await Promise.all(
    Object.entries(needed.dependencies).map(async ([name, version]) => {
      const text = await readFile(join(ROOT_MODULES, name, 'package.json'), 'utf8').catch(() => undefined);
      const installed = text === undefined ? undefined : (JSON.parse(text) as { version: string }).version;
      return { name, version, installed };
    }),
  );
  return packages
    .filter(({ version, installed }) => installed === undefined || majorOf(version) !== majorOf(installed))
    .map(({ name, version, installed }) => `${name} ${version} (here ${installed ?? 'none'})`);
}

/** Before 1.0, the minor version is the one that may break. */
const majorOf = (version: string): string => /^(?:0\.\d+|\d+)/.exec(version)?.[0] ?? version;

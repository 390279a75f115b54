/** Two versions of Guildhall, one after the other, each in a folder of its own. */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeAnotherBuild } from '../harness/another-build.ts';
import { checkOutPrevious, root } from '../harness/release.ts';

export interface Version {
  /** Of its checkout; undefined: this one. */
  folder?: string;
  /** The number of its newest migration. */
  newestMigration: number;
}

export interface Upgrade {
  older: Version;
  newer: Version;
  /** How many builds of the client the two have at least: a release may have changed nothing in it. */
  builds: number;
  remove(): Promise<void>;
}

/** Of the first migration of the next version: above those of any real one. */
const FIRST_OF_NEXT = 9001;

async function newestMigrationOf(folder: string): Promise<number> {
  const names = await readdir(join(folder, 'db/migrations'));
  return Math.max(...names.map((name) => Number(name.slice(0, 4)) || 0));
}

/**
 * From this version to one that adds a column to every table, each in a migration of its own, and has a client whose assets all have other
 * names. Every statement of this version then runs on tables that have changed since it was prepared.
 */
export async function openNext(): Promise<Upgrade> {
  const folder = await mkdtemp(join(tmpdir(), 'guildhall-next-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  for (const name of ['src', 'db', 'package.json']) await cp(join(root, name), join(folder, name), { recursive: true });
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  const build = await makeAnotherBuild();
  await cp(build.directory, join(folder, 'dist/client'), { recursive: true });
  await build.remove();

  const newest = await newestMigrationOf(root);
  const schema = await readFile(join(root, 'db/schema.sql'), 'utf8');
  const tables = [...schema.matchAll(/^create table (\w+) \(/gm)].map(([, table]) => table ?? '').filter((table) => table !== 'migrations');
  for (const [nth, table] of tables.entries())
    await writeFile(
      join(folder, 'db/migrations', `${FIRST_OF_NEXT + nth}_expand_${table}.sql`),
      `alter table ${table} add column of_next text not null default 'expanded';\n`,
    );
  await writeFile(join(folder, 'db/works-from'), `${newest}\n`);
  return { older: { newestMigration: newest }, newer: { folder, newestMigration: FIRST_OF_NEXT + tables.length - 1 }, builds: 2, remove };
}

/** From the previous release to this version. @returns the two, or why it cannot run here, for a test's `skip` */
export async function openPrevious(): Promise<Upgrade | string> {
  const release = await checkOutPrevious();
  if (typeof release === 'string') return release;
  const { folder } = release;
  await promisify(execFile)(process.execPath, ['scripts/build.ts'], { cwd: folder });
  const [older, newer] = await Promise.all([folder, root].map(newestMigrationOf));
  return {
    older: { folder, newestMigration: older ?? 0 },
    newer: { newestMigration: newer ?? 0 },
    builds: 1,
    remove: async () => undefined,
  };
}

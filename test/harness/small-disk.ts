/** A disk of a few megabytes with a database on it, to be filled. Needs permission to mount, which only root has, and not everywhere. */
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chownSync, closeSync, mkdirSync, openSync, rmdirSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

const SIZE = '48m';

/** @returns undefined if nothing can be mounted */
export async function openSmallDisk() {
  const name = `disk_${randomUUID().replaceAll('-', '')}`;
  const folder = join(tmpdir(), `guildhall-${name}`);
  mkdirSync(folder);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'tmpfs', folder], { stdio: 'pipe' });
  } catch {
    rmdirSync(folder);
    return undefined;
  }
  const admin = new pg.Client({ connectionString: process.env['TEST_DATABASE_URL'] });
  await admin.connect();
  // PostgreSQL runs as another user if we are root.
  const { rows } = await admin.query<{ directory: string }>(`select current_setting('data_directory') as directory`);
  const owner = statSync(rows[0]?.directory ?? folder);
  chownSync(folder, owner.uid, owner.gid);
  await admin.query(`create tablespace ${name} location '${folder}'`);
  await admin.query(`create database ${name} template guildhall_template tablespace ${name}`);
  const url = new URL(process.env['TEST_DATABASE_URL'] ?? '');
  url.pathname = `/${name}`;
  const ballast = join(folder, 'ballast');
  return {
    databaseUrl: url.href,
    /** Uses up all the remaining space. */
    fill(): void {
      const file = openSync(ballast, 'w');
      for (const bytes of [1_000_000, 4096]) while (tryToWrite(file, bytes));
      closeSync(file);
    },
    makeRoom: () => rmSync(ballast, { force: true }),
    async close(): Promise<void> {
      await admin.query(`drop database ${name} with (force)`);
      await admin.query(`drop tablespace ${name}`);
      await admin.end();
      execFileSync('umount', [folder]);
      rmdirSync(folder);
    },
  };
}

function tryToWrite(file: number, bytes: number): boolean {
  try {
    return writeSync(file, Buffer.alloc(bytes)) > 0;
  } catch {
    return false;
  }
}

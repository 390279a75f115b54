/** What a version of a one-line change in a file of 20 kB takes, in PostgreSQL and in git. */
import { execFileSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

const VERSIONS = 500;
const SIZE = 20_000;

/** A source file, with one line changed in each version. */
async function readVersions(): Promise<Buffer[]> {
  const source = await readFile('node_modules/yauzl/index.js', 'utf8');
  const lines = source.slice(0, SIZE).split('\n');
  return Array.from({ length: VERSIONS }, (_, version) => {
    const line = (version * 37) % lines.length;
    lines[line] = `${(lines[line] ?? '').replace(/ \/\/ \d+$/, '')} // ${version}`;
    return Buffer.from(lines.join('\n'));
  });
}

/** Growth of all tables that a save writes, per version. */
async function inPostgres(url: string, versions: readonly Buffer[]): Promise<{ all: number; content: number }> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const [organizationId, projectId] = [randomUUID(), randomUUID()];
  await client.query(`insert into organizations (id, name) values ($1, 'bytes')`, [organizationId]);
  await client.query(`insert into projects (id, organization_id, name) values ($1, $2, 'bytes')`, [projectId, organizationId]);
  const tables = ['changes', 'versions', 'blobs'].map((table) => `pg_total_relation_size('${table}')`).join(' + ');
  const size = async () => Number((await client.query(`select ${tables} as bytes`)).rows[0]?.bytes);
  const before = await size();
  for (const [index, content] of versions.entries()) {
    const hash = createHash('sha256').update(content).digest();
    await client.query('insert into changes (id, project_id, number, kind) values ($1, $2, $3, $4)', [
      randomUUID(),
      projectId,
      index + 1,
      'write',
    ]);
    await client.query('insert into blobs (project_id, hash, size, content) values ($1, $2, $3, $4)', [
      projectId,
      hash,
      content.length,
      content,
    ]);
    await client.query('insert into versions (project_id, path, number, hash) values ($1, $2, $3, $4)', [
      projectId,
      'src/file.ts',
      index + 1,
      hash,
    ]);
  }
  const all = (await size()) - before;
  const { rows } = await client.query('select avg(pg_column_size(content)) as bytes from blobs where project_id = $1', [projectId]);
  await client.end();
  return { all: all / versions.length, content: Number(rows[0]?.bytes) };
}

async function inGit(versions: readonly Buffer[]): Promise<{ loose: number; packed: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'guildhall-git-'));
  const git = (...given: string[]) =>
    execFileSync('git', ['-C', folder, '-c', 'user.name=b', '-c', 'user.email=b@example.com', '-c', 'gc.auto=0', ...given], {
      stdio: 'ignore',
    });
  try {
    git('init');
    for (const content of versions) {
      await writeFile(join(folder, 'file.ts'), content);
      git('add', '.');
      git('commit', '-m', 'x');
    }
    const objects = join(folder, '.git/objects');
    const loose = await bytesBelow(objects);
    git('gc', '--quiet');
    return { loose: loose / versions.length, packed: (await bytesBelow(objects)) / versions.length };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** On a disk with blocks of 4 kB. */
async function bytesBelow(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(files.map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).blocks * 512));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** @returns rows for a table: what, and bytes per version */
export async function measureBytes(url: string): Promise<string[][]> {
  const versions = await readVersions();
  const [postgres, git] = [await inPostgres(url, versions), await inGit(versions)];
  const show = (bytes: number) => Math.round(bytes).toLocaleString('en');
  return [
    ['', 'bytes per version'],
    ['the content itself', show(versions.reduce((sum, { length }) => sum + length, 0) / versions.length)],
    ['PostgreSQL, compressed content', show(postgres.content)],
    ['PostgreSQL, all tables and indexes', show(postgres.all)],
    ['git, loose objects (blob, tree, commit; blocks of 4 kB)', show(git.loose)],
    ['git, packed', show(git.packed)],
  ];
}

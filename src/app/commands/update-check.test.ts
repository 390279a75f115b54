import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import pg from 'pg';
import { commandNamed } from '../../../test/harness/command.ts';
import { createTestDatabase, query } from '../../../test/harness/database.ts';

interface Report {
  ready: boolean;
  obstacles: string[];
  warnings: string[];
  migrations: { missing: string[]; previousWorks: boolean };
  settings: { unknown: { name: string; likely?: string }[]; unmentioned: string[]; problems: string[] };
  installation: { databaseBytes: number; freeBytes?: number; servers: { count: number }[] };
}

describe('npm run update-check', () => {
  let url: string;
  let folder: string;
  const run = commandNamed('update-check', () => ({ DATABASE_URL: url }));
  const check = async (env: Record<string, string> = {}, cwd?: string) => {
    const { code, stdout, stderr } = await run(['--json'], env, cwd);
    assert.equal(stderr, '');
    return { code, ...(JSON.parse(stdout) as Report) };
  };
  before(async () => {
    url = await createTestDatabase();
    folder = await mkdtemp(join(tmpdir(), 'guildhall-update-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('says that nothing is in the way, and how much space is free', async () => {
    const { code, ready, migrations, installation } = await check();
    assert.deepEqual([code, ready], [0, true]);
    assert.deepEqual(migrations.missing, []);
    assert.ok(installation.databaseBytes > 1e6);
    assert.ok((installation.freeBytes ?? 0) > 0, 'PostgreSQL runs on this machine');
    assert.match((await run([])).stdout, /^Upgrade to [\s\S]+The database is up to date[\s\S]+Nothing is in the way of the upgrade\.\n$/);
  });

  it('lists the migrations that would be applied, and applies none', async () => {
    const older = await createTestDatabase();
    await query(older, 'delete from migrations where number = 52; drop table client_assets, client_builds');
    const { code, migrations } = await check({ DATABASE_URL: older });
    assert.equal(code, 0);
    assert.deepEqual(migrations, { ...migrations, missing: ['0052_client_builds.sql'], previousWorks: true });
    assert.deepEqual(await query(older, `select from pg_class where relname = 'client_builds'`), []);
  });

  it('demands a stop where the servers that run do not work with the migrations, though they only hold a lock', async () => {
    const older = await createTestDatabase();
    await query(older, 'delete from migrations where number >= 35; drop table servers');
    const server = new pg.Client({ connectionString: older });
    await server.connect();
    try {
      await server.query('select pg_advisory_lock(7301, 1)');
      const { code, obstacles, installation } = await check({ DATABASE_URL: older });
      assert.equal(code, 1);
      assert.match(obstacles.join('\n'), /do not work with them\. Stop all servers before you start one of this version\./);
      assert.deepEqual(installation.servers, [{ count: 1 }]);
    } finally {
      await server.end();
    }
  });

  it('names settings that are unknown, and those that are new since the .env was written', async () => {
    await writeFile(
      join(folder, '.env'),
      '# Written for an earlier version\nPORT=5000\n#HOST=\nexport SESSION_DAYS=3\nNODE_OPTIONS=--no-warnings\n',
    );
    const { code, settings, warnings } = await check({ RATE_LIMIT_APl: '1/1m', MAX_STORAGE_TB: '3', HOMEDIR: '/' }, folder);
    assert.equal(code, 0);
    assert.deepEqual(settings.unknown, [
      { name: 'SESSION_DAYS' },
      { name: 'RATE_LIMIT_APl', likely: 'RATE_LIMIT_API' },
      { name: 'MAX_STORAGE_TB', likely: 'MAX_STORAGE_GB' },
    ]);
    assert.ok(settings.unmentioned.includes('PUBLIC_URL'));
    for (const name of ['PORT', 'HOST', 'DATABASE_URL']) assert.ok(!settings.unmentioned.includes(name), name);
    assert.match(warnings.join('\n'), /RATE_LIMIT_APl is set, and is no setting of this version\. Did you mean RATE_LIMIT_API\?/);
  });

  it('says why this version would not start, with all reasons at once', async () => {
    const { code, ready, obstacles } = await check({ NODE_ENV: 'production', PORT: 'five' });
    assert.deepEqual([code, ready], [1, false]);
    assert.match(obstacles.join('\n'), /PORT must be a whole number\.[\s\S]*SESSION_SECRET must be set in production/);
  });

  it('warns of a missing or old backup, and of servers of several versions', async () => {
    const database = await createTestDatabase();
    await query(
      database,
      'create table if not exists backups (status text, ended_at timestamptz); alter table servers add column if not exists version text',
    );
    await query(
      database,
      `insert into servers (number, beat_at, steady_since, version) values (1, now(), now(), '1.0.0'), (2, now(), now(), null)`,
    );
    const { warnings } = await check({ DATABASE_URL: database });
    assert.match(warnings.join('\n'), /No backup has been made\. Make one first: npm run backup/);
    assert.match(warnings.join('\n'), /Servers of different versions are running: 1 of 1\.0\.0, 1 of a version that does not say which\./);
  });

  it('says so of an empty database, and of one that cannot be reached', async () => {
    const empty = await createTestDatabase();
    await query(empty, 'drop schema public cascade; create schema public');
    assert.match((await run([], { DATABASE_URL: empty })).stdout, /The database is empty: the first start applies all \d+ migrations\./);
    const unreachable = await run([], { DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none' });
    assert.deepEqual([unreachable.code, unreachable.stdout], [1, '']);
    assert.match(unreachable.stderr, /cannot be reached/);
    assert.equal((await run(['now'])).code, 2);
  });
});

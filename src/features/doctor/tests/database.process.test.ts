/** Databases that are broken, and the code with which the doctor names each. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import pg from 'pg';
import { startEmbedded } from '#kernel/database/embedded/embedded.ts';
import { createLog } from '#kernel/log.ts';
import { createVault } from '#kernel/vault.ts';
import { createTestDatabase, hold, query } from '../../../../test/harness/database.ts';
import { problemsIn, production, runDoctor, secrets } from '../../../../test/harness/doctor.ts';
import { eventually } from '../../../../test/harness/eventually.ts';
import { freePort } from '../../../../test/harness/process.ts';

const usual = ['public_url warning', 'backup warning', 'restore_test warning', 'load_test warning'];

describe('the doctor and the database', { concurrency: 2 }, () => {
  let port: number;
  before(async () => {
    port = await freePort();
  });

  async function examine(url: string, more: Record<string, string> = {}, nodeFlags: string[] = []) {
    const { checks } = await runDoctor({ ...production(url, port), ...more }, ['--json'], nodeFlags);
    return { problems: problemsIn(checks).filter((problem) => !usual.includes(problem)), checks };
  }
  const detailOf = ({ checks }: Awaited<ReturnType<typeof examine>>, wanted: string) => {
    const { detail = '', advice = '' } = checks.find(({ code, status }) => code === wanted && status !== 'ok') ?? {};
    return `${detail} ${advice}`;
  };

  it('finds nothing wrong with an empty one, before the first start', async () => {
    const admin = process.env['TEST_DATABASE_URL'] ?? '';
    await query(admin, 'create database doctor_empty template template0');
    try {
      const url = new URL(admin);
      url.pathname = '/doctor_empty';
      const { checks } = await examine(url.href);
      assert.deepEqual(problemsIn(checks), ['public_url warning']);
      assert.equal(checks.find(({ code }) => code === 'migrations')?.status, 'skipped');
    } finally {
      await query(admin, 'drop database doctor_empty with (force)');
    }
  });

  it('names one that is not there', async () => {
    const found = await examine(`postgresql://ada:secret@127.0.0.1:${await freePort()}/guildhall`);
    assert.deepEqual(found.problems, ['database_reachable failed']);
    assert.match(detailOf(found, 'database_reachable'), /ECONNREFUSED/);
  });

  it('names one that accepts connections and never answers, and ends all the same', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const begun = performance.now();
    const found = await examine(`postgresql://ada@127.0.0.1:${(silent.address() as AddressInfo).port}/guildhall`);
    // It takes less than 15 s; a busy machine gets more.
    assert.ok(performance.now() - begun < 45_000);
    silent.close();
    assert.deepEqual(found.problems, ['database_reachable failed']);
    assert.match(detailOf(found, 'database_reachable'), /Stopped after \d+ s/);
  });

  it('names a wrong password', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'guildhall-password-'));
    const database = await startEmbedded({ dataDir, log: await createLog({ level: 'silent', readable: false }), durable: false });
    try {
      await query(database.url, `create role ada login password 'the right one'`);
      const rules = join(dataDir, 'postgres', 'pg_hba.conf');
      await writeFile(rules, `local all ada scram-sha-256\n${await readFile(rules, 'utf8')}`);
      await query(database.url, 'select pg_reload_conf()');
      const url = new URL(database.url);
      url.username = 'ada';
      url.password = 'planted-wrong-one';
      const rejected = () =>
        query(url.href, 'select 1').then(
          () => false,
          (error: { code?: string }) => error.code === '28P01',
        );
      await eventually('PostgreSQL asks for the password', rejected);
      const found = await examine(url.href);
      assert.deepEqual(found.problems, ['database_reachable failed']);
      assert.match(detailOf(found, 'database_reachable'), /password authentication failed/);
      assert.ok(!JSON.stringify(found.checks).includes('planted-wrong-one'));
    } finally {
      await database.stop();
      await rm(dataDir, { recursive: true, force: true });
    }
  });

  it('names one in another encoding', async () => {
    const admin = process.env['TEST_DATABASE_URL'] ?? '';
    await query(admin, `create database doctor_latin encoding 'LATIN1' locale 'C' template template0`);
    try {
      const url = new URL(admin);
      url.pathname = '/doctor_latin';
      const found = await examine(url.href);
      assert.deepEqual(found.problems, ['database_reachable failed']);
      assert.match(detailOf(found, 'database_reachable'), /UTF8/);
    } finally {
      await query(admin, 'drop database doctor_latin with (force)');
    }
  });

  it('names one whose user has no connection left, and one with too few for all processes', async () => {
    const url = new URL(await createTestDatabase());
    await query(url.href, 'create role doctor_few login connection limit 10');
    await query(url.href, 'grant pg_read_all_data, pg_write_all_data to doctor_few');
    url.username = 'doctor_few';
    assert.deepEqual((await examine(url.href)).problems, ['database_connections failed']);
    const clients = Array.from({ length: 10 }, () => new pg.Client({ connectionString: url.href }));
    try {
      await Promise.all(clients.map((client) => client.connect()));
      const full = await examine(url.href);
      assert.deepEqual(full.problems, ['database_reachable failed']);
      assert.match(detailOf(full, 'database_reachable'), /no connection left/);
    } finally {
      await Promise.all(clients.map((client) => client.end()));
    }
  });

  it('names pools that are too small or too large', async () => {
    const url = await createTestDatabase();
    assert.deepEqual((await examine(url, { PG_POOL_MAX: '2' })).problems, ['database_connections warning']);
    assert.deepEqual((await examine(url, { PG_POOL_MAX: '60' })).problems, ['database_connections warning']);
    assert.deepEqual((await examine(url, { PG_POOL_MAX: '500' })).problems, ['database_connections failed']);
  });

  it('names one that takes no writes', async () => {
    const url = await createTestDatabase();
    await query(url, `alter database ${new URL(url).pathname.slice(1)} set default_transaction_read_only = on`);
    assert.deepEqual((await examine(url)).problems, ['database_write failed']);
  });

  it('names a clock that is off', async () => {
    const url = await createTestDatabase();
    const shift = (ms: number) => ['--import', `data:text/javascript,const now=Date.now;Date.now=()=>now()+${ms}`];
    const ahead = await examine(url, {}, shift(60_000));
    assert.deepEqual(ahead.problems, ['database_clock failed']);
    assert.match(detailOf(ahead, 'database_clock'), /[56]\d\.\d s ahead of/);
    assert.deepEqual((await examine(url, {}, shift(-3000))).problems, ['database_clock warning']);
  });

  it('names migrations that are missing, of a newer version, or changed', async () => {
    const url = await createTestDatabase();
    const last = 'select max(number) from migrations';
    await query(url, `update migrations set checksum = 'other' where number = (select min(number) from migrations)`);
    assert.deepEqual((await examine(url)).problems, ['migrations failed']);
    await query(url, `insert into migrations (number, name, checksum) values (9999, '9999_later.sql', 'later')`);
    assert.deepEqual((await examine(url)).problems, ['migrations failed', 'migrations failed']);
    const old = await createTestDatabase();
    await query(old, `delete from migrations where number = (${last})`);
    const found = await examine(old);
    assert.deepEqual(found.problems, ['migrations warning']);
    assert.match(detailOf(found, 'migrations'), /Not applied yet: \d{4}_\w+\.sql/);
  });

  it('skips what depends on tables of another version', async () => {
    const url = await createTestDatabase();
    await query(url, 'drop table load_reports');
    const { checks } = await examine(url);
    assert.deepEqual(checks.find(({ code }) => code === 'load_test')?.status, 'skipped');
  });

  it('names an index that is missing or invalid, and how to make it', async () => {
    const url = await createTestDatabase();
    await query(url, 'drop index idx_sessions_expire');
    const missing = await examine(url);
    assert.deepEqual(missing.problems, ['sessions_table failed', 'indexes failed']);
    const statement = /Run: (create index .*);/i.exec(detailOf(missing, 'indexes'))?.[1];
    await query(url, statement ?? '');
    assert.deepEqual((await examine(url)).problems, []);
    await query(url, `update pg_index set indisvalid = false where indexrelid = 'approvals_run'::regclass`);
    assert.deepEqual((await examine(url)).problems, ['indexes failed']);
  });

  it('names a sessions table that is gone', async () => {
    const url = await createTestDatabase();
    await query(url, 'drop table sessions cascade');
    assert.deepEqual((await examine(url)).problems.slice(0, 1), ['sessions_table failed']);
  });

  it('names a large index that nothing uses', async () => {
    const url = await createTestDatabase();
    await query(url, `insert into write_probes (at, filler) select now() + n * interval '1 ms', '\\x00' from generate_series(1, 400000) n`);
    await query(url, 'create index somebodys on write_probes (at, filler)');
    assert.deepEqual((await examine(url)).problems, ['unused_indexes warning']);
  });

  it('names a table full of dead rows', async () => {
    const url = await createTestDatabase();
    await query(url, 'create table filled (id int) with (autovacuum_enabled = false)');
    await query(url, 'insert into filled select generate_series(1, 120000)');
    await query(url, 'delete from filled');
    const dead = async () =>
      (await query<{ n: string }>(url, `select n_dead_tup as n from pg_stat_user_tables where relname = 'filled'`))[0]?.n;
    await eventually('PostgreSQL has counted them', dead, (seen) => Number(seen) > 100_000);
    assert.deepEqual((await examine(url)).problems, ['table_bloat warning']);
  });

  it('names a statement that waits for a lock, and who holds it', async () => {
    const url = await createTestDatabase();
    const release = await hold(url, 'lock table projects in access exclusive mode');
    const waiting = new pg.Client({ connectionString: url, application_name: 'a waiting program' });
    await waiting.connect();
    const statement = waiting.query('select from projects');
    try {
      const found = await eventually(
        'it has waited long enough',
        () => examine(url),
        ({ problems }) => problems.length > 0,
      );
      assert.deepEqual(found.problems, ['long_transactions warning']);
      assert.match(detailOf(found, 'long_transactions'), /a waiting program/);
    } finally {
      await release();
      await statement;
      await waiting.end();
    }
  });

  it('names stored secrets that no key opens, or only an older one', async () => {
    const url = await createTestDatabase();
    const [row] = await query<{ id: string; organization: string }>(
      url,
      `with o as (insert into organizations (id, name) values (gen_random_uuid(), 'Ours') returning id)
       select gen_random_uuid() as id, id as organization from o`,
    );
    const { id = '', organization } = row ?? {};
    const seal = (key: string) => createVault([key]).seal('sk-planted-key', id);
    const insert = `insert into model_providers (id, organization_id, slug, kind, name, url, sealed_key) values ($1, $2, 'ours', 'compatible', 'Our models', $3, $4)`;
    await query(url, insert, [id, organization, `http://127.0.0.1:${await freePort()}/v1`, seal('another key')]);
    const lost = await examine(url);
    assert.deepEqual(lost.problems, ['sealed_secrets failed', 'model_providers warning']);
    assert.match(detailOf(lost, 'sealed_secrets'), /Our models/);
    const older = await examine(url, { ENCRYPTION_KEY: `${secrets.ENCRYPTION_KEY},${secrets.SESSION_SECRET}` });
    assert.deepEqual(older.problems, ['sealed_secrets failed', 'model_providers warning']);
    await query(url, 'update model_providers set sealed_key = $1', [seal(secrets.SESSION_SECRET)]);
    const rotating = await examine(url, { ENCRYPTION_KEY: `${secrets.ENCRYPTION_KEY},${secrets.SESSION_SECRET}` });
    assert.deepEqual(rotating.problems, ['sealed_secrets warning', 'model_providers warning']);
    assert.ok(!JSON.stringify(rotating.checks).includes('sk-planted-key'));
  });

  after(async () => {
    await query(process.env['TEST_DATABASE_URL'] ?? '', 'drop role if exists doctor_few').catch(() => undefined);
  });
});

/** Into which databases a backup is restored, and whose its tables are then. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { sealedColumns } from '#app/reseal.ts';
import { migrate, readMigrations } from '#kernel/database/migrate.ts';
import { createTestDatabase, query } from '../../../../test/harness/database.ts';
import { createDestination, restore, takeBackup } from '../server/engine.ts';
import { tablesCreatedBy } from '../server/others-tables.ts';
import { createEmptyDatabase, digestsOf } from './setup.ts';

describe('a database', () => {
  let folder: string;
  let url: string;
  let path: string;
  const secrets = { sessionSecrets: [], encryptionKeys: [] };
  const backUp = async (from: string) => {
    const destination = createDestination(folder, { s3: undefined, scratch: folder });
    return (await takeBackup({ url: from, destination, version: 'test', passphrase: undefined, secrets, sealedColumns })).path;
  };
  const restoreInto = (target: string) =>
    restore({
      url: target,
      path,
      passphrase: undefined,
      saveRestorePoint: () => backUp(target),
      keepSecrets: async () => undefined,
      findUnreadable: async () => [],
      withoutSecrets: false,
    });
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'guildhall-databases-test-'));
    url = await createTestDatabase();
    await query(url, `insert into users (id, name, email, password_hash) values (gen_random_uuid(), 'Ada', 'ada@example.com', '')`);
    await query(url, 'create table reports (day date primary key, figure integer)');
    await query(url, `insert into reports values ('2026-11-30', 1)`);
    path = await backUp(url);
  });
  after(() => rm(folder, { recursive: true }));

  it('may have tables that somebody added: they are in its backup, and the restore names them', async () => {
    const target = await createEmptyDatabase();
    assert.deepEqual((await restoreInto(target)).skipped, ['reports']);
    const { reports, ...ours } = await digestsOf(url);
    assert.match(reports ?? '', /^1 /);
    assert.deepEqual(await digestsOf(target), ours);
  });

  it('with such tables is not replaced, which would drop them: the restore says how to move them', async () => {
    const was = await digestsOf(url);
    await assert.rejects(restoreInto(url), {
      message:
        'This database has tables that are not Guildhall’s: reports. A restore replaces everything in it, so move them to another schema, for example with: create schema others; alter table "reports" set schema others;',
    });
    assert.deepEqual(await digestsOf(url), was);
    await query(url, 'create schema others; alter table "reports" set schema others');
    await restoreInto(url);
    assert.deepEqual(await query(url, 'select figure from others.reports'), [{ figure: 1 }]);
  });

  for (const table of ['customers (id integer)', 'users (id integer)', 'migrations (id integer, name text)'])
    it(`of another program is not replaced, though no person of Guildhall is in it: ${table}`, async () => {
      const target = await createEmptyDatabase();
      await query(target, `create table ${table}`);
      await assert.rejects(restoreInto(target), /This database belongs to another program: it has the tables \w+\./);
      const [left] = await query<{ tables: number }>(target, `select count(*)::int as tables from pg_tables where schemaname = 'public'`);
      assert.equal(left?.tables, 1);
    });

  it('has the tables that migrations create, and no others', async () => {
    const fresh = await createEmptyDatabase();
    await migrate(fresh);
    const created = tablesCreatedBy(await readMigrations());
    const tables = await query<{ name: string }>(fresh, `select tablename as name from pg_tables where schemaname = 'public'`);
    assert.deepEqual(
      tables.filter(({ name }) => !created.has(name)),
      [],
    );
  });

  it('keeps its owner, as whom servers connect, even if a superuser migrates or restores', async () => {
    const target = await createEmptyDatabase();
    const name = new URL(target).pathname.slice(1);
    const role = `guildhall ${randomUUID()}`;
    const migrateAnew = async () => {
      await query(target, 'drop schema public cascade; create schema public authorization pg_database_owner');
      await migrate(target);
    };
    const upgrade = async () => {
      await query(target, 'delete from migrations where number in (35, 36); drop table write_probes; drop table servers');
      await migrate(target);
    };
    await query(target, `create role "${role}"; alter database ${name} owner to "${role}"`);
    try {
      // Into an empty one, and over what is there.
      for (const change of [() => restoreInto(target), () => restoreInto(target), migrateAnew, upgrade]) {
        await change();
        const owners = await query(target, `select distinct tableowner as owner from pg_tables where schemaname = 'public'`);
        assert.deepEqual(owners, [{ owner: role }]);
      }
    } finally {
      await query(target, `drop owned by "${role}" cascade; alter database ${name} owner to current_user; drop role "${role}"`);
    }
  });
});

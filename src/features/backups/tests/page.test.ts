/** Backups as operators make and see them, and those that are made by themselves. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { sealedColumns } from '#app/reseal.ts';
import { deleteBackup, downloadBackup, listBackups, makeBackup } from '#features/backups/contract.ts';
import { query } from '../../../../test/harness/database.ts';
import { eventually } from '../../../../test/harness/eventually.ts';
import { type Person, signUp, startTestServer, type TestServer } from '../../../../test/harness/test-server.ts';
import { verifyBackup } from '../server/backup-file.ts';
import { createDestination, takeBackup } from '../server/engine.ts';
import { PASSPHRASE } from './setup.ts';

describe('backups of operators', () => {
  let folder: string;
  let servers: [TestServer, TestServer];
  let operator: Person;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'guildhall-page-test-'));
    const env = { BACKUP_TO: join(folder, 'backups'), BACKUP_KEEP: '2', BACKUP_PASSPHRASE: PASSPHRASE };
    const first = await startTestServer({ env });
    servers = [first, await startTestServer({ env, databaseUrl: first.databaseUrl })];
    operator = await signUp(first);
  });
  after(async () => {
    for (const server of servers) await server.close();
    await rm(folder, { recursive: true });
  });

  const list = async () => (await operator.call(listBackups, {})).body;
  const sql = (text: string, values: unknown[] = []) => query<Record<string, string>>(servers[0].databaseUrl, text, values);
  const settled = () =>
    eventually('no backup is being made', async () => (await list()).backups.every(({ status }) => status !== 'running'), true);

  /** The person's last proof of who they are is more than ten minutes old. */
  async function confirmedLongAgo(): Promise<void> {
    await sql(`update sessions set sess = jsonb_set(sess, '{confirmedAt}', '0')`);
    await eventually('the server has noticed', () =>
      operator.call(makeBackup, {}).then(
        () => false,
        ({ code }) => code === 'confirm_identity',
      ),
    );
  }

  async function confirmedJustNow(): Promise<void> {
    await sql(`update sessions set sess = jsonb_set(sess, '{confirmedAt}', to_jsonb(extract(epoch from now()) * 1000))`);
    const missing = { params: { backupId: operator.id } };
    await eventually('the server has noticed', () => operator.call(downloadBackup, missing).catch(({ code }) => code), 'not_found');
  }

  it('are made in the background, listed, and recorded in the audit log', async () => {
    const { backup } = (await operator.call(makeBackup, {})).body;
    assert.deepEqual([backup.status, backup.reason, backup.userName, backup.encrypted], ['running', 'manual', 'Ada Lovelace', true]);
    await settled();
    const { backups, settings } = await list();
    assert.deepEqual([backups[0]?.id, backups[0]?.status, backups[0]?.failure], [backup.id, 'done', null]);
    assert.deepEqual(settings, { location: join(folder, 'backups'), everyHours: 24, keep: 2, encrypted: true });
    const entries = await sql(`select user_name from audit_entries where action = 'backup.create'`);
    assert.deepEqual(entries, [{ user_name: 'Ada Lovelace' }]);
  });

  it('are downloaded as the file that was written', async () => {
    const [backup] = (await list()).backups;
    const { body } = await operator.call(downloadBackup, { params: { backupId: backup?.id ?? '' } });
    const path = join(folder, 'downloaded.backup');
    await writeFile(path, body);
    const { end } = await verifyBackup(path, PASSPHRASE);
    assert.equal(end.rows, backup?.rows);
  });

  it('are downloaded to the end, even if that takes longer than a confirmation holds', async () => {
    const size = 30_000_000;
    const [name, location] = ['guildhall-large.backup', join(folder, 'backups')];
    await writeFile(join(location, name), Buffer.alloc(size));
    const insert = `insert into backups (name, location, host, reason, status, encrypted, ended_at) values ($1, $2, $3, 'manual', 'done', false, now()) returning id`;
    const [row] = await sql(insert, [name, location, hostname()]);
    const response = await operator.browser.fetch(`/api/backups/${row?.['id']}`);
    const reader = response.body?.getReader();
    const first = await reader?.read();
    let read = first?.value?.length ?? 0;
    await confirmedLongAgo();
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) read += part.value.length;
    assert.equal(read, size);
    await confirmedJustNow();
    await operator.call(deleteBackup, { params: { backupId: row?.['id'] ?? '' } });
  });

  it('are made one at a time among all servers', async () => {
    const tried = await Promise.allSettled(Array.from({ length: 4 }, () => operator.call(makeBackup, {})));
    const refused = tried.flatMap((each) => (each.status === 'rejected' ? [each.reason.code] : []));
    assert.ok(refused.every((code) => code === 'backup_running'));
    assert.ok(refused.length >= 1);
    await settled();
  });

  it('are deleted with their files', async () => {
    const { backups } = await list();
    for (const { id } of backups) await operator.call(deleteBackup, { params: { backupId: id } });
    assert.deepEqual((await list()).backups, []);
    assert.deepEqual(await readdir(join(folder, 'backups')), []);
  });

  it('ask who you are', async () => {
    await confirmedLongAgo();
    await assert.rejects(operator.call(downloadBackup, { params: { backupId: operator.id } }), { code: 'confirm_identity' });
    await confirmedJustNow();
  });

  it('are made by themselves when the last one is old enough, once in the fleet, and the oldest beyond those kept are deleted', async () => {
    await settled();
    await sql('delete from backups');
    for (let round = 1; round <= 3; round++) {
      await Promise.all(servers.map(({ features }) => features.backups.maintain()));
      await settled();
      await Promise.all(servers.map(({ features }) => features.backups.maintain()));
      const made = await sql(`select status from backups where started_at > now() - interval '12 hours'`);
      assert.deepEqual(made, [{ status: 'done' }]);
      await sql(`update backups set started_at = started_at - interval '25 hours'`);
    }
    assert.equal((await list()).backups.length, 2);
    assert.deepEqual(new Set((await list()).backups.map(({ name }) => name)), new Set(await readdir(join(folder, 'backups'))));
  });

  it('are known by the folder, whatever the machine is called: containers have another name after each start', async () => {
    await settled();
    await sql(`update backups set host = 'another-container'`);
    const [shared] = (await list()).backups;
    assert.equal(shared?.here, true);
    await rename(join(folder, 'backups', shared?.name ?? ''), join(folder, 'moved'));
    assert.equal((await list()).backups[0]?.here, false);
    await assert.rejects(operator.call(deleteBackup, { params: { backupId: shared?.id ?? '' } }), { code: 'backup_elsewhere' });
    await rename(join(folder, 'moved'), join(folder, 'backups', shared?.name ?? ''));
    await operator.call(deleteBackup, { params: { backupId: shared?.id ?? '' } });
  });

  it('of a machine that is gone can be taken off the list', async () => {
    const insert = `insert into backups (name, location, host, reason, status, encrypted, ended_at) values ('gone.backup', '/elsewhere', 'gone', 'manual', 'done', false, now()) returning id`;
    const [row] = await sql(insert);
    await operator.call(deleteBackup, { params: { backupId: row?.['id'] ?? '' }, query: { file: 'keep' } });
    assert.ok((await list()).backups.every(({ name }) => name !== 'gone.backup'));
  });

  it('of a server that died when the file had its name, and the list did not know yet, are complete', async () => {
    await operator.call(makeBackup, {});
    await settled();
    const [made] = (await list()).backups;
    const die = () =>
      sql(`update backups set status = 'running', ended_at = null, beat_at = now() - interval '2 minutes' where id = $1`, [made?.id]);
    const found = async () => {
      await servers[0].features.backups.maintain();
      await settled();
      return (await list()).backups.find(({ id }) => id === made?.id);
    };
    await die();
    assert.deepEqual({ ...(await found()), endedAt: null }, { ...made, endedAt: null });
    await rm(join(folder, 'backups', made?.name ?? ''));
    await die();
    const lost = await found();
    assert.deepEqual([lost?.status, lost?.name], ['failed', null]);
  });

  it('are in the list by name before their file has it', async () => {
    const destination = createDestination(join(folder, 'order'), { s3: undefined, scratch: folder });
    let [verified, files]: [string, string[]] = ['', []];
    const { name } = await takeBackup({
      url: servers[0].databaseUrl,
      destination,
      version: 'test',
      passphrase: undefined,
      secrets: { sessionSecrets: [], encryptionKeys: [] },
      sealedColumns,
      onVerified: async (backup) => {
        [verified, files] = [backup.name, await readdir(join(folder, 'order'))];
      },
    });
    assert.deepEqual([verified, files], [name, [`.${name}.partial`]]);
  });

  it('of a server that died are shown as failed, and another one can be made', async () => {
    await sql(
      `insert into backups (location, reason, status, encrypted, beat_at) values ('/x', 'scheduled', 'running', false, now() - interval '2 minutes')`,
    );
    const [dead] = (await list()).backups;
    assert.deepEqual([dead?.status, dead?.failure], ['failed', 'The server that made it ended before it was complete.']);
  });

  it('that fail say why', async () => {
    const blocked = await startTestServer({ databaseUrl: servers[0].databaseUrl, env: { BACKUP_TO: '/dev/null/backups' } });
    try {
      await sql('delete from backups');
      await blocked.features.backups.maintain();
      await settled();
      const [failed] = (await list()).backups;
      assert.deepEqual(
        [failed?.status, failed?.failure],
        ['failed', 'The folder /dev/null/backups cannot be created (ENOTDIR). Name one that you may write.'],
      );
      await sql(`update backups set started_at = now() - interval '37 hours'`);
      const metrics = await (await fetch(`${blocked.origin}/metrics`)).text();
      const [, age] = /^backup_age_seconds (\d+)/m.exec(metrics) ?? [];
      assert.ok(Number(age) >= 37 * 3600, 'its alarm rings although none was ever complete');
    } finally {
      await blocked.close();
    }
  });
});

/** After a restore, nothing goes out until an operator confirms it, and then everything does, once. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { currentUser, forgotPassword, login } from '#features/accounts/contract.ts';
import { confirmRestore, listBackups } from '#features/backups/contract.ts';
import { putNotificationSettings } from '#features/notifications/contract.ts';
import { getRun, startRun } from '#features/runs/contract.ts';
import { createSchedule } from '#features/schedules/contract.ts';
import { runCommand } from '../../../../test/harness/backup-commands.ts';
import { query } from '../../../../test/harness/database.ts';
import { eventually } from '../../../../test/harness/eventually.ts';
import { type Mailbox, openMailbox } from '../../../../test/harness/mailbox.ts';
import { everything } from '../../../../test/harness/notification-test.ts';
import {
  createBrowser,
  newProject,
  type Person,
  signedInOn,
  signUp,
  startTestServer,
  type TestServer,
} from '../../../../test/harness/test-server.ts';
import { createEmptyDatabase, KEY } from './setup.ts';

/** A due schedule, a queued run and a notification on its way. @returns the person they belong to, and the run */
async function fill(): Promise<{ url: string; ada: Person; runId: string }> {
  // The model takes so long that the run is still at work when the server stops.
  const testServer = await startTestServer({ env: { ENCRYPTION_KEY: KEY }, demoPace: 60_000 });
  const { databaseUrl: url } = testServer;
  const ada = await signUp(testServer);
  const { id: projectId, organizationId } = await newProject(ada);
  const params = { projectId };
  const run = { message: 'Hello', model: 'practice', level: 'supervised' } as const;
  const { id: runId } = (await ada.call(startRun, { params, body: run })).body.run;
  const yearly = { ...run, cron: '0 0 1 1 *', timezone: 'UTC', missed: 'once' } as const;
  const { id: scheduleId } = (await ada.call(createSchedule, { params, body: yearly })).body.schedule;
  await ada.call(putNotificationSettings, { body: { choices: everything, webhookUrl: null } });
  await testServer.close();
  await query(url, `update schedules set next_at = now() - interval '1 hour' where id = $1`, [scheduleId]);
  const notify = `insert into notifications (user_id, organization_id, role, kind, channel, about) values ($1, $2, 'viewer', 'autonomy_off', 'email', $3)`;
  await query(url, notify, [ada.id, organizationId, JSON.stringify({ organizationId, organization: 'Analysts', by: 'Grace' })]);
  return { url, ada, runId };
}

describe('after a restore', () => {
  let folder: string;
  let mailbox: Mailbox;
  let servers: [TestServer, TestServer];
  let url: string;
  let old: Person;
  let ada: Person;
  let runId: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'guildhall-held-test-'));
    const source = await fill();
    ({ ada: old, runId } = source);
    const made = await runCommand('backup', ['--to', folder, '--json'], { DATABASE_URL: source.url, DATA_DIR: folder });
    assert.equal(made.code, 0, made.stderr);
    url = await createEmptyDatabase();
    const restored = await runCommand('restore', [JSON.parse(made.stdout).file, '--yes'], { DATABASE_URL: url, DATA_DIR: folder });
    assert.equal(restored.code, 0, restored.stderr);
    assert.match(restored.stdout, /Nothing goes out yet: no email, webhook, schedule, trigger or run\./);
    mailbox = await openMailbox();
    const env = {
      ENCRYPTION_KEY: KEY,
      SMTP_URL: mailbox.url,
      MAIL_FROM: 'Guildhall <guildhall@example.com>',
      PUBLIC_URL: 'https://guildhall.example.com',
    };
    servers = [await startTestServer({ databaseUrl: url, env }), await startTestServer({ databaseUrl: url, env })];
    const browser = createBrowser(servers[0].origin);
    await browser.call(login, { body: { email: old.email, password: old.password } });
    ada = { ...old, browser, call: browser.call };
  });
  after(async () => {
    for (const server of servers) await server.close();
    await mailbox.close();
    await rm(folder, { recursive: true });
  });

  const statusOf = async () => (await query<{ status: string }>(url, 'select status from runs where id = $1', [runId]))[0]?.status;
  const started = () => query(url, `select run_id from schedule_occurrences where status = 'started'`);
  const seconds = async () => Number((await query<{ at: string }>(url, 'select extract(epoch from now()) as at'))[0]?.at);
  /** Every loop has polled several times. */
  async function polledAgain(): Promise<void> {
    const from = await seconds();
    await eventually('seven seconds have passed', seconds, (now) => now > from + 7);
  }

  it('everybody signs in again', async () => {
    await assert.rejects(signedInOn(old, servers[0]).call(currentUser, {}), { status: 401 });
    assert.equal((await ada.call(currentUser, {})).body.user.email, old.email);
  });

  it('nothing goes out, and operators are told', async () => {
    await ada.call(forgotPassword, { body: { email: old.email } });
    await polledAgain();
    assert.equal(await statusOf(), 'queued');
    assert.deepEqual(await started(), []);
    assert.deepEqual(mailbox.mails, []);
    const { hold } = (await ada.call(listBackups, {})).body;
    assert.ok(hold && hold.restoredAt > hold.backupMadeAt);
  });

  it('once an operator confirms, everything goes out on every server, once', async () => {
    assert.deepEqual((await ada.call(confirmRestore, {})).body, { confirmed: true });
    await eventually('the run is done', async () => (await ada.call(getRun, { params: { runId } })).body.run.status, 'done');
    await eventually('the schedule has started its run', started, (rows) => rows.length === 1);
    const about = (words: string) => mailbox.mails.filter(({ text }) => text.includes(words)).length;
    await eventually('the notification is sent', () => about('has switched autonomy off in'), 1);
    await eventually('the link to a new password is sent', () => about('/reset-password?'), 1);
    await polledAgain();
    assert.deepEqual([(await started()).length, about('has switched autonomy off in'), about('/reset-password?')], [1, 1, 1]);
    assert.equal((await ada.call(listBackups, {})).body.hold, null);
    assert.deepEqual((await ada.call(confirmRestore, {})).body, { confirmed: false });
  });

  it('is confirmed by the command as well, which servers learn within a second', async () => {
    await query(url, `insert into restores (backup_made_at, backup_version) values (now(), 'test')`);
    await query(url, `select pg_notify('guildhall', 'outgoing ')`);
    await eventually('it is held', async () => (await ada.call(listBackups, {})).body.hold !== null, true);
    const { code, stdout } = await runCommand('restore', ['--confirm', '--json'], { DATABASE_URL: url, DATA_DIR: folder });
    assert.deepEqual([code, JSON.parse(stdout)], [0, { confirmed: true }]);
    await eventually('it is not held', async () => (await ada.call(listBackups, {})).body.hold, null, 10_000);
  });
});

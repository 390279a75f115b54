import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { allNotified, everything } from '../../../../test/harness/notification-test.ts';
import { endRun, enterDueTime, putSchedule, putTrigger, refuseTrigger, switchAutonomy } from '../../../../test/harness/notifying-events.ts';
import { putRun } from '../../../../test/harness/run-states.ts';
import { newProject, type Person } from '../../../../test/harness/test-server.ts';
import { testNotification } from '../contract.ts';
import {
  ask,
  choose,
  join,
  mailbox,
  makeDue,
  notificationsOf,
  owner,
  project,
  sql,
  testServer,
  untilRejectedOnce,
  untilSettled,
} from './setup.ts';

const { db } = testServer.features;
const scheduled = `origin = 'schedule', origin_id = gen_random_uuid(), origin_name = 'Every morning'`;

const of = ({ id: userId }: Person) => ({ databaseUrl: testServer.databaseUrl, projectId: project.id, userId });

async function endRunOf(by: Person, projectId: string, status: 'done' | 'failed' | 'stopped', change = ''): Promise<string> {
  const id = await putRun({ databaseUrl: testServer.databaseUrl, projectId, userId: by.id }, 'waiting', []);
  if (change) await sql(`update runs set ${change} where id = $1`, [id]);
  await endRun(db, id, status);
  return id;
}
describe('who is told', () => {
  describe('an e-mail', () => {
    const hostile = [
      'https://evil.example/login',
      'www.evil.example',
      'evil.example',
      'a@evil.example',
      'javascript:alert(1)',
      '\\\\evil\\x',
    ];

    it('has a subject without a word of anybody else, and names that no mail program takes for a link', async () => {
      const member = await join('member');
      await choose(owner, everything);
      for (const name of hostile) {
        await sql('update projects set name = $2 where id = $1', [project.id, name]);
        const { runId } = await ask(member, project, { paths: [`${name}.md`] });
        await sql('update users set name = $2 where id = $1', [member.id, name]);
        await sql(`update runs set title = $2, origin = 'schedule', origin_name = $2, user_id = $3 where id = $1`, [runId, name, owner.id]);
        await endRun(db, runId, 'done');
      }
      await switchAutonomy(db, project.organizationId, { on: false, userId: member.id });
      const mails = await mailbox.to(owner.email, hostile.length * 2 + 1);
      for (const { subject, text, html, headers } of mails) {
        assert.match(subject, /^Guildhall: [a-z ]+$/);
        assert.equal(headers['from']?.[0], 'Guildhall <guildhall@example.com>');
        const own = /https:\/\/guildhall\.example\.com\/[\w/?=&#-]*/g;
        for (const part of [text.replace(own, ''), html.replace(/<[^>]+>/g, '')]) {
          assert.doesNotMatch(part, /\p{L}:[\p{L}/]|\/\/|[\p{L}\d][.@]\p{L}|\\\\/u);
        }
        assert.deepEqual(
          [...html.matchAll(/href="([^"]*)"/g)].map(([, href = '']) => href.startsWith('https://guildhall.example.com/')),
          [true, true],
        );
      }
    });

    it('goes to an address a bounded number of times a day, and the last one says so', async () => {
      await choose(owner, everything);
      await ask(owner, project);
      await mailbox.to(owner.email);
      await untilSettled(owner);
      await sql(`update mail_counts set count = 199 where kind = 'recipient' and count = 1`);
      await ask(owner, project);
      const [, last] = await mailbox.to(owner.email, 2);
      assert.match(last?.text ?? '', /This is the last email to you today/);
      await untilSettled(owner);
      await ask(owner, project);
      await untilSettled(owner);
      const [refused] = await notificationsOf(owner);
      assert.deepEqual([refused?.status, refused?.attempts], ['failed', 1]);
      assert.match(refused?.reason ?? '', /^200 emails have gone to this address today/);
      const test = await owner.call(testNotification, { body: { channel: 'email' } });
      assert.match(test.body.reason ?? '', /^200 emails have gone/);
      await sql('update mail_counts set day = day - 1');
      await ask(owner, project);
      await mailbox.to(owner.email, 3);
    });

    it('is caused by one person a bounded number of times a day, who then uses up nobody’s share', async () => {
      const member = await join('member');
      await choose(owner, everything);
      await ask(member, project);
      await mailbox.to(owner.email);
      await untilSettled(owner);
      const counts = () => sql(`select kind, count from mail_counts where who = $1 or kind = 'recipient' order by kind`, [member.id]);
      await sql(`delete from mail_counts where kind = 'recipient'`);
      await sql(`update mail_counts set count = 1000 where kind = 'sender' and who = $1`, [member.id]);
      await ask(member, project);
      await untilSettled(owner);
      const [refused] = await notificationsOf(owner);
      assert.match(refused?.reason ?? '', /^The person this comes from has caused 1,000 emails today/);
      assert.deepEqual(
        (await counts()).map(({ kind, count }) => [kind, count]),
        [['sender', 1000]],
      );
      await ask(owner, project);
      assert.equal((await mailbox.to(owner.email, 2)).length, 2, 'others still reach them');
    });

    it('counts once, however often it is tried', async () => {
      await choose(owner, everything);
      mailbox.script.answer = () => 'Try again later';
      await ask(owner, project);
      await untilRejectedOnce(owner);
      mailbox.script.answer = () => undefined;
      await makeDue(owner);
      await untilSettled(owner);
      const [row] = await sql(`select count from mail_counts where kind = 'sender' and who = $1`, [owner.id]);
      assert.equal(Number(row?.['count']), 1);
    });

    it('goes to nobody who has not turned it on', async () => {
      await sql('delete from mail_counts');
      const others = [await join('owner'), await join('admin')];
      for (const other of others) await endRunOf(other, project.id, 'done', scheduled);
      await ask(owner, project);
      await allNotified(testServer.databaseUrl);
      for (const other of others) assert.ok((await notificationsOf(other)).every(({ channel }) => channel === 'page'));
      // Besides the confirmations of new accounts.
      assert.deepEqual(await sql(`select from mail_counts where kind = 'sender' and who not like 'account %'`), []);
      assert.deepEqual(
        mailbox.mails.filter(({ to }) => others.some(({ email }) => to.includes(email))),
        [],
      );
    });
  });

  describe('somebody who has left the organization', () => {
    it('reads nothing of it any more, neither what they were told nor what happens later, and is told nothing', async () => {
      const member = await join('admin');
      await choose(member, everything);
      const elsewhere = await newProject(member, 'Their own');
      await ask(owner, project);
      await endRunOf(member, project.id, 'done', scheduled);
      await mailbox.to(member.email, 2);
      await untilSettled(member);
      await sql('delete from members where user_id = $1 and organization_id = $2', [member.id, project.organizationId]);
      assert.deepEqual(await notificationsOf(member), []);
      const [scheduleId, triggerId] = [await putSchedule(of(member)), await putTrigger(of(member))];
      await endRunOf(member, project.id, 'done', scheduled);
      await ask(member, project);
      await enterDueTime(db, scheduleId, '2026-11-24T09:00:00Z', 'failed');
      await refuseTrigger(db, triggerId, 'autonomy_off');
      await switchAutonomy(db, project.organizationId, { on: false, userId: owner.id });
      await allNotified(testServer.databaseUrl);
      const rows = await sql(`select kind from notifications where user_id = $1 and created_at > now() - interval '1 day'`, [member.id]);
      assert.deepEqual(rows.map((row) => row['kind']).sort(), ['approval_asked', 'run_ended', 'run_ended'], 'those from before they left');
      await endRunOf(member, elsewhere.id, 'done', scheduled);
      await allNotified(testServer.databaseUrl);
      assert.deepEqual(
        (await notificationsOf(member)).map(({ kind, path }) => [kind, path.includes(elsewhere.id)]),
        [
          ['run_ended', true],
          ['run_ended', true],
        ],
        'their other organizations stay theirs',
      );
    });
  });

  describe('a run that ends', () => {
    it('is told to whom it works for, if it was scheduled or triggered or has a goal', async () => {
      await choose(owner, everything);
      const ids = [
        await endRunOf(owner, project.id, 'done', scheduled),
        await endRunOf(owner, project.id, 'failed', `origin = 'trigger', origin_id = gen_random_uuid(), origin_name = 'Mail'`),
        await endRunOf(owner, project.id, 'done', `goal = '{"constraints": []}'`),
      ];
      await endRunOf(owner, project.id, 'done');
      await endRunOf(owner, project.id, 'stopped', scheduled);
      const mails = await mailbox.to(owner.email, 3);
      assert.deepEqual(mails.map(({ subject }) => subject).sort(), [
        'Guildhall: your run has failed',
        'Guildhall: your run has finished',
        'Guildhall: your run has finished',
      ]);
      const paths = (await notificationsOf(owner)).filter(({ channel }) => channel === 'email').map(({ path }) => path);
      assert.deepEqual(paths.sort(), ids.map((id) => `/projects/${project.id}?run=${id}`).sort());
    });

    it('is told of every run where that is chosen, and in the page without having chosen anything', async () => {
      const other = await join('member');
      await choose(owner, { ...everything, run_ended: { page: false, email: true, webhook: false, of: 'all' } });
      await endRunOf(owner, project.id, 'done');
      await endRunOf(other, project.id, 'done', scheduled);
      await mailbox.to(owner.email);
      assert.deepEqual(
        (await notificationsOf(owner)).map(({ channel }) => channel),
        ['email'],
      );
      const [notification] = await notificationsOf(other);
      assert.deepEqual([notification?.channel, notification?.status], ['page', 'delivered']);
    });
  });

  describe('a schedule or trigger that cannot start its run', () => {
    it('is told to whose it is, once for failures in a row', async () => {
      await choose(owner, everything);
      const [scheduleId, triggerId] = [await putSchedule(of(owner)), await putTrigger(of(owner))];
      for (const [hour, status] of (['failed', 'failed', 'started', 'failed'] as const).entries())
        await enterDueTime(db, scheduleId, `2026-11-24T0${hour}:00:00Z`, status);
      for (const code of ['timestamp_off', 'replayed', 'paused', 'rate_limited']) await refuseTrigger(db, triggerId, code);
      await sql(`insert into trigger_occurrences (trigger_id, outcome) values ($1, 'started')`, [triggerId]);
      for (const code of ['replayed', 'autonomy_off', 'replayed', 'autonomy_off']) await refuseTrigger(db, triggerId, code);
      const mails = await mailbox.to(owner.email, 3);
      assert.deepEqual(mails.map(({ subject }) => subject).sort(), [
        'Guildhall: your schedule could not start its run',
        'Guildhall: your schedule could not start its run',
        'Guildhall: your trigger could not start its run',
      ]);
      assert.ok(mails.some(({ text }) => text.includes('Its model is gone.')));
    });
  });

  describe('autonomy that is switched off', () => {
    it('is told to the organization’s other admins, each time anew', async () => {
      const [member, admin] = [await join('member'), await join('admin')];
      for (const person of [member, admin]) await choose(person, everything);
      for (const on of [false, false, true, false]) await switchAutonomy(db, project.organizationId, { on, userId: owner.id });
      const [mail] = await mailbox.to(admin.email, 2);
      assert.ok(mail?.text.includes('Ada Lovelace has switched autonomy off'));
      assert.deepEqual(await notificationsOf(member), []);
      assert.deepEqual(await notificationsOf(owner), [], 'who did it');
    });
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startRun } from '#features/runs/contract.ts';
import { eventually } from '../../../../test/harness/eventually.ts';
import { everything, nothing } from '../../../../test/harness/notification-test.ts';
import { type Person, signUp } from '../../../../test/harness/test-server.ts';
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

describe('who is told', () => {
  describe('an approval that is asked', () => {
    it('is told as soon as a run waits for it', async () => {
      await choose(owner, everything);
      const body = { message: 'write made.txt: Hello', model: 'practice', level: 'supervised' as const };
      const { run } = (await owner.call(startRun, { params: { projectId: project.id }, body })).body;
      const [mail] = await mailbox.to(owner.email);
      assert.equal(mail?.subject, 'Guildhall: an agent needs your approval');
      const [row] = await sql('select id from approvals where run_id = $1', [run.id]);
      assert.ok(row && mail.text.includes(`/inbox?approval=${row['id']}`));
    });

    it('is told to who chose it: what is asked, and where to answer, but not what files contain', async () => {
      await choose(owner, everything);
      const { id } = await ask(owner, project, { paths: ['notes.md', 'a <b>.md'] });
      const [mail] = await mailbox.to(owner.email);
      assert.ok(mail);
      assert.equal(mail.subject, 'Guildhall: an agent needs your approval');
      assert.ok(mail.text.startsWith('Approve write_file on notes.\u200bmd and 1 other file in Website\n'));
      assert.deepEqual(mail.headers['from'], ['Guildhall <guildhall@example.com>']);
      for (const part of [mail.text, mail.html]) {
        assert.ok(part.includes(`https://guildhall.example.com/inbox?approval=${id}`));
        assert.ok(part.includes('https://guildhall.example.com/account#notifications'));
        assert.ok(part.includes('It changes files.'));
      }
      assert.ok(mail.text.includes('- a <b>.\u200bmd') && mail.html.includes('- a &lt;b&gt;.\u200bmd'));
      assert.ok(!mail.raw.includes('only members'));
      await untilSettled(owner);
      const [notification] = await notificationsOf(owner);
      assert.deepEqual(
        [notification?.status, notification?.attempts, notification?.subject],
        ['delivered', 1, 'Approve write_file on notes.md and 1 other file in Website'],
      );
    });

    it('is told to nobody who did not choose it', async () => {
      const others = [await join('owner'), await join('admin')];
      await choose(others[0] as Person, nothing);
      await choose(owner, everything);
      await ask(owner, project);
      await mailbox.to(owner.email);
      for (const other of others) assert.deepEqual(await notificationsOf(other), []);
      assert.equal(mailbox.mails.length, 1);
    });

    it('is told of one’s own runs only, where that is chosen', async () => {
      const other = await join('member');
      await choose(other, { ...everything, approval_asked: { ...everything.approval_asked, of: 'mine' } });
      await ask(owner, project);
      const { id } = await ask(other, project);
      await mailbox.to(other.email);
      assert.deepEqual(
        (await notificationsOf(other)).map(({ path }) => path),
        [`/inbox?approval=${id}`],
      );
    });

    it('is told only to who may decide it: not to viewers, not below the role that a policy asks for, not elsewhere', async () => {
      const [viewer, member, admin] = [await join('viewer'), await join('member'), await join('admin')];
      const outsider = await signUp(testServer);
      const policy = `insert into autonomy_policies (organization_id, project_id, policy) values ($1, $2, $3)`;
      for (const person of [viewer, member, admin, outsider]) await choose(person, everything);
      await ask(owner, project);
      await mailbox.to(member.email);
      await sql(policy, [project.organizationId, null, { approvers: 'member' }]);
      await sql(policy, [project.organizationId, project.id, { approvers: 'admin' }]);
      await ask(owner, project);
      await mailbox.to(admin.email, 2);
      const counts = await Promise.all([viewer, member, admin, outsider].map(async (person) => (await notificationsOf(person)).length));
      assert.deepEqual(counts, [0, 1, 2, 0]);
    });

    it('is not told any more once it is decided', async () => {
      await choose(owner, everything);
      mailbox.script.answer = () => 'Try again later';
      const { id } = await ask(owner, project);
      await untilRejectedOnce(owner);
      await sql(`update approvals set status = 'approved', decided_at = now() where id = $1`, [id]);
      mailbox.script.answer = () => undefined;
      await makeDue(owner);
      await untilSettled(owner);
      const [notification] = await notificationsOf(owner);
      assert.deepEqual([notification?.status, notification?.reason?.slice(0, 14)], ['withdrawn', 'It was decided']);
      assert.equal(mailbox.mails.length, 0);
    });

    for (const [what, text, reason] of [
      ['has left', 'delete from members where user_id = $1 and organization_id = $2', 'It was no longer yours to know.'],
      [
        'has too small a role by now',
        `update members set role = 'viewer' where user_id = $1 and organization_id = $2`,
        'It was no longer yours to know.',
      ],
      [
        'does not want it any more',
        `update notification_settings set choices = '{}' where user_id = $1 and $2::uuid is not null`,
        'You no longer wanted to be told this way.',
      ],
    ] as const)
      it(`is not told to who ${what} before it could be sent`, async () => {
        const member = await join('member');
        await choose(member, everything);
        mailbox.script.answer = () => 'Try again later';
        await ask(owner, project);
        await untilRejectedOnce(member);
        await sql(text, [member.id, project.organizationId]);
        mailbox.script.answer = () => undefined;
        await makeDue(member);
        await eventually(
          'nothing waits for the member',
          async () => (await sql(`select from notifications where user_id = $1 and status = 'waiting'`, [member.id])).length,
          0,
        );
        const rows = await sql('select status, reason from notifications where user_id = $1', [member.id]);
        assert.deepEqual(
          rows.map((row) => [row['status'], row['reason']]),
          [['withdrawn', reason]],
        );
        assert.equal(mailbox.mails.length, 0);
      });

    it('keeps names with line breaks from making headers or lines of their own', async () => {
      await choose(owner, everything);
      await sql(`update projects set name = E'Website\\r\\nBcc: eve@example.com\\r\\n\\r\\nHello' where id = $1`, [project.id]);
      await ask(owner, project, { paths: ['notes.md\r\nX-Mine: 1'] });
      const [mail] = await mailbox.to(owner.email);
      assert.ok(mail);
      assert.deepEqual(mail.to, [owner.email]);
      assert.deepEqual([mail.headers['bcc'], mail.headers['x-mine']], [undefined, undefined]);
      assert.match(mail.text, /^Approve write_file on notes\.\u200bmd.* in Website Bcc: eve@\u200bexample\.\u200bcom Hello\n/);
      assert.ok(!mail.text.split('\n').some((line) => /^(Bcc|X-Mine|Hello)/.test(line)));
    });
  });
});

import assert from 'node:assert/strict';
import { after, beforeEach, describe, it } from 'node:test';
import type { Project } from '#features/projects/contract.ts';
import { appendEvents, appendToMany } from '#features/runs/server/log/append.ts';
import { query } from '../../../test/harness/database.ts';
import { eventually } from '../../../test/harness/eventually.ts';
import { allNotified, everything, startNotificationTest } from '../../../test/harness/notification-test.ts';
import { endRun } from '../../../test/harness/notifying-events.ts';
import { putRun } from '../../../test/harness/run-states.ts';
import { newProject, type Person, signUp, startTestServer } from '../../../test/harness/test-server.ts';

const notified = await startNotificationTest();
after(() => notified.close());
const { mailbox, testServer, env, sql, notificationsOf, choose, ask, makeDue, untilSettled } = notified;
const { db } = testServer.features;

describe('notifications on their way', () => {
  let owner: Person;
  let project: Project;
  beforeEach(async () => {
    mailbox.mails.length = 0;
    mailbox.script.answer = () => undefined;
    owner = await signUp(testServer);
    project = await newProject(owner, 'Website');
  });

  describe('delivery', () => {
    it('tries again after a refusal, later each time, and gives up after a day', async () => {
      await choose(owner, everything);
      mailbox.script.answer = () => 'Try again later';
      await ask(owner, project);
      const waits: number[] = [];
      for (let attempt = 1; attempt <= 6; attempt++) {
        await eventually(
          'the mail server has refused it',
          async () => (await notificationsOf(owner))[0]?.reason,
          'The mail server refused it: 451 Try again later',
        );
        const [row] = await sql(
          `select round(extract(epoch from next_attempt_at - now()) / 60) as minutes from notifications where user_id = $1`,
          [owner.id],
        );
        waits.push(Number(row?.['minutes']));
        await sql('update notifications set reason = null where user_id = $1', [owner.id]);
        await makeDue(owner);
      }
      await untilSettled(owner);
      assert.deepEqual(waits, [1, 5, 30, 120, 360, 900]);
      const [notification] = await notificationsOf(owner);
      assert.deepEqual([notification?.status, notification?.attempts, notification?.nextAttemptAt], ['failed', 7, null]);
    });

    it('tells each once, however many servers there are', async () => {
      const other = await startTestServer({ databaseUrl: testServer.databaseUrl, env });
      await choose(owner, everything);
      await Promise.all(Array.from({ length: 40 }, () => ask(owner, project)));
      await mailbox.to(owner.email, 40);
      await untilSettled(owner);
      const ids = mailbox.mails.map(({ headers }) => headers['message-id']?.[0]);
      assert.deepEqual([ids.length, new Set(ids).size], [40, 40]);
      await other.close();
    });

    it('goes on where a server died in the middle of it, and hears nothing more of that one', async () => {
      await choose(owner, everything);
      let take = (): void => undefined;
      const held = new Promise<void>((resolve) => {
        take = resolve;
      });
      let asked = 0;
      mailbox.script.answer = () => {
        asked++;
        return asked === 1 ? held.then(() => 'Too late') : undefined;
      };
      await ask(owner, project);
      await eventually('the receiver is asked', () => asked, 1);
      // As if this one’s minute were over.
      await makeDue(owner);
      await mailbox.to(owner.email);
      await untilSettled(owner);
      take();
      await new Promise((resolve) => setTimeout(resolve, 100));
      const [notification] = await notificationsOf(owner);
      assert.deepEqual([notification?.status, notification?.reason, notification?.attempts], ['delivered', null, 2]);
    });

    it('holds no connection to the database while it sends', async () => {
      const small = await startTestServer({ env: { ...env, PG_POOL_MAX: '2' } });
      const person = await signUp(small);
      const there = await newProject(person);
      await choose(person, everything);
      let asked = 0;
      let take = (): void => undefined;
      const held = new Promise<undefined>((resolve) => {
        take = () => resolve(undefined);
      });
      mailbox.script.answer = () => {
        asked++;
        return held;
      };
      const runIds = await Promise.all(
        Array.from({ length: 5 }, () => putRun({ databaseUrl: small.databaseUrl, projectId: there.id, userId: person.id }, 'waiting', [])),
      );
      await query(small.databaseUrl, `update runs set origin = 'schedule', origin_name = 'x' where id = any ($1)`, [runIds]);
      await Promise.all(runIds.map((id) => endRun(small.features.db, id, 'done')));
      await eventually('five receivers are asked', () => asked, 5);
      await eventually('every connection is free', async () => small.features.db.stats().idle === small.features.db.stats().total);
      assert.equal((await notificationsOf(person)).length, 10);
      take();
      await mailbox.to(person.email, 5);
      await small.close();
    });

    it('forgets after 30 days', async () => {
      await choose(owner, everything);
      await ask(owner, project);
      await untilSettled(owner);
      await sql(`update notifications set created_at = now() - interval '31 days' where user_id = $1`, [owner.id]);
      await testServer.features.notifications.cleanUp();
      assert.deepEqual(await notificationsOf(owner), []);
    });
  });

  describe('an event', () => {
    const said = [{ type: 'text' as const, data: { text: 'Done' } }];
    const putRunOf = async (change = '') => {
      const id = await putRun({ databaseUrl: testServer.databaseUrl, projectId: project.id, userId: owner.id }, 'waiting', []);
      await sql(`update runs set origin = 'schedule', origin_id = gen_random_uuid(), origin_name = 'x' ${change} where id = $1`, [id]);
      return id;
    };
    const runsTold = async () => (await notificationsOf(owner)).map(({ path }) => path.split('run=')[1] ?? '').sort();

    it('becomes notifications once, however many servers there are', async () => {
      const other = await startTestServer({ databaseUrl: testServer.databaseUrl, env });
      const ids = await Promise.all(Array.from({ length: 40 }, () => putRunOf()));
      await Promise.all(ids.map((id) => appendEvents(db, id, said, { status: 'done' })));
      await allNotified(testServer.databaseUrl);
      const rows = await sql(`select about ->> 'runId' as id from notifications where user_id = $1`, [owner.id]);
      assert.deepEqual(rows.map(({ id }) => id).sort(), ids.sort());
      await other.close();
    });

    it('is not written where what happens is rolled back', async () => {
      const id = await putRunOf();
      const undone = db.transaction(async (tx) => {
        await appendEvents(tx, id, said, { status: 'done' });
        throw new Error('undone');
      });
      await assert.rejects(undone, /undone/);
      await allNotified(testServer.databaseUrl);
      assert.deepEqual(await runsTold(), []);
    });

    it('holds up no other where it cannot be stored, and is tried again', async () => {
      await sql(`create function fail() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$`);
      await sql(
        `create trigger fail before insert on notifications for each row when (new.about ->> 'run' = 'Bad') execute function fail()`,
      );
      const [bad, good] = [await putRunOf(`, title = 'Bad'`), await putRunOf()];
      await appendToMany(
        db,
        [bad, good].map((id) => ({ id, events: said, options: { status: 'done' as const } })),
      );
      await eventually('the good one is there', runsTold, [good]);
      await eventually('the bad one is postponed', async () => (await sql('select from outbox where not_before > now()')).length, 1);
      await sql('drop trigger fail on notifications');
      await sql('update outbox set not_before = now()');
      await sql(`select pg_notify('guildhall', 'outbox ')`);
      await eventually('both are there', runsTold, [bad, good].sort());
    });

    it('is left to a later version where only that knows its kind', async () => {
      const { organizationId } = project;
      await sql(`insert into outbox (kind, subject, occurrence, organization_id, payload) values ('later', $1, '1', $1, '{}')`, [
        organizationId,
      ]);
      const id = await putRunOf();
      await appendEvents(db, id, said, { status: 'done' });
      await eventually('the event after it is processed', runsTold, [id]);
      assert.deepEqual(await sql('delete from outbox returning kind'), [{ kind: 'later' }]);
    });
  });
});

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, beforeEach, describe, it } from 'node:test';
import * as toolChanges from '#features/connections/server/listing-queries.ts';
import { setSwitch } from '#features/policies/server/switch.ts';
import type { Project } from '#features/projects/contract.ts';
import { approvals } from '#features/runs/server/approvals/approvals.ts';
import { endWaiting } from '#features/runs/server/approvals/queries.ts';
import { appendEvents, appendToMany } from '#features/runs/server/log/append.ts';
import { insertOccurrence } from '#features/schedules/server/due-queries.ts';
import { insertRejected } from '#features/triggers/server/occurrence-queries.ts';
import { senderCodes } from '#features/triggers/server/sender-codes.ts';
import { allNotified, everything, startNotificationTest } from '../../../test/harness/notification-test.ts';
import { putRun } from '../../../test/harness/run-states.ts';
import { addMember, newProject, type Person, signUp } from '../../../test/harness/test-server.ts';

const notified = await startNotificationTest();
after(() => notified.close());
const { testServer, sql, choose, ask } = notified;
const { db } = testServer.features;
const { databaseUrl } = testServer;

describe('an event', () => {
  let owner: Person;
  let project: Project;
  beforeEach(async () => {
    owner = await signUp(testServer);
    project = await newProject(owner, 'Website');
    const others = await Promise.all(['Grace Hopper', 'Alan Turing', 'Vera Rubin'].map((name) => signUp(testServer, name)));
    for (const [index, role] of (['admin', 'member', 'viewer'] as const).entries())
      await addMember(testServer, others[index] as Person, project.organizationId, role);
    for (const person of [owner, ...others]) await choose(person, { ...everything, run_ended: { ...everything.run_ended, of: 'all' } });
  });

  const putRunOf = async (change = '') => {
    const id = await putRun({ databaseUrl, projectId: project.id, userId: owner.id }, 'waiting', []);
    if (change) await sql(`update runs set ${change} where id = $1`, [id]);
    return id;
  };
  /** Takes all notifications, with `ID` in place of values that differ between two events. */
  async function takeNotifications(...ids: string[]): Promise<string[]> {
    await allNotified(databaseUrl);
    const rows = await sql(
      `delete from notifications where organization_id = $1 returning user_id, role, kind, channel, about, sender_id`,
      [project.organizationId],
    );
    return rows.map((row) => ids.reduce((text, id) => text.replaceAll(id, 'ID'), JSON.stringify(row))).sort();
  }

  interface Versions {
    /**
     * Acts as a server of the previous version: it performs the change, and writes nothing to the outbox. @returns ids specific to this
     * event
     */
    before(): Promise<string[]>;
    now(): Promise<string[]>;
    /** Expected number of notifications. */
    count: number;
  }

  const ended = `cost = 0.75, origin = 'schedule', origin_id = gen_random_uuid(), origin_name = 'Every morning'`;
  const endBefore = (status: string) => async () => {
    const id = await putRunOf(ended);
    await sql('update runs set status = $2 where id = $1', [id, status]);
    return [id];
  };
  const said = [{ type: 'text' as const, data: { text: 'Done' } }];

  async function putSchedule(): Promise<string> {
    const id = randomUUID();
    await sql(
      `insert into schedules (id, project_id, name, cron, timezone, message, level, missed, overlap, user_id, next_at)
       values ($1, $2, 'Every morning', '0 9 * * *', 'UTC', 'Hello', 'supervised', 'skip', false, $3, '2999-01-01')`,
      [id, project.id, owner.id],
    );
    return id;
  }
  const failAt = (scheduleId: string, hour: number, status: 'failed' | 'skipped' = 'failed') =>
    insertOccurrence(db, {
      scheduleId,
      dueAt: `2026-11-24T0${hour}:00:00Z`,
      status,
      reason: 'Its model is gone.',
      runId: null,
      missed: null,
      missedSince: null,
    });
  const failBefore = (scheduleId: string, hour: number) =>
    sql(`insert into schedule_occurrences (schedule_id, due_at, status, reason) values ($1, $2, 'failed', 'Its model is gone.')`, [
      scheduleId,
      `2026-11-24T0${hour}:00:00Z`,
    ]);

  async function putTrigger(): Promise<string> {
    const id = randomUUID();
    await sql(
      `insert into triggers (id, project_id, kind, name, message, level, user_id, secret) values ($1, $2, 'webhook', 'Mail', 'Hello', 'supervised', $3, 'x')`,
      [id, project.id, owner.id],
    );
    return id;
  }
  const refuse = (triggerId: string, code: string) =>
    insertRejected(db, { triggerId, code, reason: 'No.', senderCodes, messageId: null, bytes: null, paths: [], pathCount: 0, depth: 1 });
  const refuseBefore = (triggerId: string, code: string) =>
    sql(`insert into trigger_occurrences (trigger_id, outcome, code, reason) values ($1, 'refused', $2, 'No.')`, [triggerId, code]);

  const versions: Record<string, Versions> = {
    'an approval': {
      count: 3,
      async before() {
        const { id, runId } = await ask(owner, project);
        return [id, runId];
      },
      async now() {
        const [id, runId] = [randomUUID(), await putRunOf()];
        const edits = [{ path: 'notes.md', base: null, content: Buffer.from('what only members may read') }];
        const { id: projectId, organizationId } = project;
        const request = {
          id,
          organizationId,
          projectId,
          runId,
          kind: 'tool_call' as const,
          callId: 'c',
          tool: 'write_file',
          input: {},
          edits,
        };
        const asked = {
          ...request,
          reason: 'It changes files.',
          rule: null,
          choices: ['approve'],
          outcome: null,
          expireAfterHours: undefined,
        };
        await db.transaction(async (tx) => approvals.ask(tx, asked));
        return [id, runId];
      },
    },
    'a run that ends by itself': {
      count: 2,
      before: endBefore('done'),
      async now() {
        const id = await putRunOf(ended.replace('0.75', '0.5'));
        await appendEvents(db, id, said, { status: 'done', spent: { model: 'practice', inputTokens: 1, outputTokens: 1, cost: 0.25 } });
        return [id];
      },
    },
    'one of several runs that end in a statement': {
      count: 2,
      before: endBefore('failed'),
      async now() {
        const [id, other] = [await putRunOf(ended), await putRunOf(ended)];
        const appends = [
          { id, events: said, options: { status: 'failed' as const } },
          { id: other, events: said, options: { seen: 0 } },
        ];
        assert.equal((await appendToMany(db, appends)).size, 2);
        return [id];
      },
    },
    'a run that ends since its budget is not raised': {
      count: 2,
      before: endBefore('failed'),
      async now() {
        const id = await putRunOf(ended);
        await endWaiting(db, { id });
        return [id];
      },
    },
    'autonomy that is switched off': {
      count: 2,
      async before() {
        await sql('insert into autonomy_switches (organization_id, off_at, changed_by) values ($1, now(), $2)', [
          project.organizationId,
          owner.id,
        ]);
        return [];
      },
      async now() {
        const change = (on: boolean) => db.transaction((tx) => setSwitch(tx, project.organizationId, { on, userId: owner.id }));
        await change(true);
        // The second time changes nothing.
        for (const on of [false, false]) await change(on);
        return [];
      },
    },
    'a schedule that cannot start': {
      count: 2,
      async before() {
        const id = await putSchedule();
        for (const hour of [1, 2]) await failBefore(id, hour);
        return [id];
      },
      async now() {
        const id = await putSchedule();
        for (const hour of [1, 2]) await failAt(id, hour);
        return [id];
      },
    },
    'a trigger that cannot start': {
      count: 2,
      async before() {
        const id = await putTrigger();
        for (const code of ['replayed', 'autonomy_off', 'paused', 'level_not_allowed']) await refuseBefore(id, code);
        return [id];
      },
      async now() {
        const id = await putTrigger();
        for (const code of ['replayed', 'autonomy_off', 'paused', 'level_not_allowed']) await refuse(id, code);
        return [id];
      },
    },
    'tools that have changed': {
      count: 4,
      async before() {
        const id = await putToolServer();
        const about = { organizationId: project.organizationId, toolServerId: id, server: 'Post', toolCount: 1, tools: [] };
        await sql(
          `select tell(m.user_id, m.organization_id, 'admin', 'tools_changed', $2::jsonb || jsonb_build_object('organization', o.name))
           from members m join organizations o on o.id = m.organization_id where m.organization_id = $1`,
          [project.organizationId, JSON.stringify(about)],
        );
        return [id];
      },
      async now() {
        const id = await putToolServer();
        await toolChanges.insertToolsChanged(db, { toolServerId: id, tools: '[]', toolCount: 1 });
        return [id];
      },
    },
  };

  async function putToolServer(): Promise<string> {
    const id = randomUUID();
    await sql(`insert into tool_servers (id, organization_id, slug, name, url) values ($1, $2, $3, 'Post', 'https://post.example.com')`, [
      id,
      project.organizationId,
      `s${id.slice(0, 8)}`,
    ]);
    return id;
  }

  for (const [what, { before, now, count }] of Object.entries(versions))
    it(`is the same notifications whichever version writes it, each once: ${what}`, async () => {
      const expected = await takeNotifications(...(await before()));
      assert.equal(expected.length, count);
      assert.deepEqual(await takeNotifications(...(await now())), expected);
    });

  it('is the first failure in a row whichever version wrote those before it', async () => {
    const id = await putSchedule();
    await failAt(id, 1);
    await failBefore(id, 2);
    await failAt(id, 3);
    assert.equal((await takeNotifications()).length, 2);
    await failAt(id, 4, 'skipped');
    await failBefore(id, 5);
    await failAt(id, 6);
    assert.equal((await takeNotifications()).length, 2);
  });

  it('has the approvers that the policies name when it is processed', async () => {
    const policy = 'insert into autonomy_policies (organization_id, project_id, policy) values ($1, $2, $3)';
    await sql(policy, [project.organizationId, project.id, { approvers: 'admin' }]);
    await versions['an approval']?.now();
    assert.equal((await takeNotifications()).length, 2);
    await sql(policy, [project.organizationId, null, { approvers: 'owner' }]);
    await versions['an approval']?.now();
    assert.equal((await takeNotifications()).length, 1);
  });
});

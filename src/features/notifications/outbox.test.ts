import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, beforeEach, describe, it } from 'node:test';
import { insertToolsChanged } from '#features/connections/server/listing-queries.ts';
import type { EventKind } from '#features/outbox/events.ts';
import type { Project } from '#features/projects/contract.ts';
import { endWaiting } from '#features/runs/server/approvals/queries.ts';
import { appendEvents, appendToMany } from '#features/runs/server/log/append.ts';
import type { Role } from '#wire/role.ts';
import { allNotified, everything, startNotificationTest } from '../../../test/harness/notification-test.ts';
import {
  askForApproval,
  enterDueTime,
  putSchedule,
  putTrigger,
  refuseTrigger,
  switchAutonomy,
} from '../../../test/harness/notifying-events.ts';
import { putRun } from '../../../test/harness/run-states.ts';
import { addMember, newProject, type Person, signUp } from '../../../test/harness/test-server.ts';

const notified = await startNotificationTest();
after(() => notified.close());
const { testServer, sql, choose } = notified;
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
  /** Takes all notifications, each with the recipient's role. */
  async function takeNotifications(): Promise<{ role: string; kind: string; channel: string; about: object }[]> {
    await allNotified(databaseUrl);
    const rows = await sql(
      `with taken as (delete from notifications where organization_id = $1 returning *)
       select m.role, t.kind, t.channel, t.about from taken t join members m using (organization_id, user_id)`,
      [project.organizationId],
    );
    return rows as unknown as { role: string; kind: string; channel: string; about: object }[];
  }

  interface Happening {
    happen(): Promise<unknown>;
    kind: EventKind;
    /** Members notified in the page, by role; by email too. */
    notified: Role[];
    payload: object;
  }

  const ended = `cost = 0.5, origin = 'schedule', origin_id = gen_random_uuid(), origin_name = 'Every morning'`;
  const said = [{ type: 'text' as const, data: { text: 'Done' } }];
  const owned = () => ({ databaseUrl, projectId: project.id, userId: owner.id });
  const scheduled = { run: 'Put here', project: 'Website', origin: 'schedule', originName: 'Every morning' };

  const happenings: Record<string, Happening> = {
    'an approval': {
      kind: 'approval_asked',
      notified: ['owner', 'admin', 'member'],
      payload: { tool: 'write_file', paths: ['notes.md'], pathCount: 1, run: 'Put here', startedBy: 'Ada Lovelace', origin: 'person' },
      happen: async () => askForApproval(db, project, await putRunOf(), ['notes.md']),
    },
    'a run that ends by itself': {
      kind: 'run_ended',
      notified: ['owner'],
      payload: { ...scheduled, status: 'done', cost: 0.75 },
      happen: async () =>
        appendEvents(db, await putRunOf(ended), said, {
          status: 'done',
          spent: { model: 'practice', inputTokens: 1, outputTokens: 1, cost: 0.25 },
        }),
    },
    'one of several runs that end in a statement': {
      kind: 'run_ended',
      notified: ['owner'],
      payload: { ...scheduled, status: 'failed', cost: 0.5 },
      async happen() {
        const [id, other] = [await putRunOf(ended), await putRunOf(ended)];
        const appends = [
          { id, events: said, options: { status: 'failed' as const } },
          { id: other, events: said, options: { seen: 0 } },
        ];
        assert.equal((await appendToMany(db, appends)).size, 2);
      },
    },
    'a run that ends since its budget is not raised': {
      kind: 'run_ended',
      notified: ['owner'],
      payload: { ...scheduled, status: 'failed', cost: 0.5 },
      happen: async () => endWaiting(db, { id: await putRunOf(ended) }),
    },
    'autonomy that is switched off': {
      kind: 'autonomy_off',
      notified: ['admin'],
      payload: { by: 'Ada Lovelace' },
      async happen() {
        // The last one changes nothing.
        for (const on of [true, false, false]) await switchAutonomy(db, project.organizationId, { on, userId: owner.id });
      },
    },
    'a schedule that cannot start': {
      kind: 'start_failed',
      notified: ['owner'],
      payload: { origin: 'schedule', name: 'Every morning', reason: 'Its model is gone.', project: 'Website' },
      async happen() {
        const id = await putSchedule(owned());
        for (const hour of [1, 2]) await failAt(id, hour);
      },
    },
    'a trigger that cannot start': {
      kind: 'start_failed',
      notified: ['owner'],
      payload: { origin: 'trigger', name: 'Mail', reason: 'No.', project: 'Website' },
      async happen() {
        const id = await putTrigger(owned());
        for (const code of ['replayed', 'autonomy_off', 'paused', 'level_not_allowed']) await refuseTrigger(db, id, code);
      },
    },
    'tools that have changed': {
      kind: 'tools_changed',
      notified: ['owner', 'admin'],
      payload: { server: 'Post', toolCount: 1, tools: [] },
      happen: async () => insertToolsChanged(db, { toolServerId: await putToolServer(), tools: '[]', toolCount: 1 }),
    },
  };

  const failAt = (scheduleId: string, hour: number, status: 'failed' | 'skipped' = 'failed') =>
    enterDueTime(db, scheduleId, `2026-11-24T0${hour}:00:00Z`, status);

  async function putToolServer(): Promise<string> {
    const id = randomUUID();
    await sql(`insert into tool_servers (id, organization_id, slug, name, url) values ($1, $2, $3, 'Post', 'https://post.example.com')`, [
      id,
      project.organizationId,
      `s${id.slice(0, 8)}`,
    ]);
    return id;
  }

  for (const [what, { happen, kind, notified, payload }] of Object.entries(happenings))
    it(`notifies each person once over each channel: ${what}`, async () => {
      await happen();
      const taken = await takeNotifications();
      const channels = kind === 'approval_asked' ? ['email'] : ['email', 'page'];
      assert.deepEqual(
        taken.map(({ role, channel }) => `${role} ${channel}`).sort(),
        notified.flatMap((role) => channels.map((channel) => `${role} ${channel}`)).sort(),
      );
      for (const { kind: of, about } of taken) {
        assert.equal(of, kind);
        assert.deepEqual({ ...about, ...payload }, about);
      }
    });

  it('is the first failure in a row', async () => {
    const id = await putSchedule(owned());
    for (const hour of [1, 2, 3]) await failAt(id, hour);
    assert.equal((await takeNotifications()).length, 2);
    await failAt(id, 4, 'skipped');
    for (const hour of [5, 6]) await failAt(id, hour);
    assert.equal((await takeNotifications()).length, 2);
  });

  it('is of statements only: a row changed by hand notifies nobody', async () => {
    const runId = await putRunOf(ended);
    await sql(`update runs set status = 'done' where id = $1`, [runId]);
    await sql('insert into autonomy_switches (organization_id, off_at) values ($1, now())', [project.organizationId]);
    assert.deepEqual(await takeNotifications(), []);
  });

  it('has the approvers that the policies name when it is processed', async () => {
    const policy = 'insert into autonomy_policies (organization_id, project_id, policy) values ($1, $2, $3)';
    await sql(policy, [project.organizationId, project.id, { approvers: 'admin' }]);
    await happenings['an approval']?.happen();
    assert.equal((await takeNotifications()).length, 2);
    await sql(policy, [project.organizationId, null, { approvers: 'owner' }]);
    await happenings['an approval']?.happen();
    assert.equal((await takeNotifications()).length, 1);
  });
});

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createAgent } from '#features/agents/contract.ts';
import { deleteProject } from '#features/projects/contract.ts';
import {
  changeTrigger,
  createTrigger,
  deleteTrigger,
  getTrigger,
  listAllTriggers,
  listTriggerOccurrences,
  listTriggers,
  MAX_TRIGGERS,
  renewSecret,
} from '#features/triggers/contract.ts';
import { ProblemError } from '#wire/call.ts';
import type { Role } from '#wire/role.ts';
import { hold, query } from '../../../test/harness/database.ts';
import { eventually } from '../../../test/harness/eventually.ts';
import { setRole } from '../../../test/harness/roles.ts';
import { newProject, type Person, signUp, startTestServer, type TestServer } from '../../../test/harness/test-server.ts';
import { newTrigger, sendWebhook } from '../../../test/harness/webhooks.ts';

let testServer: TestServer;
let ada: Person;
let projectId: string;
let organizationId: string;
before(async () => {
  testServer = await startTestServer();
  ada = await signUp(testServer);
  ({ id: projectId, organizationId } = await newProject(ada, 'Letters'));
});
after(() => testServer.close());

async function refused(call: Promise<unknown>): Promise<ProblemError> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof ProblemError, 'it is refused');
  return error;
}

/** Another person in Ada's organization. */
async function colleague(role: Role): Promise<Person> {
  const person = await signUp(testServer, 'Grace Hopper');
  await query(testServer.databaseUrl, 'update members set organization_id = $2 where user_id = $1', [person.id, organizationId]);
  await setRole(testServer, person, role);
  return person;
}

const settings = { name: 'Deployed', message: 'Say what was deployed.', level: 'supervised' } as const;

describe('POST /api/projects/:projectId/triggers', () => {
  it('makes a webhook, with a secret that is told this once and kept encrypted', async () => {
    const { trigger, secret } = await newTrigger(ada, projectId, { goal: { constraints: ['Touch no file.'] } });
    assert.match(secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
    assert.deepEqual(trigger, {
      id: trigger.id,
      project: { id: projectId, name: 'Letters' },
      kind: 'webhook',
      ...settings,
      agent: null,
      model: 'practice',
      budget: {},
      goal: { constraints: ['Touch no file.'] },
      onBehalfOf: { id: ada.id, name: 'Ada Lovelace', role: 'owner' },
      pausedAt: null,
      webhook: { address: `/api/hooks/${trigger.id}`, oldSecretUntil: null, strangers: null },
      files: null,
      createdAt: trigger.createdAt,
      changedAt: trigger.changedAt,
      lastOccurrence: null,
    });
    const shown = await ada.browser.fetch(`/api/triggers/${trigger.id}`);
    assert.doesNotMatch(await shown.text(), /whsec_/);
    const [row] = await query<{ text: string }>(testServer.databaseUrl, 'select t::text as text from triggers t where id = $1', [
      trigger.id,
    ]);
    assert.ok(!row?.text.includes(secret) && !row?.text.includes(Buffer.from(secret).toString('hex')));
  });

  it('makes a trigger on files, without a secret, for what people change unless told otherwise', async () => {
    const body = { ...settings, files: { path: ' /docs/ ' } };
    const { trigger, secret } = (await ada.call(createTrigger, { params: { projectId }, body })).body;
    assert.deepEqual([trigger.kind, secret, trigger.webhook, trigger.files], ['files', null, null, { path: 'docs', byRuns: false }]);
  });

  it('refuses paths that no file can have, and patterns that are not understood', async () => {
    for (const path of ['', '/', '../up', 'a//b', 'a\\b', '[ab].md', '{a,b}', 'x'.repeat(201)]) {
      const error = await refused(ada.call(createTrigger, { params: { projectId }, body: { ...settings, files: { path } } }));
      assert.deepEqual([error.status, (error.problem.errors ?? [])[0]?.path], [422, 'files.path'], path);
    }
  });

  it('rejects a level above the person’s role, another organization’s agent, and an unknown model', async () => {
    const member = await colleague('member');
    const create = (person: Person, more: object) =>
      refused(person.call(createTrigger, { params: { projectId }, body: { ...settings, ...more } }));
    assert.equal((await create(member, { level: 'autonomous' })).code, 'level_not_allowed');
    const entries = await query(testServer.databaseUrl, `select from audit_entries where user_id = $1 and action = 'level.refuse'`, [
      member.id,
    ]);
    assert.equal(entries.length, 1);
    const outsider = await signUp(testServer);
    const { agent } = (await outsider.call(createAgent, { body: { name: 'Theirs', instructions: 'Anything.' } })).body;
    assert.equal((await create(ada, { agentId: agent.id })).status, 404);
    assert.equal((await create(ada, { model: 'no/such' })).status, 422);
  });

  it(`makes at most ${MAX_TRIGGERS} in a project`, async () => {
    const { id } = await newProject(ada);
    for (let count = 0; count < MAX_TRIGGERS; count++) await newTrigger(ada, id, { files: { path: 'a' } });
    assert.equal((await refused(newTrigger(ada, id))).code, 'too_many_triggers');
  });
});

describe('GET …/triggers', () => {
  it('lists those of a project, and of an organization, by name, each with what came of it last', async () => {
    const grace = await signUp(testServer, 'Grace Hopper');
    const [one, two] = [await newProject(grace), await newProject(grace)];
    const first = await newTrigger(grace, one.id, { name: 'b' });
    await newTrigger(grace, one.id, { name: 'A', files: { path: '**' } });
    await newTrigger(grace, two.id, { name: 'c' });
    await sendWebhook(testServer, first, { id: 'early' });
    const { runId } = (await (await sendWebhook(testServer, first, { id: 'late' })).json()) as { runId: string };
    const told = ({ name, lastOccurrence }: { name: string; lastOccurrence: { messageId: string | null } | null }) => [
      name,
      lastOccurrence?.messageId ?? null,
    ];
    const { triggers } = (await grace.call(listTriggers, { params: { projectId: one.id } })).body;
    assert.deepEqual(triggers.map(told), [
      ['A', null],
      ['b', 'late'],
    ]);
    assert.equal(triggers[1]?.lastOccurrence?.run?.id, runId);
    const all = (await grace.call(listAllTriggers, { query: { organization: one.organizationId } })).body.triggers;
    assert.deepEqual(all.map(told), [
      ['A', null],
      ['b', 'late'],
      ['c', null],
    ]);
  });

  it('tells the history page by page', async () => {
    const hook = await newTrigger(ada, projectId);
    for (const id of ['1', '2', '3', '4', '5']) await sendWebhook(testServer, hook, { id });
    const page = async (before?: number) => {
      const query = { limit: 2, ...(before && { before }) };
      return (await ada.call(listTriggerOccurrences, { params: { triggerId: hook.trigger.id }, query })).body;
    };
    const pages = [await page()];
    while (pages.at(-1)?.more && pages.length < 5) pages.push(await page(pages.at(-1)?.occurrences.at(-1)?.id));
    assert.deepEqual(
      pages.map(({ occurrences }) => occurrences.map(({ messageId }) => messageId)),
      [['5', '4'], ['3', '2'], ['1']],
    );
  });

  it('forgets history after 30 days, but for runs that are still at work', async () => {
    const hook = await newTrigger(ada, projectId);
    for (const id of ['1', '2', '3']) await sendWebhook(testServer, hook, { id });
    await query(testServer.databaseUrl, `update runs set status = 'done' where origin_id = $1`, [hook.trigger.id]);
    await query(
      testServer.databaseUrl,
      `update runs set status = 'waiting' where id = (select run_id from trigger_occurrences where trigger_id = $1 and message_id = '1')`,
      [hook.trigger.id],
    );
    await query(
      testServer.databaseUrl,
      `update trigger_occurrences set at = now() - interval '31 days' where trigger_id = $1 and message_id in ('1', '2')`,
      [hook.trigger.id],
    );
    assert.equal(await testServer.features.triggers.cleanUp(), 1);
    const { occurrences } = (await ada.call(listTriggerOccurrences, { params: { triggerId: hook.trigger.id } })).body;
    assert.deepEqual(
      occurrences.map(({ messageId }) => messageId),
      ['3', '1'],
    );
  });
});

describe('PATCH /api/triggers/:triggerId', () => {
  it('changes what is named, and leaves the rest', async () => {
    const { trigger } = await newTrigger(ada, projectId, { budget: { steps: 3 } });
    const change = async (body: Parameters<typeof ada.call<typeof changeTrigger>>[1]['body']) =>
      (await ada.call(changeTrigger, { params: { triggerId: trigger.id }, body })).body.trigger;
    const renamed = await change({ name: 'Another name' });
    assert.deepEqual({ ...renamed, changedAt: '' }, { ...trigger, name: 'Another name', changedAt: '' });
    const changed = await change({ message: 'Something else', model: null, goal: { constraints: [] }, level: 'off' });
    assert.deepEqual(
      [changed.message, changed.model, changed.goal, changed.level, changed.budget],
      ['Something else', null, { constraints: [] }, 'off', { steps: 3 }],
    );
    assert.equal((await refused(change({ files: { path: 'a', byRuns: false } }))).status, 422);
  });

  it('runs on behalf of the person who last changed what its runs do; pausing or renaming changes nothing', async () => {
    const admin = await colleague('admin');
    const { trigger } = await newTrigger(ada, projectId);
    const change = async (body: object) => (await admin.call(changeTrigger, { params: { triggerId: trigger.id }, body })).body.trigger;
    const paused = await change({ paused: true, name: 'Paused' });
    assert.equal(paused.onBehalfOf.id, ada.id);
    assert.ok(paused.pausedAt);
    assert.equal((await change({ paused: false })).pausedAt, null);
    assert.equal((await change({ message: 'Mine' })).onBehalfOf.id, admin.id);
    const actions = await query<{ action: string }>(
      testServer.databaseUrl,
      `select action from audit_entries where subject ->> 'id' = $1 order by id`,
      [trigger.id],
    );
    assert.deepEqual(
      actions.map(({ action }) => action),
      ['trigger.create', 'trigger.pause', 'trigger.change', 'trigger.resume', 'trigger.change'],
    );
  });

  it('takes over nothing that was changed since it was seen', async () => {
    const [admin, member] = [await colleague('admin'), await colleague('member')];
    const { trigger } = await newTrigger(member, projectId, { level: 'supervised' });
    const params = { triggerId: trigger.id };
    await member.call(changeTrigger, { params, body: { message: 'What the admin has not seen.' } });
    const take = (basedOn: string) => admin.call(changeTrigger, { params, body: { basedOn, level: 'autonomous' } });
    assert.equal((await refused(take(trigger.changedAt))).code, 'changed_meanwhile');
    const seen = (await admin.call(getTrigger, { params })).body.trigger;
    assert.deepEqual([seen.level, seen.onBehalfOf.id], ['supervised', member.id]);

    // The member's change is under way when the admin's request arrives, and commits first.
    const release = await hold(testServer.databaseUrl, `select from triggers where id = '${trigger.id}' for update`);
    const waiting = async (count: number) =>
      (
        await query(
          testServer.databaseUrl,
          `select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
        )
      ).length === count;
    const changing = member.call(changeTrigger, { params, body: { message: 'Nor this.' } });
    await eventually('the change waits', () => waiting(1));
    const taking = refused(admin.call(changeTrigger, { params, body: { level: 'autonomous' } }));
    await eventually('the other waits', () => waiting(2));
    await release();
    await changing;
    assert.equal((await taking).code, 'changed_meanwhile');
    const { changedAt } = (await admin.call(getTrigger, { params })).body.trigger;
    assert.equal((await take(changedAt)).body.trigger.onBehalfOf.id, admin.id);
  });

  it('lets no one start runs at a level above their own role', async () => {
    const admin = await colleague('admin');
    const { trigger } = await newTrigger(ada, projectId, { level: 'autonomous' });
    await query(
      testServer.databaseUrl,
      `insert into autonomy_policies (organization_id, policy) values ($1, '{"rules":[],"levels":{"autonomous":"owner"},"dailyBudgets":{}}')`,
      [organizationId],
    );
    const change = (body: object) => admin.call(changeTrigger, { params: { triggerId: trigger.id }, body });
    assert.equal((await refused(change({ message: 'Delete everything.' }))).code, 'level_not_allowed');
    await change({ paused: true });
    await change({ message: 'Delete everything.', level: 'supervised' });
    await query(testServer.databaseUrl, 'delete from autonomy_policies where organization_id = $1', [organizationId]);
  });
});

describe('what is done to a trigger', () => {
  it('is for the person it runs on behalf of, and admins', async () => {
    const [member, admin] = [await colleague('member'), await colleague('admin')];
    const { trigger } = await newTrigger(ada, projectId);
    const params = { triggerId: trigger.id };
    for (const call of [
      () => member.call(changeTrigger, { params, body: { paused: true } }),
      () => member.call(renewSecret, { params }),
      () => member.call(deleteTrigger, { params }),
    ])
      assert.equal((await refused(call())).code, 'not_yours');
    assert.equal((await member.call(getTrigger, { params })).body.trigger.id, trigger.id);
    await admin.call(renewSecret, { params });
    await admin.call(deleteTrigger, { params });
    assert.equal((await refused(admin.call(getTrigger, { params }))).status, 404);
    const own = await newTrigger(member, projectId);
    await member.call(deleteTrigger, { params: { triggerId: own.trigger.id } });
  });

  it('gives no secret to a trigger on files', async () => {
    const { trigger } = await newTrigger(ada, projectId, { files: { path: '**' } });
    assert.equal((await refused(ada.call(renewSecret, { params: { triggerId: trigger.id } }))).code, 'no_webhook');
  });

  it('ends with its project', async () => {
    const { id } = await newProject(ada);
    const hook = await newTrigger(ada, id);
    await sendWebhook(testServer, hook);
    await ada.call(deleteProject, { params: { projectId: id } });
    assert.equal((await sendWebhook(testServer, hook)).status, 401);
    assert.deepEqual(await query(testServer.databaseUrl, 'select from trigger_occurrences where trigger_id = $1', [hook.trigger.id]), []);
  });
});

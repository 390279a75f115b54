/** A policy asks for four eyes: people who steered a run may not approve its requests. One test for each way to steer. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { currentUser } from '#features/accounts/contract.ts';
import { listApprovals } from '#features/inbox/contract.ts';
import { putPolicy } from '#features/policies/contract.ts';
import { createSchedule, runSchedule } from '#features/schedules/contract.ts';
import { newToken, type Script, scriptWith } from '#features/tokens/tests/script.ts';
import { eventually } from '../../../../test/harness/eventually.ts';
import { addMember, newProject, type Person, signUp, startTestServer, type TestServer } from '../../../../test/harness/test-server.ts';
import { newTrigger, sendWebhook } from '../../../../test/harness/webhooks.ts';
import { type Approval, decideApproval, getApproval } from '../approvals-contract.ts';
import { branchRun, changePlan, getRun, retryRun, sendMessage, startRun, stopRun } from '../contract.ts';
import { describeSteering, type Steering } from '../four-eyes.ts';

type Caller = Pick<Script, 'call'>;

let testServer: TestServer;
let owner: Person;
let starter: Person;
let other: Person;
let third: Person;
let organizationId: string;
let projectId: string;
before(async () => {
  testServer = await startTestServer();
  owner = await signUp(testServer, 'Olive Owner');
  ({ organizationId } = await newProject(owner));
  [starter, other, third] = await Promise.all([join('Starter'), join('Other'), join('Third')]);
  await owner.call(putPolicy, { query: {}, body: { basedOn: 0, policy: { fourEyes: true } } });
});
beforeEach(async () => {
  projectId = (await newProject(owner)).id;
});
after(() => testServer.close());

async function join(name: string): Promise<Person> {
  const person = await signUp(testServer, name);
  await addMember(testServer, person, organizationId, 'member');
  await eventually('the server knows the membership', async () =>
    (await person.call(currentUser, {})).body.user.organizations.some(({ id }) => id === organizationId),
  );
  return person;
}
async function start(by: Caller, message = 'write b.txt: B', more: { goal?: { constraints: string[] } } = {}): Promise<string> {
  const body = { message, model: 'practice', level: 'supervised', ...more } as const;
  return (await by.call(startRun, { params: { projectId }, body })).body.run.id;
}
/** The pending request of a run. */
const asked = (runId: string, except?: string) =>
  eventually('it asks', async () =>
    (await owner.call(listApprovals, { query: { run: runId } })).body.approvals.find(({ id }) => id !== except),
  );
const resolve = (by: Caller, { id, hash }: Approval, decision: 'approve' | 'reject', more: { note?: string; all?: boolean } = {}) =>
  by.call(decideApproval, { params: { approvalId: id }, body: { decision, hash, ...more } });

/** Screens and requests agree on whether somebody may approve. */
async function expect(by: Caller, approval: Approval, how: Steering | undefined): Promise<void> {
  const shown = (await by.call(getApproval, { params: { approvalId: approval.id }, query: {} })).body;
  assert.deepEqual([shown.needsAnother, shown.fourEyes], [how, true]);
  if (!how) return void (await resolve(by, approval, 'approve'));
  const refused = { status: 403, code: 'own_run', message: describeSteering(how) };
  await assert.rejects(resolve(by, approval, 'approve'), refused);
}

describe('four eyes bar from approving', () => {
  it('the person who started the run, who may still reject', async () => {
    const first = await asked(await start(starter));
    await expect(starter, first, 'start');
    await expect(other, first, undefined);
    const second = await asked(await start(starter, 'write c.txt: C'));
    assert.equal((await resolve(starter, second, 'reject')).body.approval.status, 'rejected');
  });

  it('people who sent a message, also before a branch', async () => {
    const runId = await start(starter);
    const { id } = await asked(runId);
    await other.call(sendMessage, { params: { runId }, body: { message: 'write d.txt: D' } });
    const approval = await asked(runId, id);
    await expect(other, approval, 'message');
    await expect(starter, approval, 'start');
    const { events } = (await owner.call(getRun, { params: { runId } })).body;
    const event = events.findLast(({ type }) => type === 'message')?.seq ?? 0;
    await third.call(sendMessage, { params: { runId }, body: { message: 'write e.txt: E' } });
    const last = (await owner.call(getRun, { params: { runId } })).body.events.findLast(({ type }) => type === 'message')?.seq ?? 0;
    assert.ok(last > event);
    const branch = await third.call(branchRun, { params: { runId }, body: { event: last, message: 'write f.txt: F' } });
    const branched = await asked(branch.body.run.id);
    await expect(third, branched, 'start');
    await expect(other, branched, 'message');
    await expect(owner, branched, undefined);
  });

  it('people who retried it', async () => {
    const runId = await start(starter);
    const { id } = await asked(runId);
    await starter.call(stopRun, { params: { runId } });
    await other.call(retryRun, { params: { runId }, body: {} });
    const approval = await asked(runId, id);
    await expect(other, approval, 'retry');
    await expect(third, approval, undefined);
  });

  it('people who changed its plan', async () => {
    const runId = await start(starter, 'write g.txt: G', { goal: { constraints: [] } });
    const approval = await asked(runId);
    const { events } = (await owner.call(getRun, { params: { runId } })).body;
    const plan = events.findLast((event) => event.type === 'plan')?.data;
    assert.ok(plan);
    const steps = [...plan.steps, { text: 'Write h.txt', status: 'open' as const }];
    await other.call(changePlan, { params: { runId }, body: { steps, version: plan.version } });
    await expect(other, approval, 'plan');
    await expect(third, approval, undefined);
  });

  it('people who rejected with a note, but not those who rejected without one', async () => {
    const runId = await start(starter, 'write i.txt: I');
    const goOn = (message: string) => starter.call(sendMessage, { params: { runId }, body: { message } });
    await resolve(third, await asked(runId), 'reject');
    await goOn('write j.txt: J');
    await resolve(other, await asked(runId), 'reject', { note: 'Write it in French.' });
    await goOn('write k.txt: K');
    const approval = await asked(runId);
    await expect(other, approval, 'note');
    await expect(third, approval, undefined);
  });

  it('the owner of the schedule that started it, but not the person who ran it early', async () => {
    const settings = { cron: '0 0 1 1 *', timezone: 'UTC', message: 'write m.txt: M', model: 'practice', level: 'supervised' } as const;
    const { schedule } = (await starter.call(createSchedule, { params: { projectId }, body: { name: 'Yearly', ...settings } })).body;
    const { occurrence } = (await owner.call(runSchedule, { params: { scheduleId: schedule.id } })).body;
    const approval = await asked(occurrence.run?.id ?? '');
    await expect(starter, approval, 'schedule');
    await expect(owner, approval, undefined);
  });

  it('the owner of the trigger that started it', async () => {
    const hook = await newTrigger(starter, projectId, { message: 'write n.txt: N' });
    assert.equal((await sendWebhook(testServer, hook)).status, 202);
    const approval = await eventually('it asks', async () =>
      (await owner.call(listApprovals, { query: { project: projectId } })).body.approvals.find(
        ({ run }) => run.origin.id === hook.trigger.id,
      ),
    );
    await expect(starter, approval, 'trigger');
    await expect(other, approval, undefined);
  });

  it('the creator of a token whose service account steered it, and the service account of a person who did', async () => {
    const create = async (name: string) => {
      const wanted = { name, owner: 'organization', role: 'member', scopes: ['read', 'run', 'approve'] } as const;
      return scriptWith(
        (await newToken(owner, { ...wanted, scopes: [...wanted.scopes] }, { organization: organizationId })).secret,
        testServer,
      );
    };
    const [script, second] = await Promise.all([create('First'), create('Second')]);
    const started = await asked(await start(script));
    await expect(script, started, 'start');
    await expect(owner, started, 'token');
    await expect(second, started, 'token');
    await expect(other, started, undefined);
    const own = await asked(await start(owner, 'write o.txt: O'));
    await expect(script, own, 'token');
    const messaged = await start(starter, 'write p.txt: P');
    const { id } = await asked(messaged);
    await script.call(sendMessage, { params: { runId: messaged }, body: { message: 'write q.txt: Q' } });
    const approval = await asked(messaged, id);
    await expect(owner, approval, 'token');
    await expect(other, approval, undefined);
  });
});

describe('four eyes', () => {
  it('end an approval of all calls once its giver steers the run', async () => {
    const runId = await start(starter, 'write r.txt: R');
    await resolve(other, await asked(runId), 'approve', { all: true });
    const ended = () => owner.call(getRun, { params: { runId } }).then(({ body }) => body.run.status === 'done');
    await eventually('it ends', ended);
    await starter.call(sendMessage, { params: { runId }, body: { message: 'write s.txt: S' } });
    await eventually('the approval of all covers it', async () => {
      const { events } = (await owner.call(getRun, { params: { runId } })).body;
      return events.filter(({ type }) => type === 'end').length === 2;
    });
    await other.call(sendMessage, { params: { runId }, body: { message: 'write t.txt: T' } });
    const approval = await asked(runId);
    await expect(other, approval, 'message');
    await expect(third, approval, undefined);
  });

  it('bar nobody where no policy asks for them', async () => {
    const alone = await signUp(testServer, 'Alone');
    const project = await newProject(alone);
    const body = { message: 'write b.txt: B', model: 'practice', level: 'supervised' } as const;
    const { run } = (await alone.call(startRun, { params: { projectId: project.id }, body })).body;
    const approval = await eventually(
      'it asks',
      async () => (await alone.call(listApprovals, { query: { run: run.id } })).body.approvals[0],
    );
    const shown = (await alone.call(getApproval, { params: { approvalId: approval.id }, query: {} })).body;
    assert.deepEqual([shown.needsAnother, shown.fourEyes], [undefined, undefined]);
    assert.equal((await resolve(alone, approval, 'approve')).body.approval.status, 'approved');
  });
});

/** What tokens cannot approve: what their scope does not say, and what their own person started. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readFile, revertChange, saveFile } from '#features/files/contract.ts';
import { listApprovals } from '#features/inbox/contract.ts';
import { acceptInstructions, getInstructions } from '#features/instructions/contract.ts';
import { putPolicy } from '#features/policies/contract.ts';
import { decideApproval, getApproval } from '#features/runs/approvals-contract.ts';
import { answerQuestion, getRun, startRun } from '#features/runs/contract.ts';
import { eventually } from '../../../../test/harness/eventually.ts';
import { newProject, type Person, signUp } from '../../../../test/harness/test-server.ts';
import { newToken, type Script } from './script.ts';
import { here, join, organizationOf, scriptWith } from './setup.ts';

const start = async (by: Person | Script, projectId: string, message: string) =>
  (await by.call(startRun, { params: { projectId }, body: { message, model: 'practice', level: 'supervised' } })).body.run.id;

/** The request for approval of a run, once it waits. */
const asked = (by: Person, runId: string) =>
  eventually('it asks', async () => (await by.call(listApprovals, { query: { run: runId } })).body.approvals[0]);

const approve = (by: Person | Script, { id, hash }: { id: string; hash: string }) =>
  by.call(decideApproval, { params: { approvalId: id }, body: { decision: 'approve', hash } });

describe('a token without the scope approve', () => {
  it('answers no question of a run', async () => {
    const person = await signUp(here);
    const { id: projectId } = await newProject(person);
    const [runs, approves] = await Promise.all(
      (['run', 'approve'] as const).map(async (scope) => scriptWith((await newToken(person, { scopes: [scope] })).secret)),
    );
    const runId = await start(person, projectId, Array(3).fill('list the files').join(' then '));
    const { callId, kind } = await asked(person, runId);
    assert.equal(kind, 'repeated_call');
    const answer = { params: { runId }, body: { callId: callId ?? '', choice: 'allow' as const } };
    await assert.rejects(runs?.call(answerQuestion, answer) ?? Promise.resolve(), { status: 403, code: 'scope_too_small' });
    assert.equal((await approves?.call(answerQuestion, answer))?.status, 202);
  });

  it('accepts no instructions by writing them, or by undoing a change of them', async () => {
    const owner = await signUp(here);
    const { id: projectId } = await newProject(owner);
    const params = { projectId };
    let version: string | undefined;
    const write = async (by: Person | Script, text: string) => {
      const headers: Record<string, string> = version === undefined ? { 'if-none-match': '*' } : { 'if-match': `"${version}"` };
      const { body } = await by.call(saveFile, { params, query: { path: 'AGENTS.md' }, body: text }, { headers });
      version = body.file.version;
      return body.change?.id ?? '';
    };
    const read = async () => (await owner.call(getInstructions, { params })).body;
    const [writes, accepts] = await Promise.all(
      [['write' as const], ['write' as const, 'approve' as const]].map(async (scopes) =>
        scriptWith((await newToken(owner, { scopes })).secret),
      ),
    );
    assert.ok(writes && accepts);
    await write(owner, 'By a person.');
    assert.equal((await read()).waits, false);
    const changeId = await write(writes, 'By a token.');
    const { waits, newest } = await read();
    assert.equal(waits, true);
    const accept = (by: Person | Script) => by.call(acceptInstructions, { params, body: { number: newest?.number ?? 0 } });
    await assert.rejects(accept(writes), { status: 403, code: 'scope_too_small' });
    await accept(owner);
    const undone = (await writes.call(revertChange, { params: { changeId } })).body.change;
    assert.deepEqual([(await read()).newest?.number, (await read()).waits], [undone.number, true]);
    const current = await owner.call(readFile, { params, query: { path: 'AGENTS.md' } });
    version = current.headers.get('etag')?.replaceAll('"', '');
    await write(accepts, 'By another token.');
    assert.equal((await read()).waits, false);
  });
});

describe('four eyes', () => {
  it('take a token of an organization and the admin who created it for one person', async () => {
    const owner = await signUp(here);
    const organization = await organizationOf(owner);
    const [admin, another] = [await join(organization, 'admin'), await join(organization, 'admin')];
    const { id: projectId } = await newProject(owner);
    await owner.call(putPolicy, { query: {}, body: { basedOn: 0, policy: { fourEyes: true } } });
    const tokenOf = async (person: Person) => {
      const wanted = { owner: 'organization', role: 'member', scopes: ['read', 'run', 'approve'] } as const;
      return scriptWith((await newToken(person, { ...wanted, scopes: [...wanted.scopes] }, { organization })).secret);
    };
    const [own, second, others] = [await tokenOf(admin), await tokenOf(admin), await tokenOf(another)];
    const ownRun = { status: 403, code: 'own_run' };
    const pairs = [
      [admin, own],
      [own, admin],
      [own, second],
    ] as const;
    for (const [at, [starter, same]] of pairs.entries()) {
      const runId = await start(starter, projectId, `write ${at}.txt: A`);
      const approval = await asked(owner, runId);
      await assert.rejects(approve(same, approval), ownRun);
      const shown = (await same.call(getApproval, { params: { approvalId: approval.id } })).body;
      assert.equal(shown.needsAnother, 'token');
      await approve(others, approval);
      await eventually('it ends', async () => (await owner.call(getRun, { params: { runId } })).body.run.status, 'done');
    }
  });
});

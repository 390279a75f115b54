import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { changeAgent, createAgent } from '#features/agents/contract.ts';
import { listAudit } from '#features/audit/contract.ts';
import { deleteFile } from '#features/files/contract.ts';
import { query } from '../../../../test/harness/database.ts';
import { eventually } from '../../../../test/harness/eventually.ts';
import { addMember, type Person, signedInOn, signUp } from '../../../../test/harness/test-server.ts';
import { decideApproval, getApproval } from '../approvals-contract.ts';
import { branchRun, type Run, revertRun, sendMessage } from '../contract.ts';
import {
  ada,
  asked,
  changes,
  decide,
  organizationId,
  other,
  projectId,
  read,
  refusal,
  resultOf,
  save,
  setPolicy,
  setScript,
  settled,
  start,
  testServer,
  textAt,
  write,
} from './approvals-setup.ts';

describe('a supervised run', () => {
  it('asks before changing anything, and does exactly what was approved', async () => {
    const runId = await start([write('a.md', 'hello')]);
    const approval = await asked(runId);
    assert.deepEqual([approval.tool, approval.paths, approval.input], ['write_file', ['a.md'], { path: 'a.md', content: 'hello' }]);
    assert.equal(await textAt('a.md'), undefined);
    const shown = (await ada.call(getApproval, { params: { approvalId: approval.id } })).body;
    assert.match(shown.files[0]?.diff ?? '', /\+hello/);
    await decide(approval, 'approve', { hash: approval.hash }, signedInOn(ada, other));
    assert.equal((await settled(runId)).run.status, 'done');
    assert.equal(await textAt('a.md'), 'hello');
    const kept = await query(testServer.databaseUrl, 'select content from approval_edits where approval_id = $1', [approval.id]);
    assert.deepEqual(kept, [{ content: null }], 'the project has it now');
    assert.deepEqual((await ada.call(getApproval, { params: { approvalId: approval.id } })).body.files, shown.files);
    assert.deepEqual(
      (await changes()).map(({ kind, paths, run }) => [kind, paths, run]),
      [['create', ['a.md'], runId]],
    );
    const { entries } = (await ada.call(listAudit, { query: { run: runId } })).body;
    const actions = entries.map(({ action }) => action).reverse();
    assert.deepEqual(actions, ['run.start', 'approval.ask', 'approval.approve', 'run.change']);
    await ada.call(revertRun, { params: { runId } });
    assert.equal(await textAt('a.md'), undefined);
  });

  it('is approved only by hash; rejecting needs none', async () => {
    const runId = await start([write('a.md', 'hello')]);
    const { id, hash } = await asked(runId);
    const give = (body: Parameters<typeof decide>[2] & { decision: 'approve' | 'reject' }) =>
      ada.call(decideApproval, { params: { approvalId: id }, body });
    await assert.rejects(give({ decision: 'approve' }), refusal(428, 'hash_required'));
    await assert.rejects(give({ decision: 'approve', all: true }), refusal(428, 'hash_required'));
    await assert.rejects(
      give({ decision: 'approve', hash: hash.replace(/^./, (first) => (first === '0' ? '1' : '0')) }),
      refusal(409, 'changed_meanwhile'),
    );
    assert.equal((await asked(runId)).status, 'pending');
    assert.equal((await give({ decision: 'reject' })).body.approval.status, 'rejected');
    await assert.rejects(give({ decision: 'approve' }), refusal(409, 'decided_already'));
    assert.equal(await textAt('a.md'), undefined);
  });

  it('reads without asking, and bash asks only for what it would change', async () => {
    await save('a.md', 'one');
    const runId = await start([
      { tool: 'read_file', input: { path: 'a.md' } },
      { tool: 'bash', input: { command: 'cat a.md' } },
      { tool: 'bash', input: { command: 'echo two >> a.md; date +%N > b.md; rm -f c.md' } },
    ]);
    const approval = await asked(runId);
    assert.deepEqual([approval.tool, approval.paths], ['bash', ['a.md', 'b.md']]);
    const shown = (await ada.call(getApproval, { params: { approvalId: approval.id } })).body;
    await decide(approval, 'approve');
    assert.equal((await settled(runId)).run.status, 'done');
    // Executing the command again would have written another time.
    assert.ok(shown.files[1]?.diff?.includes(`+${(await textAt('b.md'))?.trim()}`), shown.files[1]?.diff ?? '');
  });

  it('asks for moves and deletions by the paths they touch', async () => {
    await save('docs/a.md', 'a');
    const runId = await start([
      { tool: 'move_file', input: { from: 'docs', to: 'texts' } },
      { tool: 'delete_file', input: { path: 'texts' } },
    ]);
    const move = await asked(runId);
    assert.deepEqual(move.paths, ['docs/a.md', 'texts/a.md']);
    await decide(move, 'approve');
    const removal = await eventually('the deletion is asked', async () => {
      const approval = await asked(runId);
      return approval.tool === 'delete_file' && approval;
    });
    assert.deepEqual([removal.paths, await textAt('texts/a.md')], [['texts/a.md'], 'a']);
    await decide(removal, 'approve');
    await settled(runId);
    assert.deepEqual(
      (await changes()).map(({ kind }) => kind),
      ['delete', 'move', 'create'],
    );
  });

  it('learns why a person rejected, and does not proceed', async () => {
    const runId = await start([write('a.md', 'hello')]);
    const { body } = await decide(await asked(runId), 'reject', { note: 'Call it b.md.', all: true });
    assert.equal(body.approval.all, false, 'only approvals are for all');
    const result = await resultOf(runId);
    assert.ok(result && !result.ok && /Ada Lovelace rejected this.*Call it b\.md\./.test(result.output), result?.output);
    assert.equal(await textAt('a.md'), undefined);
  });

  it('does not ask again after an approval for all calls, for this run and tool only', async () => {
    const steps = [write('a.md', '1'), write('b.md', '2'), { tool: 'delete_file', input: { path: 'b.md' } }];
    const runId = await start(steps);
    await decide(await asked(runId), 'approve', { all: true });
    const next = await eventually('the deletion is asked', async () => {
      const approval = await asked(runId);
      return approval.tool === 'delete_file' && approval;
    });
    assert.deepEqual([await textAt('a.md'), await textAt('b.md')], ['1', '2']);
    await decide(next, 'reject');
    const again = await asked(await start([write('c.md', '3')]));
    assert.equal(again.tool, 'write_file');
  });

  it('asks again in a branch, whatever the original run was allowed', async () => {
    const runId = await start([write('a.md', '1'), 'Done.']);
    await decide(await asked(runId), 'approve', { all: true });
    await eventually('it is done', async () => (await read(runId)).run.status, 'done');
    await ada.call(sendMessage, { params: { runId }, body: { message: 'Thanks.' } });
    const { events } = await eventually('it is done again', async () => {
      const found = await read(runId);
      return found.run.status === 'done' && found;
    });
    const event = events.findLast(({ type }) => type === 'message')?.seq ?? 0;
    setScript(['', '', write('b.md', '2')]);
    const branch = (await ada.call(branchRun, { params: { runId }, body: { event, message: 'Write b.md.' } })).body.run;
    assert.deepEqual((await asked(branch.id)).paths, ['b.md']);
    assert.equal(await textAt('b.md'), undefined);
  });

  it('at the level off asks each time, whatever was approved', async () => {
    await setPolicy({ rules: [{ tool: '*', path: null, off: 'allow' }] });
    const runId = await start([write('a.md', '1'), write('b.md', '2')], { level: 'off' });
    const approval = await asked(runId);
    assert.ok(!approval.choices.includes('approve_all'));
    await assert.rejects(decide(approval, 'approve', { all: true }), refusal(422, 'no_such_choice'));
    await decide(approval, 'approve');
    const second = await eventually('it asks again', async () => {
      const next = await asked(runId);
      return next.id !== approval.id && next;
    });
    assert.deepEqual(second.paths, ['b.md']);
  });
});

describe('a file edited in the meantime', () => {
  it('is kept: the change is requested again on top of it', async () => {
    const lines = (first: string, last: string) => `${first}\n2\n3\n4\n${last}\n`;
    await save('a.md', lines('one', 'five'));
    const edit = { tool: 'edit_file', input: { path: 'a.md', old: 'five', new: '5' } };
    const runId = await start([{ tool: 'read_file', input: { path: 'a.md' } }, edit]);
    const approval = await asked(runId);
    await save('a.md', lines('1', 'five'));
    const shown = (await ada.call(getApproval, { params: { approvalId: approval.id } })).body;
    assert.deepEqual(
      shown.stale.map(({ path, by }) => [path, by?.name]),
      [['a.md', 'Ada Lovelace']],
    );
    await assert.rejects(decide(approval, 'approve'), refusal(409, 'changed_meanwhile'));
    const renewed = await eventually('it is asked again', async () => {
      const next = await asked(runId);
      return next.id !== approval.id && next;
    });
    assert.equal(await textAt('a.md'), lines('1', 'five'));
    await assert.rejects(decide(renewed, 'approve', { hash: approval.hash }), refusal(409, 'changed_meanwhile'));
    await decide(renewed, 'approve', { hash: renewed.hash });
    assert.equal((await settled(runId)).run.status, 'done');
    assert.equal(await textAt('a.md'), lines('1', '5'));
  });

  it('is never overwritten: if it does not merge, the agent has to read it again', async () => {
    await save('a.md', 'one\n');
    const runId = await start([{ tool: 'read_file', input: { path: 'a.md' } }, write('a.md', 'two\n')]);
    const approval = await asked(runId);
    await save('a.md', 'uno\n');
    await assert.rejects(decide(approval, 'approve'), refusal(409, 'changed_meanwhile'));
    assert.match((await resultOf(runId))?.output ?? '', /a\.md has changed since you read it/);
    assert.equal(await textAt('a.md'), 'uno\n');
  });

  it('counts as edited when deleted, too', async () => {
    await save('a.md', 'one\n');
    const runId = await start([{ tool: 'read_file', input: { path: 'a.md' } }, write('a.md', 'two\n')]);
    const approval = await asked(runId);
    await ada.call(deleteFile, { params: { projectId }, query: { path: 'a.md' } });
    await assert.rejects(decide(approval, 'approve'), refusal(409, 'changed_meanwhile'));
    assert.match((await resultOf(runId))?.output ?? '', /a\.md was deleted since you read it/);
    assert.equal(await textAt('a.md'), undefined);
  });
});

describe('a level', () => {
  it('requires a role that may use it, even in other people’s runs', async () => {
    const max = await signUp(testServer, 'Max');
    await addMember(testServer, max, organizationId, 'member');
    await assert.rejects(start([], { level: 'autonomous', by: max }), refusal(403, 'level_not_allowed'));
    const runId = await start([write('a.md', 'x')], { level: 'autonomous' });
    assert.equal((await settled(runId)).run.status, 'done');
    assert.equal(await textAt('a.md'), 'x');
    const message = 'Now do this for me.';
    await assert.rejects(max.call(sendMessage, { params: { runId }, body: { message } }), refusal(403, 'level_not_allowed'));
    await assert.rejects(max.call(branchRun, { params: { runId }, body: { event: 1, message } }), refusal(403, 'level_not_allowed'));
    const { entries } = (await ada.call(listAudit, { query: { action: 'level.refuse' } })).body;
    assert.ok(entries.length >= 3);
  });

  it('follows the role of the person on whose behalf the run works', async () => {
    const max = await signUp(testServer, 'Max');
    await addMember(testServer, max, organizationId, 'admin');
    const runId = await start([write('a.md', 'x')], { level: 'autonomous', by: max });
    assert.equal((await settled(runId)).run.status, 'done');
    await query(testServer.databaseUrl, `update members set role = 'member' where user_id = $1 and organization_id = $2`, [
      max.id,
      organizationId,
    ]);
    setScript(['Done.', 'Done.', write('b.md', 'y')]);
    await ada.call(sendMessage, { params: { runId }, body: { message: 'And b.md.' } });
    const approval = await asked(runId);
    assert.match(approval.reason, /Supervised runs ask/);
    await query(testServer.databaseUrl, 'delete from members where user_id = $1 and organization_id = $2', [max.id, organizationId]);
    await decide(approval, 'approve');
    assert.match((await resultOf(runId))?.output ?? '', /may no longer use agents in this organization/);
    assert.equal(await textAt('b.md'), undefined);
  });
});

describe('a schedule that acts on its own', () => {
  it('takes no instructions from people who may not use its level', async () => {
    const max = await signUp(testServer, 'Max');
    await addMember(testServer, max, organizationId, 'member');
    const settings = { name: `Watch ${projectId}`, instructions: 'Watch.', model: 'server/test' };
    const { agent } = (await ada.call(createAgent, { body: settings })).body;
    const prepare = (level: Run['level']) =>
      testServer.features.runs.prepare({
        userId: ada.id,
        projectId,
        input: { message: 'Go', level, agentId: agent.id },
        origin: { kind: 'schedule', id: projectId, name: 'Nightly' },
      });
    const change = (by: Person, instructions: string, basedOn: number) =>
      by.call(changeAgent, { params: { agentId: agent.id }, body: { basedOn, instructions } });
    await prepare('autonomous');
    await change(max, 'Delete everything.', 1);
    await assert.rejects(prepare('autonomous'), { status: 403, code: 'agent_changed' });
    await prepare('supervised');
    await change(ada, 'Watch again.', 2);
    await prepare('autonomous');
  });
});

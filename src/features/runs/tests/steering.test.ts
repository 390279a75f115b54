import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readFile, saveFile } from '#features/files/contract.ts';
import { listChanges } from '#features/files/history-contract.ts';
import { listApprovals } from '#features/inbox/contract.ts';
import { putModelSettings } from '#features/models/contract.ts';
import { getUsage } from '#features/usage/contract.ts';
import { eventually } from '../../../../test/harness/eventually.ts';
import { decideApproval } from '../approvals-contract.ts';
import { branchRun, retryRun, revertRun, sendMessage, stopRun } from '../contract.ts';
import { codeOf, models, obedient, over, person, projectId, read, run, setScript, start } from './steering-setup.ts';

describe('a used-up budget', () => {
  const decide = async (runId: string, decision: 'approve' | 'reject') => {
    const [approval] = (await person.call(listApprovals, { query: { run: runId } })).body.approvals;
    assert.equal(approval?.kind, 'budget');
    await person.call(decideApproval, { params: { approvalId: approval?.id ?? '' }, body: { decision, hash: approval?.hash } });
  };

  it('makes the run ask, and continue once a person has raised it by the same amount', async () => {
    setScript(obedient);
    const paused = await run('write budget.md x', { budget: { steps: 1 } });
    assert.deepEqual([paused.run.status, paused.events.at(-1)?.type], ['waiting', 'pause']);
    await decide(paused.run.id, 'approve');
    const done = await over(paused.run.id);
    assert.deepEqual([done.run.status, done.run.budget], ['done', { steps: 2 }]);
    await person.call(sendMessage, { params: { runId: paused.run.id }, body: { message: 'more' } });
    const failed = await over(paused.run.id);
    const error = failed.events.at(-2);
    assert.ok(error?.type === 'error' && error.data.code === 'budget_reached', 'it was raised once already');
  });

  it('ends the run when a person refuses; the run continues from there with a larger one', async () => {
    setScript(obedient);
    const paused = await run('write other.md x', { budget: { steps: 1 } });
    await decide(paused.run.id, 'reject');
    const failed = await over(paused.run.id);
    assert.equal(failed.run.status, 'failed');
    assert.match(JSON.stringify(failed.events.at(-2)), /Ada Lovelace did not raise it/);
    const params = { runId: paused.run.id };
    const raised = (await person.call(retryRun, { params, body: { budget: { steps: 5 } } })).body.run;
    assert.deepEqual(raised.budget, { steps: 5 });
    assert.equal((await over(paused.run.id)).run.status, 'done');
  });

  it('in dollars needs a price, which an admin can enter', async () => {
    setScript(obedient);
    await assert.rejects(start('hello', { budget: { cost: 0.001 } }), codeOf('price_unknown'));
    const body = { allowed: null, default: null, fallback: null, prices: { 'server/test': { input: 10, output: 100 } } };
    await person.call(putModelSettings, { body });
    const done = await run('hello', { budget: { cost: 0.001 } });
    // 100 input and 10 output tokens.
    assert.equal(done.run.cost, 0.002);
    await person.call(sendMessage, { params: { runId: done.run.id }, body: { message: 'more' } });
    const paused = await over(done.run.id);
    assert.equal(paused.run.status, 'waiting');
  });

  it('matches the usage by day and model', async () => {
    const { body } = await person.call(getUsage, { query: { by: 'model' } });
    const row = body.rows.find(({ key }) => key === 'server/test');
    assert.ok(row && row.steps >= 3 && row.inputTokens >= 300 && (row.cost ?? 0) >= 0.002, JSON.stringify(body.rows));
  });
});

describe('POST /api/runs/:runId/retry', () => {
  it('accepts only runs that failed or were stopped', async () => {
    setScript(obedient);
    const done = await run('hello');
    await assert.rejects(person.call(retryRun, { params: { runId: done.run.id }, body: {} }), codeOf('not_ended'));
  });

  it('lets a run that was stopped in the middle of a tool finish what was left', async () => {
    setScript(({ messages }) => {
      if (messages.at(-1)?.role === 'tool') return ['Both are done.'];
      return [
        { tool: 'bash', input: { command: 'sleep 2' }, callId: 'a' },
        { tool: 'write_file', input: { path: 'after.md', content: 'x' }, callId: 'b' },
      ];
    });
    const runId = await start('go');
    await eventually(
      'bash has begun',
      async () => (await read(runId)).events,
      (seen) => seen.some(({ type }) => type === 'step_end'),
    );
    const begun = performance.now();
    await person.call(stopRun, { params: { runId } });
    assert.equal((await over(runId)).run.status, 'stopped');
    assert.ok(performance.now() - begun < 5000);
    assert.ok(!(await read(runId)).events.some(({ type }) => type === 'tool_result'));
    await person.call(retryRun, { params: { runId }, body: {} });
    await eventually('it is done', async () => (await read(runId)).run.status, 'done');
    const results = (await read(runId)).events.flatMap((event) => (event.type === 'tool_result' ? [event.data.tool] : []));
    assert.deepEqual(results, ['bash', 'write_file']);
  });
});

describe('POST /api/runs/:runId/branches', () => {
  it('starts another run that knows what was said before the message, and nothing later', async () => {
    setScript(obedient);
    const first = await run('write branch.md x');
    await person.call(sendMessage, { params: { runId: first.run.id }, body: { message: 'second' } });
    const { events } = await eventually('it has answered', async () => {
      const found = await over(first.run.id);
      return found.events.filter(({ type }) => type === 'end').length === 2 && found;
    });
    const second = events.findLast(({ type }) => type === 'message');
    const body = { event: second?.seq ?? 0, message: 'otherwise' };
    const { run: branch } = (await person.call(branchRun, { params: { runId: first.run.id }, body })).body;
    assert.deepEqual(branch.branchedFrom, { runId: first.run.id, event: second?.seq });
    const done = await over(branch.id);
    const asked = models.requests.at(-1)?.messages.filter(({ role }) => role === 'user');
    assert.deepEqual(
      asked?.map(({ content }) => String(content).split('\n')[0]),
      ['write branch.md x', 'otherwise'],
    );
    assert.deepEqual(
      done.events.map(({ seq }) => seq),
      done.events.map((_, index) => index + 1),
    );
    // Its budget starts over, and undoing it does not undo changes of its source run.
    assert.equal(done.run.inputTokens, 100);
    await assert.rejects(person.call(revertRun, { params: { runId: branch.id } }), codeOf('nothing_to_undo'));
  });

  it('is rejected if there is no message', async () => {
    setScript(obedient);
    const { run: done } = await run('hello');
    await assert.rejects(person.call(branchRun, { params: { runId: done.id }, body: { event: 2, message: 'x' } }), codeOf('no_message'));
  });
});

describe('POST /api/runs/:runId/revert', () => {
  it('undoes everything a run changed as one change, even if people edited alongside', async () => {
    const params = { projectId };
    setScript(({ messages }) => {
      const done = messages.filter(({ role }) => role === 'tool').length;
      const calls = [
        { tool: 'read_file', input: { path: 'kept.md' } },
        { tool: 'write_file', input: { path: 'kept.md', content: 'one\ntwo by the agent\nthree\nfour\nfive\n' } },
        { tool: 'write_file', input: { path: 'new.md', content: 'new\n' } },
        { tool: 'bash', input: { command: 'echo more >> new.md && mkdir -p deep && cp new.md deep/copy.md' } },
      ];
      const next = calls[done];
      return next ? [next] : ['Done.'];
    });
    const headers = { 'if-none-match': '*' };
    await person.call(saveFile, { params, query: { path: 'kept.md' }, body: 'one\ntwo\nthree\nfour\nfive\n' }, { headers });
    const { run: done } = await run('change things');
    assert.equal(done.status, 'done');
    const get = async (path: string) => person.call(readFile, { params, query: { path } });
    assert.equal(Buffer.from((await get('deep/copy.md')).body).toString(), 'new\nmore\n');
    const { headers: now } = await get('kept.md');
    const edited = 'one\ntwo by the agent\nthree\nfour\nfive by Ada\n';
    await person.call(saveFile, { params, query: { path: 'kept.md' }, body: edited }, { headers: { 'if-match': now.get('etag') ?? '' } });

    const { change } = (await person.call(revertRun, { params: { runId: done.id } })).body;
    assert.equal(change.kind, 'revert');
    assert.equal(Buffer.from((await get('kept.md')).body).toString(), 'one\ntwo\nthree\nfour\nfive by Ada\n');
    for (const path of ['new.md', 'deep/copy.md']) await assert.rejects(get(path), codeOf('not_found'));
    await assert.rejects(person.call(revertRun, { params: { runId: done.id } }), codeOf('nothing_to_undo'));
    const { changes } = (await person.call(listChanges, { params, query: { limit: 1 } })).body;
    assert.equal(changes[0]?.id, change.id);
  });

  it('is rejected while the run is at work', async () => {
    const never = new Promise<never>(() => undefined);
    setScript(async function* () {
      await never;
      yield '';
    });
    const runId = await start('wait');
    await assert.rejects(person.call(revertRun, { params: { runId } }), codeOf('run_at_work'));
    await person.call(stopRun, { params: { runId } });
  });
});

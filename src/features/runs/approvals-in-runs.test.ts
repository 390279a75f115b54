import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { changeAgent, createAgent } from '#features/agents/contract.ts';
import { listAudit } from '#features/audit/contract.ts';
import { deleteFile, listChanges, readFile, saveFile } from '#features/files/contract.ts';
import { listApprovals } from '#features/inbox/contract.ts';
import { getPolicy, putPolicy } from '#features/policies/contract.ts';
import type { Policy } from '#features/policies/policy.ts';
import { ProblemError } from '#wire/call.ts';
import { query } from '../../../test/harness/database.ts';
import { eventually } from '../../../test/harness/eventually.ts';
import { type ModelServerPart, type ModelServerRequest, openModelServer } from '../../../test/harness/model-server.ts';
import { addMember, type House, newProject, openHouse, type Person, signUp, visit } from '../../../test/harness/test-server.ts';
import { type Approval, decideApproval, getApproval } from './approvals-contract.ts';
import { answerQuestion, branchRun, getRun, type Run, retryRun, revertRun, sendMessage, startRun, stopRun } from './contract.ts';
import { getAutonomy } from "#features/inbox/overview-contract.ts";

type Call = { tool: string; input: unknown };

/** What the model asks for, step after step; then it says that it is done. */
let script: (Call | Call[] | string)[] = [];
let models: Awaited<ReturnType<typeof openModelServer>>;
let house: House;
let other: House;
let ada: Person;
let organizationId: string;
let projectId: string;

function answer({ messages }: ModelServerRequest): ModelServerPart[] {
  const step = script[messages.filter(({ role }) => role === 'assistant').length] ?? 'Done.';
  return typeof step === 'string' ? [step] : [step].flat();
}

before(async () => {
  models = await openModelServer(answer);
  house = await openHouse({ env: { MODEL_SERVER_URL: models.url } });
  other = await openHouse({ databaseUrl: house.databaseUrl, env: { MODEL_SERVER_URL: models.url } });
  ada = await signUp(house);
});
after(async () => {
  await house.close();
  await other.close();
  await models.close();
});
beforeEach(async () => {
  const project = await newProject(ada);
  [organizationId, projectId] = [project.organizationId, project.id];
  await setPolicy({});
});

const write = (path: string, content: string): Call => ({ tool: 'write_file', input: { path, content } });
async function setPolicy(said: Partial<Policy>): Promise<void> {
  const { version } = (await ada.call(getPolicy, { query: {} })).body;
  await ada.call(putPolicy, { query: {}, body: { basedOn: version, policy: { rules: [], levels: {}, dailyBudgets: {}, ...said } } });
}
async function start(
  steps: typeof script,
  { level = 'supervised' as Run['level'], by = ada, budget = {} as Run['budget'] } = {},
): Promise<string> {
  script = steps;
  const body = { message: 'Go', model: 'server/test', level, budget };
  return (await by.call(startRun, { params: { projectId }, body })).body.run.id;
}
const read = async (runId: string) => (await ada.call(getRun, { params: { runId } })).body;
const settled = (runId: string) =>
  eventually('the run waits or has ended', async () => {
    const found = await read(runId);
    return !['queued', 'running'].includes(found.run.status) && found;
  });
async function asked(runId: string): Promise<Approval> {
  const { run, events } = await settled(runId);
  assert.equal(run.status, 'waiting', JSON.stringify(events.at(-2)));
  const [approval] = (await ada.call(listApprovals, { query: { run: runId } })).body.approvals;
  assert.ok(approval, 'nothing is asked');
  return approval;
}
const decide = (
  { id, hash }: Approval,
  decision: 'approve' | 'reject',
  more: { note?: string; all?: boolean; hash?: string } = {},
  by = ada,
) => by.call(decideApproval, { params: { approvalId: id }, body: { decision, hash, ...more } });
const refusal = (status: number, code: string) => (error: unknown) =>
  error instanceof ProblemError && error.problem.status === status && error.problem.code === code;
const textAt = async (path: string): Promise<string | undefined> => {
  const found = await ada.call(readFile, { params: { projectId }, query: { path } }).catch(() => undefined);
  return found && Buffer.from(found.body).toString();
};
const save = async (path: string, content: string): Promise<void> => {
  const current = await ada.browser.fetch(`/api/projects/${projectId}/file?path=${path}`);
  const headers: Record<string, string> = current.ok ? { 'if-match': current.headers.get('etag') ?? '' } : { 'if-none-match': '*' };
  await ada.call(saveFile, { params: { projectId }, query: { path }, body: content }, { headers });
};
const changes = async () => (await ada.call(listChanges, { params: { projectId }, query: {} })).body.changes;
const resultOf = async (runId: string) =>
  (await settled(runId)).events.flatMap((event) => (event.type === 'tool_result' ? [event.data] : [])).at(-1);

describe('a supervised run', () => {
  it('asks before it changes anything, and does exactly what was approved', async () => {
    const runId = await start([write('a.md', 'hello')]);
    const approval = await asked(runId);
    assert.deepEqual([approval.tool, approval.paths, approval.input], ['write_file', ['a.md'], { path: 'a.md', content: 'hello' }]);
    assert.equal(await textAt('a.md'), undefined);
    const shown = (await ada.call(getApproval, { params: { approvalId: approval.id } })).body;
    assert.match(shown.files[0]?.diff ?? '', /\+hello/);
    await decide(approval, 'approve', { hash: approval.hash }, visit(ada, other));
    assert.equal((await settled(runId)).run.status, 'done');
    assert.equal(await textAt('a.md'), 'hello');
    const kept = await query(house.databaseUrl, 'select content from approval_edits where approval_id = $1', [approval.id]);
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

  it('approves only what is named by its hash; rejecting needs none', async () => {
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
    // Carried out again, the command would have written another time.
    assert.ok(shown.files[1]?.diff?.includes(`+${(await textAt('b.md'))?.trim()}`), shown.files[1]?.diff ?? '');
  });

  it('asks for a move and a deletion by the paths they touch', async () => {
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

  it('reads why a person rejected, and does not do it', async () => {
    const runId = await start([write('a.md', 'hello')]);
    const { body } = await decide(await asked(runId), 'reject', { note: 'Call it b.md.', all: true });
    assert.equal(body.approval.all, false, 'only approvals are for all');
    const result = await resultOf(runId);
    assert.ok(result && !result.ok && /Ada Lovelace rejected this.*Call it b\.md\./.test(result.output), result?.output);
    assert.equal(await textAt('a.md'), undefined);
  });

  it('does not ask again for what was approved for all, in this run only and for this tool only', async () => {
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

  it('asks again in a branch, whatever was approved for all where it comes from', async () => {
    const runId = await start([write('a.md', '1'), 'Done.']);
    await decide(await asked(runId), 'approve', { all: true });
    await eventually('it is done', async () => (await read(runId)).run.status, 'done');
    await ada.call(sendMessage, { params: { runId }, body: { message: 'Thanks.' } });
    const { events } = await eventually('it is done again', async () => {
      const found = await read(runId);
      return found.run.status === 'done' && found;
    });
    const event = events.findLast(({ type }) => type === 'message')?.seq ?? 0;
    script = ['', '', write('b.md', '2')];
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

describe('what was edited meanwhile', () => {
  it('is kept: the change is asked for again on top of it', async () => {
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

  it('is never overwritten: where it does not merge, the agent has to read again', async () => {
    await save('a.md', 'one\n');
    const runId = await start([{ tool: 'read_file', input: { path: 'a.md' } }, write('a.md', 'two\n')]);
    const approval = await asked(runId);
    await save('a.md', 'uno\n');
    await assert.rejects(decide(approval, 'approve'), refusal(409, 'changed_meanwhile'));
    assert.match((await resultOf(runId))?.output ?? '', /a\.md was changed by somebody since you read it/);
    assert.equal(await textAt('a.md'), 'uno\n');
  });

  it('counts when it was deleted, too', async () => {
    await save('a.md', 'one\n');
    const runId = await start([{ tool: 'read_file', input: { path: 'a.md' } }, write('a.md', 'two\n')]);
    const approval = await asked(runId);
    await ada.call(deleteFile, { params: { projectId }, query: { path: 'a.md' } });
    await assert.rejects(decide(approval, 'approve'), refusal(409, 'changed_meanwhile'));
    assert.match((await resultOf(runId))?.output ?? '', /a\.md was deleted by somebody/);
    assert.equal(await textAt('a.md'), undefined);
  });
});

describe('there is no way around an approval:', () => {
  it('another organization’s is not there', async () => {
    const eve = await signUp(house, 'Eve');
    const approval = await asked(await start([write('a.md', 'x')]));
    await assert.rejects(decide(approval, 'approve', {}, eve), refusal(404, 'not_found'));
    assert.deepEqual((await eve.call(listApprovals, {})).body.approvals, []);
  });

  it('a viewer cannot approve, nor a member where the policy wants an admin', async () => {
    const [vera, max] = [await signUp(house, 'Vera'), await signUp(house, 'Max')];
    await addMember(house, vera, organizationId, 'viewer');
    await addMember(house, max, organizationId, 'member');
    await setPolicy({ approvers: 'admin' });
    const approval = await asked(await start([write('a.md', 'x')]));
    await assert.rejects(decide(approval, 'approve', {}, vera), refusal(403, 'role_too_small'));
    await assert.rejects(decide(approval, 'approve', {}, max), refusal(403, 'role_too_small'));
    await setPolicy({});
    await decide(approval, 'approve', {}, max);
  });

  it('two people at once: one decides, the other learns who and when', async () => {
    const max = await signUp(house, 'Max');
    await addMember(house, max, organizationId, 'member');
    const runId = await start([write('a.md', 'x')]);
    const approval = await asked(runId);
    const answers = await Promise.allSettled([
      decide(approval, 'approve', {}, ada),
      decide(approval, 'approve', {}, visit(max, other)),
      decide(approval, 'approve', {}, visit(ada, other)),
    ]);
    const refused = answers.flatMap((one) => (one.status === 'rejected' ? [one.reason as ProblemError] : []));
    assert.equal(refused.length, 2);
    for (const { problem } of refused) {
      assert.deepEqual([problem.status, problem.code], [409, 'decided_already']);
      assert.match(JSON.stringify(problem), /"by":\{"id":"[^"]+","name":"(Ada Lovelace|Max)"\}.*"at":"20/);
    }
    assert.equal((await settled(runId)).run.status, 'done');
    assert.equal((await changes()).length, 1);
  });

  it('a stopped run takes none, and asks anew when it goes on', async () => {
    const runId = await start([write('a.md', 'x')]);
    const approval = await asked(runId);
    await ada.call(stopRun, { params: { runId } });
    await assert.rejects(decide(approval, 'approve'), refusal(409, 'not_waiting'));
    await ada.call(retryRun, { params: { runId }, body: {} });
    const renewed = await asked(runId);
    assert.notEqual(renewed.id, approval.id);
    assert.equal(await textAt('a.md'), undefined);
    await decide(renewed, 'reject');
  });

  it('a stop after it was given takes it back: the run asks anew when it goes on', async () => {
    const runId = await start([write('a.md', 'x')]);
    const approval = await asked(runId);
    await ada.call(stopRun, { params: { runId } });
    // As if somebody had approved right before the stop.
    const by = JSON.stringify({ id: ada.id, name: 'Ada Lovelace' });
    const events = `update run_events set seq = seq + 1 where run_id = $1 and type = 'end'`;
    const answer = `insert into run_events (run_id, seq, type, data) select $1, max(seq) - 1, 'answer',
      jsonb_build_object('callId', (select call_id from approvals where id = $2), 'choice', 'approve', 'by', $3::jsonb)
      from run_events where run_id = $1`;
    await query(house.databaseUrl, events, [runId]);
    await query(house.databaseUrl, answer, [runId, approval.id, by]);
    await query(house.databaseUrl, 'update runs set last_event = last_event + 1 where id = $1', [runId]);
    await query(house.databaseUrl, `update approvals set status = 'approved', decided_by = $2 where id = $1`, [approval.id, ada.id]);
    await ada.call(retryRun, { params: { runId }, body: {} });
    const renewed = await asked(runId);
    assert.notEqual(renewed.id, approval.id);
    assert.equal(await textAt('a.md'), undefined);
    await decide(renewed, 'reject');
  });

  it('a message instead withdraws it', async () => {
    const runId = await start([write('a.md', 'x')]);
    const approval = await asked(runId);
    await ada.call(sendMessage, { params: { runId }, body: { message: 'Never mind.' } });
    await assert.rejects(decide(approval, 'approve'), refusal(409, 'not_waiting'));
    assert.equal((await settled(runId)).run.status, 'done');
    assert.equal(await textAt('a.md'), undefined);
    const { entries } = (await ada.call(listAudit, { query: { run: runId, action: 'approval.withdraw' } })).body;
    assert.deepEqual(
      entries.map(({ subject }) => subject?.name),
      ['write_file a.md'],
    );
  });

  it('it cannot be given as the answer to another kind of question', async () => {
    const runId = await start([write('a.md', 'x')]);
    await asked(runId);
    const { events } = await read(runId);
    const question = events.at(-1);
    const callId = question?.type === 'question' ? question.data.callId : '';
    const given = ada.call(answerQuestion, { params: { runId }, body: { callId, choice: 'allow' } });
    await assert.rejects(given, refusal(409, 'no_such_choice'));
  });

  it('nor can an old question be answered while the run waits for its budget', async () => {
    const same: Call = { tool: 'list_files', input: {} };
    const runId = await start([same, same, same], { budget: { steps: 3 } });
    const { callId } = await asked(runId);
    await ada.call(sendMessage, { params: { runId }, body: { message: 'Go on.' } });
    const budget = await eventually('it waits for its budget', async () => {
      const { approvals } = (await ada.call(listApprovals, { query: { run: runId } })).body;
      return approvals.find(({ kind }) => kind === 'budget');
    });
    const given = ada.call(answerQuestion, { params: { runId }, body: { callId: callId ?? '', choice: 'allow' } });
    await assert.rejects(given, refusal(409, 'not_waiting'));
    await decide(budget, 'reject');
  });

  it('it is good for what was shown, and for nothing that was slipped in since', async () => {
    const runId = await start([write('a.md', 'good')]);
    const approval = await asked(runId);
    await query(
      house.databaseUrl,
      `update approval_edits set content = 'evil', version = encode(sha256('evil'), 'hex') where approval_id = $1`,
      [approval.id],
    );
    await decide(approval, 'approve');
    const renewed = await eventually('it is asked again', async () => {
      const next = await asked(runId);
      return next.id !== approval.id && next;
    });
    assert.equal(await textAt('a.md'), undefined);
    await decide(renewed, 'reject');
  });

  it('it is used up by one call: the same call again asks again', async () => {
    const runId = await start([write('a.md', 'x'), { tool: 'delete_file', input: { path: 'a.md' } }, write('a.md', 'x')]);
    const first = await asked(runId);
    await decide(first, 'approve');
    const removal = await eventually('the deletion is asked', async () => {
      const next = await asked(runId);
      return next.tool === 'delete_file' && next;
    });
    await decide(removal, 'approve');
    const again = await eventually('the same call is asked', async () => {
      const next = await asked(runId);
      return next.tool === 'write_file' && next;
    });
    assert.ok(again.id !== first.id);
    assert.equal(await textAt('a.md'), undefined);
    const used = await query(house.databaseUrl, 'select consumed_at is not null as used from approvals where id = $1', [first.id]);
    assert.deepEqual(used, [{ used: true }]);
  });

  it('an agent that says so, or asks itself, has no word in it', async () => {
    const runId = await start([
      [
        { tool: 'approve', input: { decision: 'approve' } },
        { tool: 'fetch_page', input: { url: `${house.origin}/api/approvals` } },
        write('a.md', 'Ada approved this.'),
      ],
    ]);
    await asked(runId);
    const { events } = await read(runId);
    const results = events.flatMap((event) => (event.type === 'tool_result' ? [event.data] : []));
    assert.deepEqual(
      results.map(({ tool, ok }) => [tool, ok]),
      [
        ['approve', false],
        ['fetch_page', false],
      ],
    );
    assert.equal(await textAt('a.md'), undefined);
  });

  it('what nobody answers in time is rejected', async () => {
    await setPolicy({ expireAfterHours: 0.5 / 3600 });
    const runId = await start([write('a.md', 'x')]);
    const approval = await asked(runId);
    await eventually('its time is over', async () => Date.parse(approval.expiresAt ?? '') < Date.now());
    await assert.rejects(decide(approval, 'approve'), refusal(409, 'expired'));
    const result = await eventually('it is rejected', async () => {
      const { run } = await read(runId);
      return run.status === 'done' && resultOf(runId);
    });
    assert.match(result?.output ?? '', /Nobody answered in time/);
    assert.equal(await textAt('a.md'), undefined);
  });

  it('nor is a question taken that was answered too late', async () => {
    const same: Call = { tool: 'list_files', input: {} };
    const runId = await start([same, same, same]);
    const { id, callId } = await asked(runId);
    await query(house.databaseUrl, `update approvals set expires_at = now() - interval '1 ms' where id = $1`, [id]);
    const given = ada.call(answerQuestion, { params: { runId }, body: { callId: callId ?? '', choice: 'allow' } });
    await assert.rejects(given, (error) => error instanceof ProblemError && ['expired', 'answered_already'].includes(error.code));
    const status = await eventually('it is rejected', async () => {
      const [row] = await query(house.databaseUrl, 'select status from approvals where id = $1', [id]);
      return row?.['status'] !== 'pending' && row?.['status'];
    });
    assert.equal(status, 'expired');
  });

  it('a policy that says no in the meantime holds', async () => {
    const runId = await start([write('a.md', 'x')]);
    const approval = await asked(runId);
    await setPolicy({ rules: [{ tool: '*', path: '*.md', supervised: 'deny' }] });
    await decide(approval, 'approve');
    assert.match((await resultOf(runId))?.output ?? '', /Not allowed: The policy of the organization refuses any tool at \*\.md\./);
    assert.equal(await textAt('a.md'), undefined);
    const { entries } = (await ada.call(listAudit, { query: { run: runId, action: 'policy.deny' } })).body;
    assert.equal(entries.length, 1);
  });
});

describe('a level', () => {
  it('is for those whose role may use it, also in the runs of others', async () => {
    const max = await signUp(house, 'Max');
    await addMember(house, max, organizationId, 'member');
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

  it('goes with the role of the person on whose behalf the run works', async () => {
    const max = await signUp(house, 'Max');
    await addMember(house, max, organizationId, 'admin');
    const runId = await start([write('a.md', 'x')], { level: 'autonomous', by: max });
    assert.equal((await settled(runId)).run.status, 'done');
    await query(house.databaseUrl, `update members set role = 'member' where user_id = $1 and organization_id = $2`, [
      max.id,
      organizationId,
    ]);
    script = ['Done.', 'Done.', write('b.md', 'y')];
    await ada.call(sendMessage, { params: { runId }, body: { message: 'And b.md.' } });
    const approval = await asked(runId);
    assert.match(approval.reason, /Supervised runs ask/);
    await query(house.databaseUrl, 'delete from members where user_id = $1 and organization_id = $2', [max.id, organizationId]);
    await decide(approval, 'approve');
    assert.match((await resultOf(runId))?.output ?? '', /may not use agents in this organization any more/);
    assert.equal(await textAt('b.md'), undefined);
  });
});

describe('a schedule that acts by itself', () => {
  it('takes no instructions from who may not use its level', async () => {
    const max = await signUp(house, 'Max');
    await addMember(house, max, organizationId, 'member');
    const settings = { name: `Watch ${projectId}`, instructions: 'Watch.', model: 'server/test' };
    const { agent } = (await ada.call(createAgent, { body: settings })).body;
    const prepare = (level: Run['level']) =>
      house.rooms.runs.prepare({
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

describe('a daily budget', () => {
  it('lets runs wait, and is raised once by a person', async () => {
    await setPolicy({ dailyBudgets: { project: { tokens: 100 } } });
    const runId = await start([{ tool: 'list_files', input: {} }, { tool: 'list_files', input: { path: '.' } }, 'Done.']);
    const approval = await asked(runId);
    assert.deepEqual([approval.kind, /project has used the 100 tokens of today/.test(approval.reason)], ['budget', true]);
    await decide(approval, 'approve');
    const failed = await settled(runId).then(() =>
      eventually('it has ended', async () => (await read(runId)).run.status === 'failed' && read(runId)),
    );
    const error = failed.events.at(-2);
    assert.ok(error?.type === 'error' && error.data.code === 'daily_budget_reached', JSON.stringify(error));
    const { entries } = (await ada.call(listAudit, { query: { run: runId, action: 'budget.raise' } })).body;
    assert.equal(entries.length, 1);
    const next = await start(['Hello.']);
    const ended = await settled(next);
    assert.equal(ended.run.status, 'failed', 'it was raised once already');
  });

  it('that several runs wait for is raised for all of them, and recorded once', async () => {
    await setPolicy({ dailyBudgets: { project: { tokens: 100 } } });
    const looks: Call[] = [{ tool: 'list_files', input: {} }];
    const waiting = [await asked(await start(looks)), await asked(await start(looks))];
    for (const approval of waiting) await decide(approval, 'approve');
    const { entries } = (await ada.call(listAudit, { query: { project: projectId, action: 'budget.raise' } })).body;
    assert.equal(entries.length, 1);
  });

  it('of a person is raised in one organization, and stays as it is in another', async () => {
    const max = await signUp(house, 'Max');
    const own = await newProject(max);
    const raise = `insert into daily_raises (organization_id, scope, scope_id, day) values ($1, 'user', $2, (now() at time zone 'utc')::date)`;
    await query(house.databaseUrl, raise, [own.organizationId, max.id]);
    await addMember(house, max, organizationId, 'member');
    await setPolicy({ dailyBudgets: { user: { tokens: 100 } } });
    const looks: Call[] = [{ tool: 'list_files', input: {} }];
    const runId = await eventually('he is a member', () => start(looks, { by: max }).catch(() => undefined));
    const approval = await asked(runId);
    assert.match(approval.reason, /has used the 100 tokens of today/);
    await decide(approval, 'approve');
    const overview = (await ada.call(getAutonomy, { query: {} })).body;
    assert.equal(overview.usedToday.users.find(({ id }) => id === max.id)?.raised, true);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { listAudit } from '#features/audit/contract.ts';
import { listApprovals } from '#features/inbox/contract.ts';
import { getAutonomy } from '#features/inbox/overview-contract.ts';
import { ProblemError } from '#wire/call.ts';
import { query } from '../../../../test/harness/database.ts';
import { eventually } from '../../../../test/harness/eventually.ts';
import { addMember, newProject, signedInOn, signUp } from '../../../../test/harness/test-server.ts';
import { answerQuestion, retryRun, sendMessage, stopRun } from '../contract.ts';
import {
  ada,
  asked,
  type Call,
  changes,
  decide,
  organizationId,
  other,
  projectId,
  read,
  refusal,
  resultOf,
  setPolicy,
  settled,
  start,
  testServer,
  textAt,
  write,
} from './approvals-setup.ts';

describe('there is no way around an approval:', () => {
  it('another organization’s approval is not found', async () => {
    const eve = await signUp(testServer, 'Eve');
    const approval = await asked(await start([write('a.md', 'x')]));
    await assert.rejects(decide(approval, 'approve', {}, eve), refusal(404, 'not_found'));
    assert.deepEqual((await eve.call(listApprovals, {})).body.approvals, []);
  });

  it('a viewer cannot approve, nor a member where the policy wants an admin', async () => {
    const [vera, max] = [await signUp(testServer, 'Vera'), await signUp(testServer, 'Max')];
    await addMember(testServer, vera, organizationId, 'viewer');
    await addMember(testServer, max, organizationId, 'member');
    await setPolicy({ approvers: 'admin' });
    const approval = await asked(await start([write('a.md', 'x')]));
    await assert.rejects(decide(approval, 'approve', {}, vera), refusal(403, 'role_too_small'));
    await assert.rejects(decide(approval, 'approve', {}, max), refusal(403, 'role_too_small'));
    await setPolicy({});
    await decide(approval, 'approve', {}, max);
  });

  it('of two people at once, one decides and the other learns who and when', async () => {
    const max = await signUp(testServer, 'Max');
    await addMember(testServer, max, organizationId, 'member');
    const runId = await start([write('a.md', 'x')]);
    const approval = await asked(runId);
    const answers = await Promise.allSettled([
      decide(approval, 'approve', {}, ada),
      decide(approval, 'approve', {}, signedInOn(max, other)),
      decide(approval, 'approve', {}, signedInOn(ada, other)),
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

  it('a stopped run accepts none, and asks anew when it continues', async () => {
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

  it('a stop after an approval revokes it: the run asks anew when it continues', async () => {
    const runId = await start([write('a.md', 'x')]);
    const approval = await asked(runId);
    await ada.call(stopRun, { params: { runId } });
    // As if a person had approved right before the stop.
    const by = JSON.stringify({ id: ada.id, name: 'Ada Lovelace' });
    const events = `update run_events set seq = seq + 1 where run_id = $1 and type = 'end'`;
    const answer = `insert into run_events (run_id, seq, type, data) select $1, max(seq) - 1, 'answer',
      jsonb_build_object('callId', (select call_id from approvals where id = $2), 'choice', 'approve', 'by', $3::jsonb)
      from run_events where run_id = $1`;
    await query(testServer.databaseUrl, events, [runId]);
    await query(testServer.databaseUrl, answer, [runId, approval.id, by]);
    await query(testServer.databaseUrl, 'update runs set last_event = last_event + 1 where id = $1', [runId]);
    await query(testServer.databaseUrl, `update approvals set status = 'approved', decided_by = $2 where id = $1`, [approval.id, ada.id]);
    await ada.call(retryRun, { params: { runId }, body: {} });
    const renewed = await asked(runId);
    assert.notEqual(renewed.id, approval.id);
    assert.equal(await textAt('a.md'), undefined);
    await decide(renewed, 'reject');
  });

  it('a message instead withdraws the request', async () => {
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

  it('an approval cannot answer another kind of question', async () => {
    const runId = await start([write('a.md', 'x')]);
    await asked(runId);
    const { events } = await read(runId);
    const question = events.at(-1);
    const callId = question?.type === 'question' ? question.data.callId : '';
    const given = ada.call(answerQuestion, { params: { runId }, body: { callId, choice: 'allow' } });
    await assert.rejects(given, refusal(409, 'no_such_choice'));
  });

  it('an old question cannot be answered while the run waits for its budget', async () => {
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

  it('an approval covers what was shown, and nothing slipped in since', async () => {
    const runId = await start([write('a.md', 'good')]);
    const approval = await asked(runId);
    await query(
      testServer.databaseUrl,
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

  it('an approval is consumed by one call: the same call asks again', async () => {
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
    const used = await query(testServer.databaseUrl, 'select consumed_at is not null as used from approvals where id = $1', [first.id]);
    assert.deepEqual(used, [{ used: true }]);
  });

  it('an agent cannot approve, by claiming to or by calling the API', async () => {
    const runId = await start([
      [
        { tool: 'approve', input: { decision: 'approve' } },
        { tool: 'fetch_page', input: { url: `${testServer.origin}/api/approvals` } },
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

  it('a request that nobody answers in time is rejected', async () => {
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

  it('a late answer is not accepted', async () => {
    const same: Call = { tool: 'list_files', input: {} };
    const runId = await start([same, same, same]);
    const { id, callId } = await asked(runId);
    await query(testServer.databaseUrl, `update approvals set expires_at = now() - interval '1 ms' where id = $1`, [id]);
    const given = ada.call(answerQuestion, { params: { runId }, body: { callId: callId ?? '', choice: 'allow' } });
    await assert.rejects(given, (error) => error instanceof ProblemError && ['expired', 'answered_already'].includes(error.code));
    const status = await eventually('it is rejected', async () => {
      const [row] = await query(testServer.databaseUrl, 'select status from approvals where id = $1', [id]);
      return row?.['status'] !== 'pending' && row?.['status'];
    });
    assert.equal(status, 'expired');
  });

  it('a policy that forbids the call in the meantime holds', async () => {
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

describe('a daily budget', () => {
  it('makes runs wait, and is raised once by a person', async () => {
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

  it('is raised once for all runs that wait for it, and recorded once', async () => {
    await setPolicy({ dailyBudgets: { project: { tokens: 100 } } });
    const looks: Call[] = [{ tool: 'list_files', input: {} }];
    const waiting = [await asked(await start(looks)), await asked(await start(looks))];
    for (const approval of waiting) await decide(approval, 'approve');
    const { entries } = (await ada.call(listAudit, { query: { project: projectId, action: 'budget.raise' } })).body;
    assert.equal(entries.length, 1);
  });

  it('of a person is raised in one organization, and unchanged in another', async () => {
    const max = await signUp(testServer, 'Max');
    const own = await newProject(max);
    const raise = `insert into daily_raises (organization_id, scope, scope_id, day) values ($1, 'user', $2, (now() at time zone 'utc')::date)`;
    await query(testServer.databaseUrl, raise, [own.organizationId, max.id]);
    await addMember(testServer, max, organizationId, 'member');
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

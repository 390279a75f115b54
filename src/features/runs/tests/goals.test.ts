import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createAgent } from '#features/agents/contract.ts';
import { listAudit } from '#features/audit/contract.ts';
import { ProblemError } from '#wire/call.ts';
import { eventually } from '../../../../test/harness/eventually.ts';
import { addMember, newProject, signUp } from '../../../../test/harness/test-server.ts';
import { branchRun, changePlan, sendMessage, startRun } from '../contract.ts';
import {
  ada,
  asked,
  change,
  createGate,
  dataOf,
  found,
  over,
  plan,
  projectId,
  read,
  refusal,
  reportOf,
  setAsked,
  setScript,
  start,
  step,
  testServer,
  textOf,
  write,
} from './goals-setup.ts';

describe('a run with a goal', () => {
  it('is told to plan and to respect its constraints, and has a tool for its plan', async () => {
    setScript(() => ['Nothing to do.']);
    const { run, events } = await over(await start({ goal: { constraints: ['Touch nothing but docs/', 'Use no jargon'] } }));
    assert.deepEqual(run.goal, { constraints: ['Touch nothing but docs/', 'Use no jargon'] });
    assert.equal(run.status, 'done');
    assert.ok(asked[0]?.tools.includes('update_plan'));
    assert.match(textOf(asked[0]), /Make a plan first.*- Touch nothing but docs\/\\n- Use no jargon/s);
    assert.deepEqual(reportOf(events).plan, []);
  });

  it('has that tool whatever tools its agent may use; a run without a goal does not', async () => {
    setScript(() => ['Nothing to do.']);
    const body = { name: 'Reader', instructions: 'Read.', tools: ['read_file'] };
    const { agent } = (await ada.call(createAgent, { body })).body;
    await over(await start({ agentId: agent.id }));
    assert.deepEqual(asked[0]?.tools.toSorted(), ['read_file', 'read_output', 'update_plan']);
    setAsked([]);
    const { run } = (await ada.call(startRun, { params: { projectId }, body: { message: 'hello', model: 'server/test' } })).body;
    assert.equal(run.goal, null);
    const { events } = await over(run.id);
    assert.ok(!asked[0]?.tools.includes('update_plan'));
    assert.deepEqual(dataOf(events, 'report'), []);
  });

  it('keeps its plan in the log, and ends with what was done, changed and spent', async () => {
    setScript((_, n) => {
      if (n === 1) return [plan(step('Write it', 'doing'), step('Check it'))];
      if (n === 2) return [write('engine.md'), write('parts.md')];
      if (n === 3) return [plan({ ...step('Write it', 'done'), note: 'two files' }, { ...step('Check it', 'dropped'), note: ' ' })];
      return ['It is described.'];
    });
    const { events } = await over(await start());
    assert.deepEqual(
      dataOf(events, 'plan').map(({ version, by, steps }) => [version, by, steps.map(({ status }) => status)]),
      [
        [1, null, ['doing', 'open']],
        [2, null, ['done', 'dropped']],
      ],
    );
    const { spent, ...told } = reportOf(events);
    assert.deepEqual(told, {
      status: 'done',
      plan: [{ text: 'Write it', status: 'done', note: 'two files' }, step('Check it', 'dropped')],
      changed: { paths: ['engine.md', 'parts.md'], pathCount: 2, changes: 2 },
      approvals: { asked: 0, approved: 0, rejected: 0 },
      words: 'It is described.',
    });
    assert.deepEqual([spent.steps, spent.inputTokens, spent.outputTokens], [4, 400, 40]);
    assert.deepEqual(
      events.slice(-2).map(({ type }) => type),
      ['report', 'end'],
    );
  });

  it('is asked once whether to continue if its plan has open items, and again after another message', async () => {
    setScript((_, n) => (n === 1 ? [plan(step('Build it'))] : [`I cannot build it. (${n})`]));
    const runId = await start();
    const { events } = await over(runId);
    assert.equal(asked.length, 3);
    assert.match(String(asked[2]?.messages.at(-1)?.content), /still has open steps/);
    const { plan: left, words } = reportOf(events);
    assert.deepEqual([left, words], [[step('Build it')], 'I cannot build it. (3)']);
    await ada.call(sendMessage, { params: { runId }, body: { message: 'Try again' } });
    await over(runId);
    await eventually('there are two reports', async () => dataOf((await read(runId)).events, 'report').length, 2);
    assert.equal(asked.length, 5);
  });

  it('passes its goal and plan to a branch, which reports only its own work', async () => {
    setScript((_, n) => (n === 1 ? [plan(step('Write it', 'done')), write('branched.md')] : ['Done.']));
    const runId = await start({ goal: { constraints: ['Be brief'] } });
    await over(runId);
    await ada.call(sendMessage, { params: { runId }, body: { message: 'Go on' } });
    const { events } = await eventually('there are two ends', async () => {
      const found = await read(runId);
      return dataOf(found.events, 'end').length === 2 && found;
    });
    const event = events.findLast(({ type }) => type === 'message')?.seq ?? 0;
    const { run } = (await ada.call(branchRun, { params: { runId }, body: { event, message: 'Otherwise' } })).body;
    assert.deepEqual(run.goal, { constraints: ['Be brief'] });
    const report = reportOf((await over(run.id)).events);
    assert.deepEqual([report.plan, report.changed.pathCount], [[step('Write it', 'done')], 0]);
  });
});

describe('PUT /api/runs/:runId/plan', () => {
  it('changes the plan of a working run, which learns of it at its next step', async () => {
    const gate = createGate();
    setScript(async function* (_, n) {
      if (n === 1) return yield plan(step('Write it'), step('Paint it'));
      if (n === 2) {
        yield '';
        await gate.opened;
        return yield write('heard.md');
      }
      yield n === 3 ? plan(step('Write it', 'done'), step('Paint it', 'dropped')) : 'Done.';
    });
    const runId = await start();
    await found(runId, 'plan');
    await eventually('it is asked again', () => asked.length, 2);
    const { plan: changed } = (await change(runId, 1, step('Write it'), step('Paint it', 'dropped'))).body;
    assert.deepEqual([changed.version, changed.by], [2, { id: ada.id, name: 'Ada Lovelace' }]);
    gate.open();
    const { events } = await over(runId);
    const told = asked[2]?.messages.at(-1);
    assert.equal(told?.role, 'user');
    assert.match(String(told?.content), /Ada Lovelace changed the plan.*- \[ \] Write it\n- \[-\] Paint it/s);
    assert.deepEqual(
      dataOf(events, 'plan').map(({ version, by }) => [version, by?.name]),
      [
        [1, undefined],
        [2, 'Ada Lovelace'],
        [3, undefined],
      ],
    );
    assert.ok(!events.some((event) => event.type === 'notice' && event.data.code === 'resumed'));
  });

  it('is never lost: an agent that has not seen it is rejected, and shown the current plan', async () => {
    const gate = createGate();
    setScript(async function* (_, n) {
      if (n === 1) return yield plan(step('Write it'));
      if (n === 2) {
        yield '';
        await gate.opened;
        return yield plan(step('Write it', 'done'));
      }
      yield n === 3 ? plan(step('Write it', 'done'), step('Sign it', 'done')) : 'Done.';
    });
    const runId = await start();
    await eventually('it is asked again', () => asked.length, 2);
    await change(runId, 1, step('Write it'), step('Sign it'));
    gate.open();
    const { events } = await over(runId);
    const refused = dataOf(events, 'tool_result').find(({ ok }) => !ok);
    assert.match(refused?.output ?? '', /Ada Lovelace changed the plan.*- \[ \] Sign it/s);
    assert.deepEqual(
      dataOf(events, 'plan').map(({ version, steps }) => [version, steps.length]),
      [
        [1, 1],
        [2, 2],
        [3, 2],
      ],
    );
    assert.deepEqual(reportOf(events).plan, [step('Write it', 'done'), step('Sign it', 'done')]);
  });

  it('accepts the first change to a version; the others get the current plan', async () => {
    const gate = createGate();
    setScript(async function* () {
      yield '';
      await gate.opened;
      yield 'Done.';
    });
    const runId = await start();
    await eventually('it is at work', () => asked.length, 1);
    const outcomes = await Promise.allSettled(['a', 'b', 'c'].map((text) => change(runId, 0, step(text))));
    const taken = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value.body.plan] : []));
    assert.equal(taken.length, 1);
    for (const outcome of outcomes) {
      if (outcome.status === 'fulfilled') continue;
      assert.ok(refusal('plan_changed')(outcome.reason));
      assert.deepEqual(outcome.reason.problem.plan, taken[0]);
    }
    gate.open();
    assert.deepEqual(dataOf((await over(runId)).events, 'plan'), taken);
    const { entries } = (await ada.call(listAudit, { query: { run: runId } })).body;
    assert.equal(entries.filter(({ action }) => action === 'run.plan').length, 1);
  });

  it('requires a role that may use the level of the run', async () => {
    const max = await signUp(testServer, 'Max');
    await addMember(testServer, max, (await newProject(ada)).organizationId, 'member');
    const may = createGate();
    setScript(async function* () {
      await may.opened;
      yield 'Done.';
    });
    const runId = await start();
    const theirs = { params: { runId }, body: { steps: [step('Delete all')], version: 0 } };
    await assert.rejects(
      eventually('Max is a member', () =>
        max.call(changePlan, theirs).catch((error) => (error.status === 404 ? undefined : Promise.reject(error))),
      ),
      (error) => error instanceof ProblemError && error.status === 403 && error.code === 'level_not_allowed',
    );
    await change(runId, 0, step('Look'));
    may.open();
  });

  it('accepts only runs that have a goal and have not ended', async () => {
    setScript(() => ['Done.']);
    const runId = await start();
    await over(runId);
    await assert.rejects(change(runId, 0, step('more')), refusal('run_ended'));
    const { run } = (await ada.call(startRun, { params: { projectId }, body: { message: 'hello', model: 'server/test' } })).body;
    await assert.rejects(change(run.id, 0, step('more')), refusal('no_goal'));
    await over(run.id);
  });
});

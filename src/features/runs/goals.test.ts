import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createAgent } from '#features/agents/contract.ts';
import { listAudit } from '#features/audit/contract.ts';
import { ProblemError } from '#wire/call.ts';
import { eventually } from '../../../test/harness/eventually.ts';
import { type ModelServerPart, type ModelServerRequest, openModelServer } from '../../../test/harness/model-server.ts';
import { addMember, type House, newProject, openHouse, type Person, signUp, visit } from '../../../test/harness/test-server.ts';
import { decideApproval } from './approvals-contract.ts';
import { branchRun, changePlan, exportRun, getRun, revertRun, sendMessage, startRun, stopRun } from './contract.ts';
import type { RunEvent } from './events.ts';
import type { PlanStep } from './plan.ts';

type Script = (request: ModelServerRequest, step: number) => Iterable<ModelServerPart> | AsyncIterable<ModelServerPart>;

/** Of the run that the test is about; `step` counts its requests from 1 on. */
let script: Script;
let asked: ModelServerRequest[] = [];
let models: Awaited<ReturnType<typeof openModelServer>>;
let house: House;
let ada: Person;
let projectId: string;
before(async () => {
  models = await openModelServer((request) => {
    asked.push(request);
    return script(request, asked.length);
  });
  house = await openHouse({ env: { MODEL_SERVER_URL: models.url } });
  ada = await signUp(house);
  projectId = (await newProject(ada)).id;
});
after(async () => {
  await house.close();
  await models.close();
});

const step = (text: string, status: PlanStep['status'] = 'open'): PlanStep => ({ text, status });
const plan = (...steps: PlanStep[]): ModelServerPart => ({ tool: 'update_plan', input: { steps } });
const write = (path: string): ModelServerPart => ({ tool: 'write_file', input: { path, content: `${path}\n` } });

async function start(body: { goal?: { constraints: string[] }; budget?: object; agentId?: string } = {}): Promise<string> {
  asked = [];
  const given = { message: 'Describe the engine', model: 'server/test', level: 'autonomous' as const, goal: { constraints: [] }, ...body };
  return (await ada.call(startRun, { params: { projectId }, body: given })).body.run.id;
}
const read = async (runId: string) => (await ada.call(getRun, { params: { runId } })).body;
const over = (runId: string) =>
  eventually('the run has ended', async () => {
    const found = await read(runId);
    return ['done', 'failed', 'stopped'].includes(found.run.status) && found;
  });
const found = (runId: string, type: RunEvent['type']) =>
  eventually(`there is ${type}`, async () => (await read(runId)).events.find((event) => event.type === type));
const dataOf = <T extends RunEvent['type']>(events: RunEvent[], type: T) =>
  events.flatMap((event) => (event.type === type ? [event.data as Extract<RunEvent, { type: T }>['data']] : []));
const reportOf = (events: RunEvent[]) => dataOf(events, 'report').at(-1) ?? assert.fail('there is no report');
const change = (runId: string, version: number, ...steps: PlanStep[]) =>
  ada.call(changePlan, { params: { runId }, body: { steps, version } });
const refusal = (code: string) => (error: unknown) => error instanceof ProblemError && error.status === 409 && error.code === code;
const textOf = (request: ModelServerRequest | undefined) => JSON.stringify(request?.messages);

/** A door that a test opens when the model may go on. */
function createGate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open: () => open(), opened };
}

describe('a run with a goal', () => {
  it('is told to plan, to keep to its constraints, and has a tool for its plan', async () => {
    script = () => ['Nothing to do.'];
    const { run, events } = await over(await start({ goal: { constraints: ['Touch nothing but docs/', 'Use no jargon'] } }));
    assert.deepEqual(run.goal, { constraints: ['Touch nothing but docs/', 'Use no jargon'] });
    assert.equal(run.status, 'done');
    assert.ok(asked[0]?.tools.includes('update_plan'));
    assert.match(textOf(asked[0]), /Make a plan first.*- Touch nothing but docs\/\\n- Use no jargon/s);
    assert.deepEqual(reportOf(events).plan, []);
  });

  it('has that tool whatever others its agent may use; a run without a goal has not', async () => {
    script = () => ['Nothing to do.'];
    const body = { name: 'Reader', instructions: 'Read.', tools: ['read_file'] };
    const { agent } = (await ada.call(createAgent, { body })).body;
    await over(await start({ agentId: agent.id }));
    assert.deepEqual(asked[0]?.tools.toSorted(), ['read_file', 'read_output', 'update_plan']);
    asked = [];
    const { run } = (await ada.call(startRun, { params: { projectId }, body: { message: 'hello', model: 'server/test' } })).body;
    assert.equal(run.goal, null);
    const { events } = await over(run.id);
    assert.ok(!asked[0]?.tools.includes('update_plan'));
    assert.deepEqual(dataOf(events, 'report'), []);
  });

  it('keeps its plan in the log, and ends with what was done, changed and spent', async () => {
    script = (_, n) => {
      if (n === 1) return [plan(step('Write it', 'doing'), step('Check it'))];
      if (n === 2) return [write('engine.md'), write('parts.md')];
      if (n === 3) return [plan({ ...step('Write it', 'done'), note: 'two files' }, { ...step('Check it', 'dropped'), note: ' ' })];
      return ['It is described.'];
    };
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

  it('is asked once whether it goes on where its plan has open steps, and again after a further message', async () => {
    script = (_, n) => (n === 1 ? [plan(step('Build it'))] : [`I cannot build it. (${n})`]);
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

  it('takes its goal and its plan along into a branch, which reports only what it did itself', async () => {
    script = (_, n) => (n === 1 ? [plan(step('Write it', 'done')), write('branched.md')] : ['Done.']);
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
  it('changes the plan while the run works, which hears of it at its next step', async () => {
    const gate = createGate();
    script = async function* (_, n) {
      if (n === 1) return yield plan(step('Write it'), step('Paint it'));
      if (n === 2) {
        yield '';
        await gate.opened;
        return yield write('heard.md');
      }
      yield n === 3 ? plan(step('Write it', 'done'), step('Paint it', 'dropped')) : 'Done.';
    };
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

  it('is never lost: an agent that had not seen it is refused, and told the plan as it is', async () => {
    const gate = createGate();
    script = async function* (_, n) {
      if (n === 1) return yield plan(step('Write it'));
      if (n === 2) {
        yield '';
        await gate.opened;
        return yield plan(step('Write it', 'done'));
      }
      yield n === 3 ? plan(step('Write it', 'done'), step('Sign it', 'done')) : 'Done.';
    };
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

  it('is taken from the first of those who change the same version; the others are told what it is now', async () => {
    const gate = createGate();
    script = async function* () {
      yield '';
      await gate.opened;
      yield 'Done.';
    };
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

  it('is for those who may use the level of the run', async () => {
    const max = await signUp(house, 'Max');
    await addMember(house, max, (await newProject(ada)).organizationId, 'member');
    const may = createGate();
    script = async function* () {
      await may.opened;
      yield 'Done.';
    };
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

  it('is for runs that have a goal and have not ended', async () => {
    script = () => ['Done.'];
    const runId = await start();
    await over(runId);
    await assert.rejects(change(runId, 0, step('more')), refusal('run_ended'));
    const { run } = (await ada.call(startRun, { params: { projectId }, body: { message: 'hello', model: 'server/test' } })).body;
    await assert.rejects(change(run.id, 0, step('more')), refusal('no_goal'));
    await over(run.id);
  });
});

describe('the report', () => {
  it('tells of a run that failed why, and what is left open', async () => {
    script = (_, n) => (n === 1 ? [plan(step('Write it', 'done'), step('Check it', 'doing'))] : [{ status: 400, message: 'too odd' }]);
    const { run, events } = await over(await start());
    assert.equal(run.status, 'failed');
    const { status, plan: left, error, words } = reportOf(events);
    assert.deepEqual([status, left[1], words], ['failed', step('Check it', 'doing'), '']);
    assert.match(error ?? '', /too odd/);
    assert.deepEqual(
      events.slice(-3).map(({ type }) => type),
      ['error', 'report', 'end'],
    );
  });

  it('tells of a run that was stopped at work what it had done', async () => {
    script = async function* (_, n) {
      if (n === 1) {
        yield plan(step('Write it', 'doing'));
        return yield write('stopped.md');
      }
      yield 'I am about to';
      await new Promise(() => {});
    };
    const runId = await start();
    await eventually('it says more', () => asked.length, 2);
    await ada.call(stopRun, { params: { runId } });
    const { run, events } = await over(runId);
    assert.equal(run.status, 'stopped');
    const { plan: left, changed, words } = reportOf(events);
    assert.deepEqual([left, changed.paths, words], [[step('Write it', 'doing')], ['stopped.md'], '']);
    const undone = (await ada.call(revertRun, { params: { runId } })).body.change;
    assert.deepEqual(undone.paths, ['stopped.md']);
  });

  it('tells of a run that was stopped while it waited, on no server, what it had asked', async () => {
    script = (_, n) => (n === 1 ? [plan(step('Write it'))] : [write('asked.md')]);
    asked = [];
    const body = { message: 'Describe it', model: 'server/test', level: 'supervised', goal: { constraints: [] } } as const;
    const runId = (await ada.call(startRun, { params: { projectId }, body: { ...body, goal: { constraints: [] } } })).body.run.id;
    await found(runId, 'question');
    // A person may change the plan while it waits, and it goes on waiting.
    await change(runId, 1, step('Write it'), step('Sign it'));
    assert.equal((await read(runId)).run.status, 'waiting');
    await ada.call(stopRun, { params: { runId } });
    const { events } = await over(runId);
    const report = reportOf(events);
    assert.deepEqual([report.status, report.plan.length], ['stopped', 2]);
    assert.deepEqual(report.approvals, { asked: 1, approved: 0, rejected: 0 });
  });

  it('tells of a run whose budget nobody raised', async () => {
    script = () => [plan(step('Write it', 'doing'))];
    const runId = await start({ budget: { steps: 1 } });
    const pause = await found(runId, 'pause');
    const approvalId = pause?.type === 'pause' ? pause.data.approvalId : '';
    await ada.call(decideApproval, { params: { approvalId }, body: { decision: 'reject', note: 'enough' } });
    const { run, events } = await over(runId);
    assert.equal(run.status, 'failed');
    const report = reportOf(events);
    assert.deepEqual(report.approvals, { asked: 1, approved: 0, rejected: 1 });
    assert.match(report.error ?? '', /enough/);
    assert.equal(events.at(-1)?.type, 'end');
  });

  it('stands in the exported document, with the plan as people changed it', async () => {
    const gate = createGate();
    script = async function* (_, n) {
      if (n === 1) return yield plan(step('Write it', 'done'));
      yield '';
      await gate.opened;
      yield 'All is written.';
    };
    const runId = await start({ goal: { constraints: ['Be brief'] } });
    await eventually('it is asked again', () => asked.length, 2);
    await change(runId, 1, step('Write it', 'done'), step('Sign it', 'dropped'));
    gate.open();
    await over(runId);
    const document = Buffer.from((await ada.call(exportRun, { params: { runId }, query: {} })).body).toString();
    assert.match(document, /Constraints:\n\n- Be brief/);
    assert.match(document, /Ada Lovelace changed the plan.*- \[x\] Write it\n- \[-\] Sign it/s);
    assert.match(document, /## Report.*### Done\n\n- \[x\] Write it.*> All is written\./s);
  });
});

describe('a plan and a report', () => {
  it('survive the death of the server that was at work', async () => {
    const gate = createGate();
    script = async function* (_, n) {
      if (n === 1) {
        yield plan(step('Write it', 'doing'), step('Check it'));
        return yield write('survived.md');
      }
      if (n === 2) {
        yield 'I ch';
        await gate.opened;
        return;
      }
      yield n === 3 ? plan(step('Write it', 'done'), step('Check it', 'done')) : 'Done.';
    };
    const runId = await start();
    await eventually('it is asked again', () => asked.length, 2);
    const next = await openHouse({ databaseUrl: house.databaseUrl, env: { MODEL_SERVER_URL: models.url } });
    await house.close();
    gate.open();
    house = next;
    ada = visit(ada, next);
    const { run, events } = await over(runId);
    assert.equal(run.status, 'done');
    assert.match(textOf(asked[2]), /Write it/);
    const reports = dataOf(events, 'report');
    assert.equal(reports.length, 1);
    assert.deepEqual(reports[0]?.plan, [step('Write it', 'done'), step('Check it', 'done')]);
    assert.deepEqual(reports[0]?.changed, { paths: ['survived.md'], pathCount: 1, changes: 1 });
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eventually } from '../../../../test/harness/eventually.ts';
import { signedInOn, startTestServer } from '../../../../test/harness/test-server.ts';
import { decideApproval } from '../approvals-contract.ts';
import { exportRun, revertRun, startRun, stopRun } from '../contract.ts';
import {
  ada,
  asked,
  change,
  createGate,
  dataOf,
  found,
  models,
  over,
  plan,
  projectId,
  read,
  reportOf,
  setAda,
  setAsked,
  setHouse,
  setScript,
  start,
  step,
  testServer,
  textOf,
  write,
} from './goals-setup.ts';

describe('the report', () => {
  it('says why a run failed, and what is left open', async () => {
    setScript((_, n) => (n === 1 ? [plan(step('Write it', 'done'), step('Check it', 'doing'))] : [{ status: 400, message: 'too odd' }]));
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

  it('says what a run stopped at work had done', async () => {
    setScript(async function* (_, n) {
      if (n === 1) {
        yield plan(step('Write it', 'doing'));
        return yield write('stopped.md');
      }
      yield 'I am about to';
      await new Promise(() => {});
    });
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

  it('says what a run stopped while waiting, on no server, had asked', async () => {
    setScript((_, n) => (n === 1 ? [plan(step('Write it'))] : [write('asked.md')]));
    setAsked([]);
    const body = { message: 'Describe it', model: 'server/test', level: 'supervised', goal: { constraints: [] } } as const;
    const runId = (await ada.call(startRun, { params: { projectId }, body: { ...body, goal: { constraints: [] } } })).body.run.id;
    await found(runId, 'question');
    // A person may change the plan while the run waits, and the run keeps waiting.
    await change(runId, 1, step('Write it'), step('Sign it'));
    assert.equal((await read(runId)).run.status, 'waiting');
    await ada.call(stopRun, { params: { runId } });
    const { events } = await over(runId);
    const report = reportOf(events);
    assert.deepEqual([report.status, report.plan.length], ['stopped', 2]);
    assert.deepEqual(report.approvals, { asked: 1, approved: 0, rejected: 0 });
  });

  it('covers a run whose budget nobody raised', async () => {
    setScript(() => [plan(step('Write it', 'doing'))]);
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

  it('is in the exported document, with the plan as people changed it', async () => {
    const gate = createGate();
    setScript(async function* (_, n) {
      if (n === 1) return yield plan(step('Write it', 'done'));
      yield '';
      await gate.opened;
      yield 'All is written.';
    });
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
    setScript(async function* (_, n) {
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
    });
    const runId = await start();
    await eventually('it is asked again', () => asked.length, 2);
    const next = await startTestServer({ databaseUrl: testServer.databaseUrl, env: { MODEL_SERVER_URL: models.url } });
    await testServer.close();
    gate.open();
    setHouse(next);
    setAda(signedInOn(ada, next));
    const { run, events } = await over(runId);
    assert.equal(run.status, 'done');
    assert.match(textOf(asked[2]), /Write it/);
    const reports = dataOf(events, 'report');
    assert.equal(reports.length, 1);
    assert.deepEqual(reports[0]?.plan, [step('Write it', 'done'), step('Check it', 'done')]);
    assert.deepEqual(reports[0]?.changed, { paths: ['survived.md'], pathCount: 1, changes: 1 });
  });
});

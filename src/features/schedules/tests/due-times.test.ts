import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { archiveAgent, createAgent } from '#features/agents/contract.ts';
import { listAudit } from '#features/audit/contract.ts';
import { getRun, stopRun } from '#features/runs/contract.ts';
import { runSchedule } from '#features/schedules/contract.ts';
import { query } from '../../../../test/harness/database.ts';
import { eventually } from '../../../../test/harness/eventually.ts';
import { newProject, signUp, startTestServer } from '../../../../test/harness/test-server.ts';
import { ada, colleague, historyOf, make, makeDue, organizationId, outcome, read, refusalOf, settle, testServer, waits } from './setup.ts';

describe('a due time', () => {
  before(settle);

  it('starts a run on behalf of its person, and is followed by the next', async () => {
    const schedule = await make({ name: 'Morning', goal: { constraints: ['Change nothing.'] } });
    await makeDue(schedule);
    const { status, run, manual, missed, reason } = await outcome(schedule);
    assert.deepEqual([status, manual, missed, reason], ['started', false, null, null]);
    assert.ok(run);
    const { run: started } = (await ada.call(getRun, { params: { runId: run.id } })).body;
    assert.equal(started.startedBy.id, ada.id);
    assert.deepEqual(started.origin, { kind: 'schedule', id: schedule.id, name: 'Morning' });
    assert.deepEqual(started.goal, { constraints: ['Change nothing.'] });
    const { nextAt, last } = await read(schedule);
    assert.match(nextAt ?? '', /T09:00:00/);
    assert.equal(last?.run?.id, run.id);
  });

  it('is left out while the run before is going, and says which', async () => {
    const schedule = await make(waits);
    await makeDue(schedule, 1);
    const first = await outcome(schedule);
    await eventually('the run waits', async () => (await historyOf(schedule))[0]?.run?.status, 'waiting');
    await makeDue(schedule);
    const second = await outcome(schedule, 2);
    assert.deepEqual([second.status, second.run, second.reason], ['skipped', null, 'The run before, “write a.md: one”, was still going.']);
    await ada.call(stopRun, { params: { runId: first.run?.id ?? '' } });
    await makeDue(schedule);
    assert.equal((await outcome(schedule, 3)).status, 'started');
  });

  it('starts beside the run before where that is allowed', async () => {
    const schedule = await make({ ...waits, overlap: true });
    await makeDue(schedule, 1);
    await outcome(schedule);
    await makeDue(schedule);
    assert.equal((await outcome(schedule, 2)).status, 'started');
  });

  it('that was missed is told as one entry, and the next one starts as ever', async () => {
    const schedule = await make({ cron: '*/10 * * * *', missed: 'skip' });
    const aligned = `update schedules set next_at = date_bin('10 minutes', now(), 'epoch') - interval '50 minutes' where id = $1`;
    await query(testServer.databaseUrl, aligned, [schedule.id]);
    await eventually(
      'the missed time is in the history',
      () => historyOf(schedule),
      (seen) => seen.some(({ status }) => status === 'missed'),
    );
    const entry = (await historyOf(schedule)).find(({ status }) => status === 'missed');
    assert.ok(entry?.missed);
    // The time of the current ten minutes is missed too, unless they have just begun.
    assert.ok(entry.missed.count === 6 || entry.missed.count === 5);
    assert.equal(Date.parse(entry.dueAt) - Date.parse(entry.missed.since), (entry.missed.count - 1) * 600_000);
    assert.deepEqual([entry.run, entry.reason], [null, 'No server could see to it in time.']);
    const { nextAt } = await read(schedule);
    assert.ok(Date.parse(nextAt ?? '') > Date.parse(entry.dueAt));
  });

  it('that was missed starts one run for all of them, where that is wanted', async () => {
    const schedule = await make({ cron: '*/10 * * * *', missed: 'once' });
    const aligned = `update schedules set next_at = date_bin('10 minutes', now(), 'epoch') - interval '50 minutes' where id = $1`;
    await query(testServer.databaseUrl, aligned, [schedule.id]);
    const { status, missed, run, dueAt } = await outcome(schedule);
    assert.ok(run);
    assert.deepEqual([status, missed?.count], ['started', 6]);
    assert.equal(Date.parse(dueAt) - Date.parse(missed?.since ?? ''), 3_000_000);
    const { nextAt } = await read(schedule);
    assert.equal(Date.parse(nextAt ?? ''), Date.parse(dueAt) + 600_000);
  });

  it('is on time when a server looks within a minute', async () => {
    const schedule = await make({ missed: 'skip' });
    await makeDue(schedule, 50);
    assert.equal((await outcome(schedule)).status, 'started');
  });

  it('tells why no run could be started: the agent', async () => {
    const { agent } = (await ada.call(createAgent, { body: { name: 'Proofreader', instructions: 'Read.', model: 'practice' } })).body;
    const schedule = await make({ agentId: agent.id, model: null });
    await ada.call(archiveAgent, { params: { agentId: agent.id } });
    await makeDue(schedule);
    const { status, reason, run } = await outcome(schedule);
    assert.deepEqual([status, run], ['failed', null]);
    assert.match(reason ?? '', /^Proofreader is archived\./);
    assert.equal((await read(schedule)).agent?.archived, true);
  });

  it('tells why no run could be started: the model', async () => {
    const schedule = await make({ model: 'nowhere/no-model' });
    await makeDue(schedule);
    const { status, reason } = await outcome(schedule);
    assert.equal(status, 'failed');
    assert.match(reason ?? '', /nowhere\/no-model/);
  });

  it('tells why no run could be started: autonomy is switched off', async () => {
    const schedule = await make();
    await query(testServer.databaseUrl, 'insert into autonomy_switches (organization_id, off_at) values ($1, now())', [organizationId]);
    await makeDue(schedule);
    const { status, reason } = await outcome(schedule);
    assert.equal(status, 'failed');
    assert.match(reason ?? '', /switched autonomy off/);
    await query(testServer.databaseUrl, 'delete from autonomy_switches where organization_id = $1', [organizationId]);
  });

  it('starts nothing with rights that its person has lost', async () => {
    const member = await colleague('member');
    const schedule = await make({ level: 'supervised' }, member);
    const change = 'update members set role = $3 where organization_id = $1 and user_id = $2';
    await query(testServer.databaseUrl, change, [organizationId, member.id, 'viewer']);
    await makeDue(schedule);
    const demoted = await outcome(schedule);
    assert.deepEqual([demoted.status, demoted.run], ['failed', null]);
    assert.match(demoted.reason ?? '', /viewer/);
    await query(testServer.databaseUrl, 'delete from members where organization_id = $1 and user_id = $2', [organizationId, member.id]);
    await makeDue(schedule);
    const left = await outcome(schedule, 2);
    assert.equal(left.status, 'failed');
    assert.match(left.reason ?? '', /has left the organization/);
    const { onBehalfOf } = await read(schedule);
    assert.deepEqual([onBehalfOf.name, onBehalfOf.role], ['Charles Babbage', null]);
  });

  it('is recorded, whether it started a run or was skipped', async () => {
    const { entries } = (await ada.call(listAudit, { query: { organization: organizationId, limit: 100 } })).body;
    const actions = new Set(entries.map(({ action }) => action));
    for (const action of ['schedule.create', 'schedule.skip', 'run.start']) assert.ok(actions.has(action), action);
  });
});

describe('POST /api/schedules/:scheduleId/run', () => {
  before(settle);

  it('starts its run beside its times, and once at a time', async () => {
    const schedule = await make(waits);
    const params = { scheduleId: schedule.id };
    const { occurrence } = (await ada.call(runSchedule, { params })).body;
    assert.deepEqual([occurrence.status, occurrence.manual], ['started', true]);
    assert.ok(occurrence.run);
    const refusal = await refusalOf(ada.call(runSchedule, { params }), 409);
    assert.deepEqual([refusal.code, refusal['runId']], ['still_going', occurrence.run.id]);
    const { nextAt, last } = await read(schedule);
    assert.equal(nextAt, schedule.nextAt);
    assert.equal(last?.dueAt, occurrence.dueAt);
  });

  it('starts one when two ask at the same moment', async () => {
    const { id: scheduleId } = await make(waits);
    const asked = await Promise.allSettled([1, 2, 3].map(() => ada.call(runSchedule, { params: { scheduleId } })));
    assert.equal(asked.filter(({ status }) => status === 'fulfilled').length, 1);
    assert.equal((await historyOf({ id: scheduleId })).length, 1);
  });

  it('says at once what refuses it, and keeps no entry of that', async () => {
    const schedule = await make({ model: 'nowhere/no-model' });
    await refusalOf(ada.call(runSchedule, { params: { scheduleId: schedule.id } }), 422);
    assert.deepEqual(await historyOf(schedule), []);
  });
});

describe('the autonomy limit', () => {
  it('delays starts rather than losing them', async () => {
    const strict = await startTestServer({ env: { RATE_LIMIT_AUTONOMY: '5/1m', RATE_LIMIT_MULTIPLIER: '1', RATE_LIMIT_API: '10000/1m' } });
    try {
      const person = await signUp(strict);
      const project = await newProject(person);
      const insert = `insert into schedules (id, project_id, name, cron, timezone, message, level, model, missed, overlap, user_id, next_at)
        select gen_random_uuid(), $1, 'n ' || n, '0 0 1 1 *', 'UTC', 'list the files', 'supervised', 'practice', 'skip', false, $2, now()
        from generate_series(1, 8) n`;
      await query(strict.databaseUrl, insert, [project.id, person.id]);
      const count = async () => {
        const text = `select (select count(*)::int from schedule_occurrences where status = 'started') as started,
          (select count(*)::int from schedule_occurrences where status <> 'started') as other,
          (select count(*)::int from schedules where not_before > now() + interval '15 seconds' and next_at <= now()) as delayed`;
        return (await query<{ started: number; other: number; delayed: number }>(strict.databaseUrl, text))[0];
      };
      await eventually('all eight are counted', async () => {
        const now = await count();
        return now !== undefined && now.started + now.delayed >= 8;
      });
      assert.deepEqual(await count(), { started: 5, other: 0, delayed: 3 });
    } finally {
      await strict.close();
    }
  });
});

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { archiveAgent, createAgent } from '#features/agents/contract.ts';
import { listAudit } from '#features/audit/contract.ts';
import { getRun, stopRun } from '#features/runs/contract.ts';
import {
  changeSchedule,
  createSchedule,
  deleteSchedule,
  getSchedule,
  listAllSchedules,
  listOccurrences,
  listSchedules,
  listScheduleTimes,
  MAX_SCHEDULES,
  type Occurrence,
  runSchedule,
  type Schedule,
} from '#features/schedules/contract.ts';
import { ProblemError } from '#wire/call.ts';
import type { CallOf, Problem } from '#wire/contract.ts';
import type { Role } from '#wire/role.ts';
import { query } from '../../../test/harness/database.ts';
import { eventually } from '../../../test/harness/eventually.ts';
import { setRole } from '../../../test/harness/roles.ts';
import { type House, newProject, openHouse, type Person, signUp } from '../../../test/harness/test-server.ts';

type Wanted = Partial<CallOf<typeof createSchedule>['body']>;

const daily = { cron: '0 9 * * *', timezone: 'UTC', message: 'list the files', level: 'autonomous', model: 'practice' } as const;
/** Ends at once; a supervised one that writes waits for a person. */
const waits = { level: 'supervised', message: 'write a.md: one' } as const;

let house: House;
let ada: Person;
let projectId: string;
let organizationId: string;
before(async () => {
  house = await openHouse();
});
after(() => house.close());

/** Somebody else each time: what is due and the limits of one do not meet those of another. */
async function settle(): Promise<void> {
  ada = await signUp(house);
  ({ id: projectId, organizationId } = await newProject(ada));
}

const make = async (wanted: Wanted = {}, person = ada): Promise<Schedule> =>
  (await person.call(createSchedule, { params: { projectId }, body: { ...daily, ...wanted } })).body.schedule;
const read = async ({ id }: { id: string }): Promise<Schedule> =>
  (await ada.call(getSchedule, { params: { scheduleId: id } })).body.schedule;
const historyOf = async ({ id }: { id: string }): Promise<Occurrence[]> =>
  (await ada.call(listOccurrences, { params: { scheduleId: id } })).body.occurrences;

/** Makes it due, as if its next time had been so many seconds ago. */
async function makeDue({ id }: { id: string }, seconds = 0): Promise<void> {
  const update = `update schedules set next_at = now() - make_interval(secs => $2), not_before = null where id = $1`;
  await query(house.databaseUrl, update, [id, seconds]);
}

/** @returns the newest entry of its history, once there are so many */
async function outcome(schedule: { id: string }, count = 1): Promise<Occurrence> {
  await eventually(
    'the history is as long',
    async () => (await historyOf(schedule)).length,
    (seen) => seen >= count,
  );
  const history = await historyOf(schedule);
  assert.equal(history.length, count);
  assert.ok(history[0]);
  return history[0];
}

async function refusalOf(asked: Promise<unknown>, status: number): Promise<Problem> {
  const error = await asked.then(
    () => assert.fail('it was not refused'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof ProblemError && error.status === status, String(error));
  return error.problem;
}

/** Somebody else in the same organization. */
async function colleague(role: Role): Promise<Person> {
  const person = await signUp(house, 'Charles Babbage');
  await query(house.databaseUrl, 'insert into members (organization_id, user_id, role) values ($1, $2, $3)', [
    organizationId,
    person.id,
    role,
  ]);
  await eventually('the member is known', async () => {
    const { user } = (await (await person.browser.fetch('/api/auth/user')).json()) as { user: { organizations: unknown[] } };
    return user.organizations.length === 2;
  });
  return person;
}

describe('POST /api/projects/:projectId/schedules', () => {
  before(settle);

  it('makes a schedule on behalf of whoever asks, and tells its next time', async () => {
    const schedule = await make({ cron: ' 0  9 * * 1-5 ', timezone: 'Europe/Berlin', message: 'Read the notes.\nThen write.' });
    assert.equal(schedule.cron, '0 9 * * 1-5');
    assert.equal(schedule.name, 'Read the notes. Then write.');
    assert.equal(schedule.onBehalfOf.id, ada.id);
    assert.deepEqual([schedule.missed, schedule.overlap, schedule.pausedAt, schedule.last], ['skip', false, null, null]);
    const { times } = (await ada.call(listScheduleTimes, { query: { cron: '0 9 * * 1-5', timezone: 'Europe/Berlin', count: 1 } })).body;
    assert.equal(Date.parse(schedule.nextAt ?? ''), Date.parse(times[0] ?? '-'));
  });

  it('says what is wrong with a cron text and a time zone, both at once', async () => {
    const refusal = await refusalOf(make({ cron: '0 25 * * *', timezone: 'Middle/Earth' }), 422);
    const errors = Object.fromEntries((refusal.errors ?? []).map(({ path, message }) => [path.replace(/^body\./, ''), message]));
    assert.deepEqual(errors, {
      cron: 'In the field hour: 25 does not fit. Use 0 to 23.',
      timezone: 'There is no such time zone. Write its name, such as Europe/Berlin or UTC.',
    });
  });

  it('refuses a level that this role may not use, and agents that cannot be used', async () => {
    const member = await colleague('member');
    assert.equal((await refusalOf(make({}, member), 403)).code, 'level_not_allowed');
    await make({ level: 'supervised' }, member);
    const { agent } = (await ada.call(createAgent, { body: { name: 'Gone', instructions: 'Go.' } })).body;
    await ada.call(archiveAgent, { params: { agentId: agent.id } });
    assert.equal((await refusalOf(make({ agentId: agent.id }), 409)).code, 'agent_archived');
    await refusalOf(make({ agentId: randomUUID() }), 404);
  });

  it('has a bound for each project', async () => {
    const { id } = await newProject(ada);
    const body = { ...daily, cron: '0 0 1 1 *' };
    const { schedule } = (await ada.call(createSchedule, { params: { projectId: id }, body })).body;
    const copy = `insert into schedules (id, project_id, name, cron, timezone, message, level, missed, overlap, user_id, next_at)
      select gen_random_uuid(), project_id, name, cron, timezone, message, level, missed, overlap, user_id, next_at
      from schedules, generate_series(2, $2) where id = $1`;
    await query(house.databaseUrl, copy, [schedule.id, MAX_SCHEDULES]);
    const refusal = await refusalOf(ada.call(createSchedule, { params: { projectId: id }, body }), 409);
    assert.equal(refusal.code, 'too_many_schedules');
    assert.equal((await ada.call(listSchedules, { params: { projectId: id } })).body.schedules.length, MAX_SCHEDULES);
  });
});

describe('GET /api/schedules', () => {
  before(settle);

  it('tells those of all projects of the organization, the next due first and paused ones last', async () => {
    const [late, paused, soon] = [await make({ cron: '0 0 1 1 *' }), await make(), await make({ cron: '* * * * *' })];
    await ada.call(changeSchedule, { params: { scheduleId: paused.id }, body: { paused: true } });
    const other = await newProject(ada, 'Another one');
    const { schedule: elsewhere } = (await ada.call(createSchedule, { params: { projectId: other.id }, body: daily })).body;
    const { schedules } = (await ada.call(listAllSchedules, { query: { organization: organizationId } })).body;
    assert.deepEqual(
      schedules.map(({ id }) => id),
      [soon.id, elsewhere.id, late.id, paused.id],
    );
    assert.deepEqual(
      schedules.map(({ project, nextAt }) => [project.name, nextAt !== null]),
      [
        ['A project', true],
        ['Another one', true],
        ['A project', true],
        ['A project', false],
      ],
    );
    await ada.call(deleteSchedule, { params: { scheduleId: soon.id } });
  });
});

describe('PATCH /api/schedules/:scheduleId', () => {
  before(settle);

  it('changes what is named, and nothing else', async () => {
    const before = await make({ budget: { steps: 5 }, goal: { constraints: ['Be short.'] }, missed: 'once' });
    const { schedule } = (
      await ada.call(changeSchedule, { params: { scheduleId: before.id }, body: { basedOn: 1, cron: '30 10 * * *', overlap: true } })
    ).body;
    assert.match(schedule.nextAt ?? '', /T10:30:00/);
    const { changedAt: _, nextAt: __, ...rest } = schedule;
    const { changedAt: ___, nextAt: ____, ...was } = before;
    assert.deepEqual(rest, { ...was, cron: '30 10 * * *', overlap: true, version: 2 });
  });

  it('refuses what was based on an older version, and tells how it is now', async () => {
    const { id: scheduleId } = await make();
    await ada.call(changeSchedule, { params: { scheduleId }, body: { basedOn: 1, name: 'First' } });
    const refusal = await refusalOf(ada.call(changeSchedule, { params: { scheduleId }, body: { basedOn: 1, name: 'Second' } }), 409);
    assert.equal(refusal.code, 'changed_meanwhile');
    assert.equal((refusal['schedule'] as Schedule).name, 'First');
    await refusalOf(ada.call(changeSchedule, { params: { scheduleId }, body: { basedOn: 2 } }), 422);
  });

  it('is for whom it works for and for admins; who changes what it does, has it work for them', async () => {
    const member = await colleague('member');
    const admin = await colleague('admin');
    const { id: scheduleId } = await make();
    const params = { scheduleId };
    const attempts = [
      () => member.call(changeSchedule, { params, body: { name: 'Mine' } }),
      () => member.call(runSchedule, { params }),
      () => member.call(deleteSchedule, { params }),
    ];
    for (const attempt of attempts) assert.equal((await refusalOf(attempt(), 403)).code, 'not_yours');
    const renamed = (await admin.call(changeSchedule, { params, body: { name: 'Nightly', paused: true } })).body.schedule;
    assert.deepEqual([renamed.name, renamed.onBehalfOf.id], ['Nightly', ada.id]);
    const taken = (await admin.call(changeSchedule, { params, body: { message: 'list the files' } })).body.schedule;
    assert.equal(taken.onBehalfOf.id, admin.id);
  });

  it('pauses, and goes on with the next time that is still to come', async () => {
    const schedule = await make({ cron: '* * * * *' });
    const params = { scheduleId: schedule.id };
    const paused = (await ada.call(changeSchedule, { params, body: { paused: true } })).body.schedule;
    assert.ok(paused.pausedAt);
    await makeDue(schedule, 600);
    await new Promise((resolve) => setTimeout(resolve, 1300));
    assert.deepEqual(await historyOf(schedule), []);
    const resumed = (await ada.call(changeSchedule, { params, body: { paused: false } })).body.schedule;
    const [now] = await query<{ late: boolean }>(house.databaseUrl, 'select next_at <= now() as late from schedules where id = $1', [
      schedule.id,
    ]);
    assert.deepEqual([resumed.pausedAt, now?.late], [null, false]);
    await ada.call(deleteSchedule, { params });
  });
});

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
    await query(house.databaseUrl, aligned, [schedule.id]);
    await eventually(
      'the missed time is in the history',
      () => historyOf(schedule),
      (seen) => seen.some(({ status }) => status === 'missed'),
    );
    const entry = (await historyOf(schedule)).find(({ status }) => status === 'missed');
    assert.ok(entry?.missed);
    // The time of the running ten minutes is missed too, unless they have just begun.
    assert.ok(entry.missed.count === 6 || entry.missed.count === 5);
    assert.equal(Date.parse(entry.dueAt) - Date.parse(entry.missed.since), (entry.missed.count - 1) * 600_000);
    assert.deepEqual([entry.run, entry.reason], [null, 'No server could see to it in time.']);
    const { nextAt } = await read(schedule);
    assert.ok(Date.parse(nextAt ?? '') > Date.parse(entry.dueAt));
  });

  it('that was missed starts one run for all of them, where that is wanted', async () => {
    const schedule = await make({ cron: '*/10 * * * *', missed: 'once' });
    const aligned = `update schedules set next_at = date_bin('10 minutes', now(), 'epoch') - interval '50 minutes' where id = $1`;
    await query(house.databaseUrl, aligned, [schedule.id]);
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
    await query(house.databaseUrl, 'insert into autonomy_switches (organization_id, off_at) values ($1, now())', [organizationId]);
    await makeDue(schedule);
    const { status, reason } = await outcome(schedule);
    assert.equal(status, 'failed');
    assert.match(reason ?? '', /switched autonomy off/);
    await query(house.databaseUrl, 'delete from autonomy_switches where organization_id = $1', [organizationId]);
  });

  it('starts nothing with rights that its person has lost', async () => {
    const member = await colleague('member');
    const schedule = await make({ level: 'supervised' }, member);
    const change = 'update members set role = $3 where organization_id = $1 and user_id = $2';
    await query(house.databaseUrl, change, [organizationId, member.id, 'viewer']);
    await makeDue(schedule);
    const demoted = await outcome(schedule);
    assert.deepEqual([demoted.status, demoted.run], ['failed', null]);
    assert.match(demoted.reason ?? '', /viewer/);
    await query(house.databaseUrl, 'delete from members where organization_id = $1 and user_id = $2', [organizationId, member.id]);
    await makeDue(schedule);
    const left = await outcome(schedule, 2);
    assert.equal(left.status, 'failed');
    assert.match(left.reason ?? '', /has left the organization/);
    const { onBehalfOf } = await read(schedule);
    assert.deepEqual([onBehalfOf.name, onBehalfOf.role], ['Charles Babbage', null]);
  });

  it('is recorded: what started, and what was left out', async () => {
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

describe('GET /api/schedules/:scheduleId/occurrences', () => {
  before(settle);

  it('goes back page by page', async () => {
    const schedule = await make();
    const insert = `insert into schedule_occurrences (schedule_id, due_at, status, reason)
      select $1, now() - make_interval(hours => n), 'skipped', 'n ' || n from generate_series(1, 7) n`;
    await query(house.databaseUrl, insert, [schedule.id]);
    const seen: (string | null)[] = [];
    for (let before: string | undefined; ; ) {
      const page = (await ada.call(listOccurrences, { params: { scheduleId: schedule.id }, query: { before, limit: 3 } })).body;
      seen.push(...page.occurrences.map(({ reason }) => reason));
      before = page.occurrences.at(-1)?.dueAt;
      if (!page.more) break;
    }
    assert.deepEqual(seen, ['n 1', 'n 2', 'n 3', 'n 4', 'n 5', 'n 6', 'n 7']);
  });

  it('keeps 90 days, and of each schedule the last', async () => {
    const [busy, idle] = [await make(), await make()];
    const insert = `insert into schedule_occurrences (schedule_id, due_at, at, status) select $1, now() - make_interval(days => d), now() - make_interval(days => d), 'skipped'
      from unnest($2::int[]) d`;
    await query(house.databaseUrl, insert, [busy.id, [1, 89, 91, 200]]);
    await query(house.databaseUrl, insert, [idle.id, [200, 300]]);
    await house.rooms.schedules.cleanUp();
    assert.deepEqual([(await historyOf(busy)).length, (await historyOf(idle)).length], [2, 1]);
  });
});

describe('GET /api/schedule-times', () => {
  before(settle);

  it('tells the next times and what the text says', async () => {
    const { times, words } = (await ada.call(listScheduleTimes, { query: { cron: '0 9 * * 1-5', timezone: 'Europe/Berlin' } })).body;
    assert.equal(words, 'Every weekday at 09:00');
    assert.equal(times.length, 5);
    assert.ok(times.every((time) => /T0[78]:00:00/.test(time)));
    assert.equal((await ada.call(listScheduleTimes, { query: { cron: '*/7 * * * *', timezone: 'UTC', count: 1 } })).body.words, null);
  });
});

describe('the autonomy limit', () => {
  it('delays starts rather than losing them', async () => {
    const strict = await openHouse({ env: { RATE_LIMIT_AUTONOMY: '5/1m', RATE_LIMIT_MULTIPLIER: '1', RATE_LIMIT_API: '10000/1m' } });
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

describe('a role', () => {
  it('that only watches sees schedules, and makes none', async () => {
    await settle();
    const schedule = await make();
    await setRole(house, ada, 'viewer');
    assert.equal((await read(schedule)).id, schedule.id);
    assert.equal((await refusalOf(make(), 403)).code, 'role_too_small');
  });
});

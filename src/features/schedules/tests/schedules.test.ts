import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { before, describe, it } from 'node:test';
import { archiveAgent, createAgent } from '#features/agents/contract.ts';
import {
  changeSchedule,
  createSchedule,
  deleteSchedule,
  listAllSchedules,
  listOccurrences,
  listSchedules,
  listScheduleTimes,
  MAX_SCHEDULES,
  runSchedule,
  type Schedule,
} from '#features/schedules/contract.ts';
import { query } from '../../../../test/harness/database.ts';
import { setRole } from '../../../../test/harness/roles.ts';
import { newProject } from '../../../../test/harness/test-server.ts';
import { ada, colleague, daily, historyOf, make, makeDue, organizationId, read, refusalOf, settle, testServer } from './setup.ts';

describe('POST /api/projects/:projectId/schedules', () => {
  before(settle);

  it('makes a schedule on behalf of the caller, and returns its next time', async () => {
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
    await query(testServer.databaseUrl, copy, [schedule.id, MAX_SCHEDULES]);
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

  it('is for the person it runs on behalf of, and admins; changing what it does transfers it to the person changing it', async () => {
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
    const [now] = await query<{ late: boolean }>(testServer.databaseUrl, 'select next_at <= now() as late from schedules where id = $1', [
      schedule.id,
    ]);
    assert.deepEqual([resumed.pausedAt, now?.late], [null, false]);
    await ada.call(deleteSchedule, { params });
  });
});

describe('GET /api/schedules/:scheduleId/occurrences', () => {
  before(settle);

  it('goes back page by page', async () => {
    const schedule = await make();
    const insert = `insert into schedule_occurrences (schedule_id, due_at, status, reason)
      select $1, now() - make_interval(hours => n), 'skipped', 'n ' || n from generate_series(1, 7) n`;
    await query(testServer.databaseUrl, insert, [schedule.id]);
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
    await query(testServer.databaseUrl, insert, [busy.id, [1, 89, 91, 200]]);
    await query(testServer.databaseUrl, insert, [idle.id, [200, 300]]);
    await testServer.features.schedules.cleanUp();
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

describe('a role', () => {
  it('that only watches sees schedules, and makes none', async () => {
    await settle();
    const schedule = await make();
    await setRole(testServer, ada, 'viewer');
    assert.equal((await read(schedule)).id, schedule.id);
    assert.equal((await refusalOf(make(), 403)).code, 'role_too_small');
  });
});

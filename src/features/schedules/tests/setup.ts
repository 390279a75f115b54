/** A server, and a person with a project, for the tests of schedules. */
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { createSchedule, getSchedule, listOccurrences, type Occurrence, type Schedule } from '#features/schedules/contract.ts';
import { ProblemError } from '#wire/call.ts';
import type { CallOf, Problem } from '#wire/contract.ts';
import type { Role } from '#wire/role.ts';
import { query } from '../../../../test/harness/database.ts';
import { eventually } from '../../../../test/harness/eventually.ts';
import { newProject, type Person, signUp, startTestServer, type TestServer } from '../../../../test/harness/test-server.ts';

type Wanted = Partial<CallOf<typeof createSchedule>['body']>;

export const daily = { cron: '0 9 * * *', timezone: 'UTC', message: 'list the files', level: 'autonomous', model: 'practice' } as const;

/** Ends at once; a supervised one that writes waits for a person. */
export const waits = { level: 'supervised', message: 'write a.md: one' } as const;

export let testServer: TestServer;
export let ada: Person;
let projectId: string;
export let organizationId: string;

before(async () => {
  testServer = await startTestServer();
});

after(() => testServer.close());

/** A new person each time, so that due schedules and limits do not interfere between tests. */
export async function settle(): Promise<void> {
  ada = await signUp(testServer);
  ({ id: projectId, organizationId } = await newProject(ada));
}

export const make = async (wanted: Wanted = {}, person = ada): Promise<Schedule> =>
  (await person.call(createSchedule, { params: { projectId }, body: { ...daily, ...wanted } })).body.schedule;

export const read = async ({ id }: { id: string }): Promise<Schedule> =>
  (await ada.call(getSchedule, { params: { scheduleId: id } })).body.schedule;

export const historyOf = async ({ id }: { id: string }): Promise<Occurrence[]> =>
  (await ada.call(listOccurrences, { params: { scheduleId: id } })).body.occurrences;

/** Makes it due, as if its next time had been this many seconds ago. */
export async function makeDue({ id }: { id: string }, seconds = 0): Promise<void> {
  const update = `update schedules set next_at = now() - make_interval(secs => $2), not_before = null where id = $1`;
  await query(testServer.databaseUrl, update, [id, seconds]);
}

/** @returns the newest entry of its history, once there are this many */
export async function outcome(schedule: { id: string }, count = 1): Promise<Occurrence> {
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

export async function refusalOf(asked: Promise<unknown>, status: number): Promise<Problem> {
  const error = await asked.then(
    () => assert.fail('it was not refused'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof ProblemError && error.status === status, String(error));
  return error.problem;
}

/** Another person in the same organization. */
export async function colleague(role: Role): Promise<Person> {
  const person = await signUp(testServer, 'Charles Babbage');
  await query(testServer.databaseUrl, 'insert into members (organization_id, user_id, role) values ($1, $2, $3)', [
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

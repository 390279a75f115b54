import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { currentUser } from '#features/accounts/contract.ts';
import { putPolicy, putProjectPolicy } from '#features/policies/contract.ts';
import { getRun, startRun } from '#features/runs/contract.ts';
import { query } from '../../../test/harness/database.ts';
import { eventually } from '../../../test/harness/eventually.ts';
import { setRole } from '../../../test/harness/roles.ts';
import { newProject, type Person, signUp, startTestServer, type TestServer } from '../../../test/harness/test-server.ts';
import { getAutonomy } from './overview-contract.ts';

let testServer: TestServer;
before(async () => {
  testServer = await startTestServer();
});
after(() => testServer.close());

async function setUp() {
  const ada = await signUp(testServer);
  const { id: projectId, organizationId } = await newProject(ada, 'Website');
  const name = (await ada.call(currentUser, {})).body.user.name;
  return { ada, projectId, organizationId, name };
}

/** @param daysAgo 0: today, in UTC */
const use = (place: { organizationId: string; projectId: string }, userId: string, cost: number | null, tokens: number, daysAgo = 0) =>
  query(
    testServer.databaseUrl,
    `insert into run_usage (run_id, day, model, organization_id, project_id, user_id, steps, input_tokens, output_tokens, cost)
     values (gen_random_uuid(), (now() at time zone 'utc')::date - $6::int, 'openai/gpt-5', $1, $2, $3, 1, $5, 0, $4)`,
    [place.organizationId, place.projectId, userId, cost, tokens, daysAgo],
  );
const overviewOf = async (person: Person) => (await person.call(getAutonomy, {})).body;

describe('GET /api/autonomy', () => {
  it('tells that nothing works, waits or was used', async () => {
    const { ada, organizationId } = await setUp();
    const { usedToday, ...rest } = await overviewOf(ada);
    assert.deepEqual(rest, {
      switch: { on: true, changedAt: null, changedBy: null },
      working: { runs: [], count: 0 },
      held: { runs: [], count: 0 },
      pendingApprovals: 0,
      startedToday: { person: 0, schedule: 0, trigger: 0 },
      next: [],
    });
    const organization = { id: organizationId, name: '', tokens: 0, cost: null, budget: {}, raised: false };
    assert.deepEqual(usedToday, { organization, projects: [], users: [] });
  });

  it('counts what waits for a person, and what was started today by what started it', async () => {
    const { ada, projectId } = await setUp();
    const body = { message: 'write a.txt: Hello', model: 'practice' };
    const { run } = (await ada.call(startRun, { params: { projectId }, body })).body;
    await eventually('it asks', async () => (await ada.call(getRun, { params: { runId: run.id } })).body.run.status, 'waiting');
    const insert = `insert into runs (id, project_id, title, status, level, model, origin, created_at)
      values (gen_random_uuid(), $1, 'Put here', 'done', 'supervised', 'practice', $2, now() - $3::interval)`;
    await query(testServer.databaseUrl, insert, [projectId, 'schedule', '0']);
    await query(testServer.databaseUrl, insert, [projectId, 'schedule', '25 hours']);
    const { pendingApprovals, startedToday, working } = await overviewOf(ada);
    assert.deepEqual([pendingApprovals, startedToday], [1, { person: 1, schedule: 1, trigger: 0 }]);
    assert.equal(working.count, 0);
  });

  it('tells what today has used beside the daily budgets, raised ones as they are now', async () => {
    const { ada, projectId, organizationId, name } = await setUp();
    const place = { organizationId, projectId };
    await use(place, ada.id, 2.5, 1000);
    await use(place, ada.id, null, 500);
    await use(place, ada.id, 99, 99, 1);
    const dailyBudgets = { user: { cost: 3 }, project: { cost: 5, tokens: 9000 }, organization: { tokens: 50_000 } };
    await ada.call(putPolicy, { body: { basedOn: 0, policy: { dailyBudgets } } });
    const narrower = { dailyBudgets: { project: { cost: 4 } } };
    await ada.call(putProjectPolicy, { params: { projectId }, body: { basedOn: 0, policy: narrower } });
    const raise = `insert into daily_raises (organization_id, scope, scope_id, day) values ($1, 'user', $2, (now() at time zone 'utc')::date)`;
    await query(testServer.databaseUrl, raise, [organizationId, ada.id]);
    const used = { tokens: 1500, cost: 2.5 };
    assert.deepEqual((await overviewOf(ada)).usedToday, {
      organization: { ...used, id: organizationId, name: '', budget: { tokens: 50_000 }, raised: false },
      projects: [{ ...used, id: projectId, name: 'Website', budget: { cost: 4, tokens: 9000 }, raised: false }],
      users: [{ ...used, id: ada.id, name, budget: { cost: 6 }, raised: true }],
    });
  });

  it('tells members what they used themselves, and not what others did', async () => {
    const { ada, projectId, organizationId } = await setUp();
    const eve = await signUp(testServer, 'Eve');
    await use({ organizationId, projectId }, eve.id, 1, 10);
    await use({ organizationId, projectId }, ada.id, 2, 20);
    const names = async () => (await overviewOf(ada)).usedToday.users.map((one) => one.name);
    assert.deepEqual(await names(), ['Ada Lovelace', 'Eve']);
    await setRole(testServer, ada, 'member');
    assert.deepEqual(await names(), ['Ada Lovelace']);
    assert.equal((await overviewOf(ada)).usedToday.organization.cost, 3);
  });

  it('tells nothing of other organizations', async () => {
    const [mine, theirs] = [await setUp(), await setUp()];
    await use(theirs, theirs.ada.id, 1, 10);
    assert.equal((await overviewOf(mine.ada)).usedToday.organization.tokens, 0);
  });
});

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { deleteProject, type Project } from '#features/projects/contract.ts';
import { getRun, startRun } from '#features/runs/contract.ts';
import { exportUsage, getUsage, type UsageBy } from '#features/usage/contract.ts';
import type { ProblemError } from '#wire/call.ts';
import { query } from '../../../test/harness/database.ts';
import { eventually } from '../../../test/harness/eventually.ts';
import { setRole } from '../../../test/harness/roles.ts';
import { newProject, type Person, signUp, startTestServer, type TestServer } from '../../../test/harness/test-server.ts';

interface Spent {
  project: Project;
  person: Person;
  day: string;
  model: string;
  tokens: [input: number, output: number];
  cost: number | null;
  steps?: number;
}

const period = { from: '2026-11-01', to: '2026-11-10' };

describe('usage', () => {
  let testServer: TestServer;
  let ada: Person;
  let bob: Person;
  let website: Project;
  let handbook: Project;
  before(async () => {
    testServer = await startTestServer();
    [ada, bob] = [await signUp(testServer), await signUp(testServer, 'Bob')];
    [website, handbook] = [await newProject(ada, 'Website'), await newProject(ada, '=Handbook, "v2"')];
    const membership = `insert into members (organization_id, user_id, role) values ($1, $2, 'member')`;
    await query(testServer.databaseUrl, membership, [website.organizationId, bob.id]);
    const isKnown = (person: Person) =>
      person.call(getUsage, { query: { organization: website.organizationId } }).then(
        () => true,
        () => false,
      );
    await eventually('Bob is a member', () => isKnown(bob));
    await spend({ project: website, person: ada, day: '2026-11-02', model: 'openai/big', tokens: [1000, 200], cost: 0.5, steps: 3 });
    await spend({ project: website, person: bob, day: '2026-11-02', model: 'local/small', tokens: [100, 20], cost: null });
    await spend({ project: handbook, person: ada, day: '2026-11-10', model: 'openai/big', tokens: [10, 2], cost: 0.0125 });
    await spend({ project: handbook, person: bob, day: '2026-11-11', model: 'openai/big', tokens: [7, 7], cost: 7 });
  });
  after(() => testServer.close());

  async function spend({ project, person, day, model, tokens, cost, steps = 1 }: Spent): Promise<void> {
    await query(
      testServer.databaseUrl,
      `insert into run_usage (run_id, day, model, organization_id, project_id, user_id, steps, input_tokens, output_tokens, cost)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [randomUUID(), day, model, project.organizationId, project.id, person.id, steps, ...tokens, cost],
    );
  }
  const read = async (person: Person, by: UsageBy = 'day', more: Record<string, string> = {}) =>
    (await person.call(getUsage, { query: { organization: website.organizationId, ...period, by, ...more } })).body;
  const rows = async (by: UsageBy, person = ada) =>
    (await read(person, by)).rows.map(({ label, inputTokens, cost, unpriced }) => [label, inputTokens, cost, unpriced]);

  describe('GET /api/usage', () => {
    it('adds up a period, and tells each of its days', async () => {
      const { scope, from, to, total, days } = await read(ada);
      assert.deepEqual({ scope, from, to }, { scope: 'organization', ...period });
      assert.deepEqual(total, { steps: 5, inputTokens: 1110, outputTokens: 222, cost: 0.5125, unpriced: true });
      assert.equal(days.length, 10);
      assert.deepEqual(
        days.filter(({ steps }) => steps > 0).map(({ day, inputTokens, cost, unpriced }) => [day, inputTokens, cost, unpriced]),
        [
          ['2026-11-02', 1100, 0.5, true],
          ['2026-11-10', 10, 0.0125, false],
        ],
      );
      assert.deepEqual(days[0], { day: '2026-11-01', steps: 0, inputTokens: 0, outputTokens: 0, cost: null, unpriced: false });
    });

    it('tells who, where and by which model, the most used first', async () => {
      assert.deepEqual(await rows('project'), [
        ['Website', 1100, 0.5, true],
        ['=Handbook, "v2"', 10, 0.0125, false],
      ]);
      assert.deepEqual(await rows('user'), [
        ['Ada Lovelace', 1010, 0.5125, false],
        ['Bob', 100, null, true],
      ]);
      assert.deepEqual(await rows('model'), [
        ['openai/big', 1010, 0.5125, false],
        ['local/small', 100, null, true],
      ]);
      assert.deepEqual(await rows('day'), []);
    });

    it('tells the usage of one project or person alone', async () => {
      assert.equal((await read(ada, 'model', { project: handbook.id })).total.inputTokens, 10);
      assert.equal((await read(ada, 'model', { user: bob.id })).total.inputTokens, 100);
      assert.equal((await read(ada, 'day', { project: randomUUID() })).total.steps, 0);
    });

    it('shows a member their own alone, and says so', async () => {
      const own = await read(bob, 'user');
      assert.equal(own.scope, 'own');
      assert.deepEqual(
        own.rows.map(({ label }) => label),
        ['Bob'],
      );
      assert.equal(own.total.inputTokens, 100);
      assert.equal((await read(bob, 'user', { user: bob.id })).total.inputTokens, 100);
      await assert.rejects(read(bob, 'user', { user: ada.id }), { status: 403, code: 'role_too_small' });
    });

    it('is nothing to another organization', async () => {
      const eve = await signUp(testServer);
      assert.equal((await eve.call(getUsage, { query: period })).body.total.steps, 0);
      await assert.rejects(read(eve), { status: 404 });
    });

    it('is about the last 30 days unless told otherwise, and up to 400', async () => {
      const { days, to } = (await ada.call(getUsage, {})).body;
      assert.equal(days.length, 30);
      assert.equal(to, new Date().toISOString().slice(0, 10));
      assert.equal((await read(ada, 'day', { from: '2025-10-08', to: '2026-11-11' })).days.length, 400);
      const wrong: [Record<string, string>, string][] = [
        [{ from: '2025-10-07', to: '2026-11-11' }, 'from'],
        [{ from: '2026-11-11', to: '2026-11-10' }, 'to'],
        [{ from: '2026-02-30' }, 'from'],
        [{ from: '0000-01-01', to: '0000-01-02' }, 'from'],
      ];
      for (const [query, path] of wrong) {
        const refusal = await read(ada, 'day', query).catch((error: ProblemError) => error.problem);
        assert.ok('errors' in refusal, JSON.stringify(query));
        assert.equal(refusal.errors?.[0]?.path, path, JSON.stringify(query));
      }
    });

    it('ends in the future when it begins there', async () => {
      const { from, to } = (await ada.call(getUsage, { query: { from: '2999-01-01' } })).body;
      assert.deepEqual([from, to], ['2999-01-01', '2999-01-01']);
    });
  });

  describe('GET /api/usage/export', () => {
    const read = async (person: Person) => {
      const { body, headers } = await person.call(exportUsage, { query: { organization: website.organizationId, ...period } });
      return { text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(body), headers };
    };

    it('is a CSV file that spreadsheets read, in which a name is never a formula', async () => {
      const { text, headers } = await read(ada);
      assert.equal(headers.get('content-type'), 'text/csv; charset=utf-8');
      assert.equal(headers.get('content-disposition'), 'attachment; filename="usage-2026-11-01-to-2026-11-10.csv"');
      assert.equal(
        text,
        [
          '\ufeffday,project,person,model,steps,input_tokens,output_tokens,cost_usd,unpriced',
          '2026-11-02,Website,Ada Lovelace,openai/big,3,1000,200,0.5,no',
          '2026-11-02,Website,Bob,local/small,1,100,20,,yes',
          `2026-11-10,"'=Handbook, ""v2""",Ada Lovelace,openai/big,1,10,2,0.0125,no`,
          '',
        ].join('\r\n'),
      );
    });

    it('has a member’s own lines alone', async () => {
      const { text } = await read(bob);
      assert.match(text, /Bob/);
      assert.doesNotMatch(text, /Ada/);
    });
  });

  describe('of what is gone', () => {
    it('is told in words: deleted projects, former members, deleted accounts', async () => {
      const [founder, leaver, deleted] = [await signUp(testServer), await signUp(testServer, 'Lea'), await signUp(testServer, 'Del')];
      const project = await newProject(founder);
      for (const person of [leaver, deleted])
        await spend({ project, person, day: '2026-11-02', model: 'm', tokens: person === leaver ? [20, 0] : [10, 0], cost: 1 });
      await founder.call(deleteProject, { params: { projectId: project.id } });
      await query(testServer.databaseUrl, 'delete from users where id = $1', [deleted.id]);
      const labels = async (by: UsageBy) =>
        (await founder.call(getUsage, { query: { ...period, by } })).body.rows.map(({ key, label }) => [key, label]);
      assert.deepEqual(await labels('project'), [[null, 'Deleted projects']]);
      assert.deepEqual(await labels('user'), [
        [leaver.id, 'Lea (former member)'],
        [null, 'Deleted accounts'],
      ]);
    });
  });

  describe('of a run', () => {
    it('is written as it works, at the price of its model', async () => {
      const person = await signUp(testServer);
      const { id: projectId } = await newProject(person);
      const body = { message: 'list the files', model: 'practice' };
      const { run } = (await person.call(startRun, { params: { projectId }, body })).body;
      const now = async () => (await person.call(getRun, { params: { runId: run.id } })).body.run;
      await eventually('the run is done', async () => (await now()).status, 'done');
      const { inputTokens, outputTokens } = await now();
      assert.ok(inputTokens > 0 && outputTokens > 0);
      const { total, rows } = (await person.call(getUsage, { query: { by: 'model' } })).body;
      assert.deepEqual(total, { steps: 2, inputTokens, outputTokens, cost: 0, unpriced: false });
      assert.deepEqual(
        rows.map(({ key }) => key),
        ['practice'],
      );
    });

    it('stays the person’s when their role changes', async () => {
      await setRole(testServer, bob, 'viewer');
      assert.equal((await read(bob)).total.inputTokens, 100);
    });
  });
});

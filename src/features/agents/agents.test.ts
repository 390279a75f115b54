import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import type { ProblemError } from '#wire/call.ts';
import { query } from '../../../test/harness/database.ts';
import { eventually } from '../../../test/harness/eventually.ts';
import { newProject, type Person, signUp, startTestServer, type TestServer } from '../../../test/harness/test-server.ts';
import { type Agent, archiveAgent, changeAgent, createAgent, getAgent, listAgents, MAX_INSTRUCTIONS, restoreAgent } from './contract.ts';

const instructions = 'Check every figure.\nSay where it comes from.';

describe('agents', () => {
  let testServer: TestServer;
  let person: Person;
  before(async () => {
    testServer = await startTestServer();
  });
  after(() => testServer.close());
  const setUp = async () => {
    person = await signUp(testServer);
  };

  const make = async (name: string, more: object = {}) =>
    (await person.call(createAgent, { body: { name, instructions, ...more } })).body.agent;
  const change = async (agent: Agent, changes: object) =>
    (await person.call(changeAgent, { params: { agentId: agent.id }, body: { basedOn: agent.version, ...changes } })).body.agent;
  const names = async (archived: 'true' | 'false' = 'false') =>
    (await person.call(listAgents, { query: { archived } })).body.agents.map(({ name }) => name);

  describe('POST /api/agents', () => {
    before(setUp);

    it('makes an agent that runs under supervision, with all tools and the model of the person who starts it', async () => {
      const agent = await make('Reviewer');
      const { changedAt, id, organizationId, changedBy, ...said } = agent;
      assert.deepEqual(said, {
        version: 1,
        name: 'Reviewer',
        instructions,
        model: null,
        tools: null,
        level: 'supervised',
        budget: {},
        archived: false,
      });
      assert.deepEqual(changedBy, { id: person.id, name: 'Ada Lovelace' });
    });

    it('stores its settings, each tool once', async () => {
      const settings = { model: 'practice', level: 'autonomous', budget: { steps: 9, cost: 0.25, minutes: 1.5 } };
      const agent = await make('Writer', { ...settings, tools: ['read_file', 'write_file', 'read_file'] });
      const { model, level, budget, tools } = agent;
      assert.deepEqual({ model, level, budget }, settings);
      assert.deepEqual(tools, ['read_file', 'write_file']);
    });

    it('refuses a name that another has, whatever the case', async () => {
      await make('Translator');
      await assert.rejects(make('TRANSLATOR'), { status: 409, code: 'name_taken' });
    });

    it('names every tool that does not exist', async () => {
      const refusal = await make('Odd', { tools: ['read_file', 'fly', 'swim'] }).catch((error: ProblemError) => error.problem);
      assert.deepEqual('errors' in refusal && refusal.errors?.map(({ path }) => path), ['tools.1', 'tools.2']);
    });

    it('names all that is wrong at once', async () => {
      const body = { name: ' ', instructions: 'x'.repeat(MAX_INSTRUCTIONS + 1), level: 'wild' as 'off', budget: { steps: 0, cost: -1 } };
      const refusal = await person.call(createAgent, { body }).catch((error: ProblemError) => error.problem);
      assert.deepEqual('errors' in refusal && refusal.errors?.map(({ path }) => path), [
        'name',
        'instructions',
        'level',
        'budget.steps',
        'budget.cost',
      ]);
    });
  });

  describe('GET /api/agents', () => {
    before(setUp);

    it('lists by name, without instructions, and tells the tools there are', async () => {
      for (const name of ['writer', 'Editor', 'Zoe']) await make(name);
      const { agents, tools } = (await person.call(listAgents, {})).body;
      assert.deepEqual(
        agents.map(({ name }) => name),
        ['Editor', 'writer', 'Zoe'],
      );
      assert.ok(agents.every((agent) => !('instructions' in agent)));
      assert.ok(tools.some(({ name, description }) => name === 'read_file' && description.length > 10));
      assert.ok(tools.every((tool) => Object.keys(tool).length === 2));
    });

    it('is the organization’s own: others neither see nor change its agents', async () => {
      const agent = await make('Own');
      const outsider = await signUp(testServer);
      assert.deepEqual((await outsider.call(listAgents, {})).body.agents, []);
      for (const contract of [getAgent, archiveAgent, restoreAgent])
        await assert.rejects(outsider.call(contract as typeof getAgent, { params: { agentId: agent.id } }), { status: 404 });
      const { organizationId } = await newProject(person);
      await assert.rejects(outsider.call(listAgents, { query: { organization: organizationId } }), { status: 404 });
    });
  });

  describe('PATCH /api/agents/:agentId', () => {
    before(setUp);

    it('changes what is named, as a new version by the caller, and keeps the old ones', async () => {
      const first = await make('Reviewer', { model: 'practice', tools: ['read_file'] });
      const second = await change(first, { instructions: 'Be brief.', model: null });
      assert.deepEqual([second.version, second.instructions, second.model, second.tools], [2, 'Be brief.', null, ['read_file']]);
      const third = await change(second, { name: 'Critic' });
      const { agent, versions, more } = (await person.call(getAgent, { params: { agentId: first.id } })).body;
      assert.deepEqual(agent, third);
      assert.deepEqual(
        versions.map(({ version, name, instructions }) => [version, name, instructions]),
        [
          [3, 'Critic', 'Be brief.'],
          [2, 'Reviewer', 'Be brief.'],
          [1, 'Reviewer', instructions],
        ],
      );
      assert.equal(more, false);
    });

    it('makes no version when nothing would change', async () => {
      const agent = await make('Steady', { budget: { steps: 3, minutes: 2 } });
      assert.deepEqual(await change(agent, { name: 'Steady', budget: { minutes: 2, steps: 3 } }), agent);
    });

    it('refuses to overwrite a change made meanwhile, and shows it', async () => {
      const agent = await make('Busy');
      const theirs = await change(agent, { instructions: 'Theirs.' });
      const problem = await change(agent, { instructions: 'Mine.' }).catch((error: ProblemError) => error);
      assert.ok('problem' in problem);
      assert.equal(problem.code, 'changed_meanwhile');
      assert.deepEqual(problem.problem['agent'], theirs);
    });

    it('lets one of several who change it at once through', async () => {
      const agent = await make('Contested');
      const outcomes = await Promise.allSettled([1, 2, 3, 4, 5].map((n) => change(agent, { instructions: `Number ${n}.` })));
      const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason.code] : []));
      assert.deepEqual(refused, Array(4).fill('changed_meanwhile'));
      assert.equal((await person.call(getAgent, { params: { agentId: agent.id } })).body.versions.length, 2);
    });

    it('keeps a tool that is away at the moment, and takes no other that is not there', async () => {
      const agent = await make('Connected', { tools: ['read_file'] });
      await query(testServer.databaseUrl, `update agent_versions set tools = '{away__search}' where agent_id = $1`, [agent.id]);
      const kept = await change(agent, { tools: ['away__search', 'write_file'] });
      assert.deepEqual(kept.tools, ['away__search', 'write_file']);
      await assert.rejects(change(kept, { tools: ['away__search', 'away__fetch'] }), { status: 422 });
    });

    it('refuses a name that another has', async () => {
      await make('First');
      await assert.rejects(change(await make('Second'), { name: 'first' }), { code: 'name_taken' });
    });
  });

  describe('GET /api/agents/:agentId', () => {
    before(setUp);

    it('tells versions a page at a time', async () => {
      let agent = await make('Much changed');
      for (let i = 2; i <= 5; i++) agent = await change(agent, { instructions: `Version ${i}.` });
      const page = async (before?: number) =>
        (await person.call(getAgent, { params: { agentId: agent.id }, query: { before, limit: 2 } })).body;
      const first = await page();
      assert.deepEqual([first.versions.map(({ version }) => version), first.more], [[5, 4], true]);
      const last = await page(3);
      assert.deepEqual([last.versions.map(({ version }) => version), last.more], [[2, 1], false]);
    });

    it('names who changed it, also when they have gone', async () => {
      const agent = await make('Orphan');
      await query(testServer.databaseUrl, 'update agent_versions set user_id = null where agent_id = $1', [agent.id]);
      const { changedBy } = (await person.call(getAgent, { params: { agentId: agent.id } })).body.agent;
      assert.deepEqual(changedBy, { id: null, name: 'a former member' });
    });
  });

  describe('DELETE /api/agents/:agentId, and restoring', () => {
    before(setUp);

    it('archives: out of the list, not to be changed, and back again', async () => {
      const agent = await make('Seasonal');
      const params = { agentId: agent.id };
      await person.call(archiveAgent, { params });
      await person.call(archiveAgent, { params });
      assert.deepEqual([await names(), await names('true')], [[], ['Seasonal']]);
      await assert.rejects(change(agent, { name: 'Other' }), { status: 409, code: 'agent_archived' });
      const { agent: restored } = (await person.call(restoreAgent, { params })).body;
      assert.deepEqual(restored, agent);
      assert.deepEqual([await names(), await names('true')], [['Seasonal'], []]);
    });

    it('frees the name, and refuses to restore while another has it', async () => {
      const old = await make('Twin');
      await person.call(archiveAgent, { params: { agentId: old.id } });
      const young = await make('twin');
      await assert.rejects(person.call(restoreAgent, { params: { agentId: old.id } }), { status: 409, code: 'name_taken' });
      await change(young, { name: 'Elder' });
      assert.equal((await person.call(restoreAgent, { params: { agentId: old.id } })).body.agent.name, 'Twin');
    });
  });

  describe('for runs', () => {
    before(setUp);
    const organization = async () => (await newProject(person)).organizationId;

    it('the newest version is used, of the organization’s own agents that are not archived', async () => {
      const { agents } = testServer.features;
      const agent = await change(await make('Used'), { instructions: 'The newest.' });
      const { changedAt, archived, organizationId, ...version } = agent;
      assert.deepEqual(await agents.use(await organization(), agent.id), version);
      await assert.rejects(agents.use(randomUUID(), agent.id), { status: 404 });
      await assert.rejects(agents.use(await organization(), randomUUID()), { status: 404 });
      await person.call(archiveAgent, { params: { agentId: agent.id } });
      await assert.rejects(agents.use(await organization(), agent.id), { status: 409, code: 'agent_archived' });
    });

    it('a version stays what it was, and is read once', async () => {
      const { agents, db } = testServer.features;
      const first = await make('Constant');
      await change(first, { name: 'Changed', instructions: 'Something else.' });
      const read = () => agents.version(first.id, 1);
      assert.deepEqual([(await read())?.name, (await read())?.instructions], ['Constant', instructions]);
      const before = db.stats().queries;
      for (let i = 0; i < 100; i++) await read();
      assert.equal(db.stats().queries, before);
      assert.equal(await agents.version(first.id, 99), undefined);
    });

    it('agents go with their organization', async () => {
      const agent = await make('Last');
      const organizationId = await organization();
      await query(testServer.databaseUrl, 'delete from projects where organization_id = $1', [organizationId]);
      await query(testServer.databaseUrl, 'delete from organizations where id = $1', [organizationId]);
      await eventually(
        'the agent is gone',
        async () => (await query(testServer.databaseUrl, 'select 1 from agents where id = $1', [agent.id])).length,
        0,
      );
    });
  });
});

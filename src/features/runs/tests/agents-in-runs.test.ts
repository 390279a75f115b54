import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { createAgent } from '#features/agents/contract.ts';
import { saveFile } from '#features/files/contract.ts';
import { putModelSettings } from '#features/models/contract.ts';
import { eventually } from '../../../../test/harness/eventually.ts';
import { newProject, signUp, startTestServer } from '../../../../test/harness/test-server.ts';
import { branchRun, exportRun, getRun, readOutput, startRun } from '../contract.ts';
import { codeOf, models, obedient, person, projectId, run, setScript, testServer } from './steering-setup.ts';

describe('a long result', () => {
  it('is logged and given to the model with its beginning only, and the rest is read by range', async () => {
    setScript(({ messages }) => (messages.at(-1)?.role === 'tool' ? ['Long.'] : [{ tool: 'bash', input: { command: 'seq 1 40000' } }]));
    const { run: done, events } = await run('print');
    const result = events.find((event) => event.type === 'tool_result');
    assert.ok(result?.type === 'tool_result' && result.data.whole, JSON.stringify(result).slice(0, 500));
    assert.ok(result.data.output.length <= 30_000 && result.data.whole.characters > 150_000);
    assert.match(JSON.stringify(models.requests.at(-1)?.messages.at(-1)), /read_output/);
    const { id: outputId, characters } = result.data.whole;
    const query = { from: characters - 40, length: 100 };
    const { body } = await person.call(readOutput, { params: { runId: done.id, outputId }, query });
    assert.match(body.text, /39999\n40000\n/);
    assert.equal(body.characters, characters);
    await assert.rejects(person.call(readOutput, { params: { runId: done.id, outputId: '9.9' }, query }), codeOf('not_found'));
  });
});

describe('GET /api/runs/:runId/export', () => {
  it('returns the complete run, for reading and for processing', async () => {
    setScript(obedient);
    const { run: done, events } = await run('write export.md ```x```');
    const text = Buffer.from((await person.call(exportRun, { params: { runId: done.id }, query: {} })).body).toString();
    for (const part of ['# write export.md', '**write_file**', '## Ada Lovelace', 'I heard 1 messages.', 'was done'])
      assert.ok(text.includes(part), text);
    const json = await person.call(exportRun, { params: { runId: done.id }, query: { format: 'json' } });
    const document = JSON.parse(Buffer.from(json.body).toString());
    assert.deepEqual(document.events, events);
    assert.equal(Buffer.from(json.body).toString(), JSON.stringify(document, null, 2));
    assert.match(json.headers.get('content-disposition') ?? '', /attachment; filename="run-.*\.json"/);
  });
});

describe('GET /api/runs/:runId', () => {
  it('returns the log in pages', async () => {
    setScript(obedient);
    const { run: done, events } = await run('hello');
    const params = { runId: done.id };
    const first = (await person.call(getRun, { params, query: { limit: 2 } })).body;
    const rest = (await person.call(getRun, { params, query: { after: 2 } })).body;
    assert.deepEqual([...first.events, ...rest.events], events);
    assert.deepEqual([first.more, rest.more], [true, false]);
  });
});

describe('an agent', () => {
  it('provides instructions, model, tools and budget; the project’s AGENTS.md is read too', async () => {
    setScript(obedient);
    const headers = { 'if-none-match': '*' };
    await person.call(saveFile, { params: { projectId }, query: { path: 'AGENTS.md' }, body: 'Speak of cats.' }, { headers });
    const tools = ['read_file'];
    const settings = {
      name: 'Poet',
      instructions: 'Answer in rhymes.',
      model: 'server/other',
      tools,
      level: 'off' as const,
      budget: { steps: 7 },
    };
    const { agent } = (await person.call(createAgent, { body: settings })).body;
    const { run: done } = await run('hello', { agentId: agent.id });
    assert.deepEqual(done.agent, { id: agent.id, name: 'Poet', version: 1 });
    assert.deepEqual([done.model, done.level, done.budget], ['server/other', 'off', { steps: 7 }]);
    const asked = models.requests.at(-1);
    const system = String(asked?.messages[0]?.content);
    assert.ok(system.includes('Answer in rhymes.') && system.includes('Speak of cats.'), system);
    assert.deepEqual(asked?.tools.sort(), ['read_file', 'read_output']);
    const { run: refused, events } = await run('write forbidden.md x', { agentId: agent.id });
    assert.equal(refused.status, 'done');
    const result = events.find((event) => event.type === 'tool_result');
    assert.ok(result?.type === 'tool_result' && !result.data.ok);
  });
});

describe('the autonomy limiter', () => {
  it('counts runs whose agent is autonomous, and branches of such runs', async () => {
    const limited = await startTestServer({
      databaseUrl: testServer.databaseUrl,
      env: { MODEL_SERVER_URL: models.url, RATE_LIMIT_AGENT: '1000/1m', RATE_LIMIT_AUTONOMY: '2/1h', RATE_LIMIT_MULTIPLIER: '1' },
    });
    after(() => limited.close());
    const visitor = await signUp(limited);
    const { id: ownProject } = await newProject(visitor);
    setScript(obedient);
    const settings = { name: 'Night watch', instructions: 'Watch.', model: 'server/other', level: 'autonomous' as const };
    const { agent } = (await visitor.call(createAgent, { body: settings })).body;
    const begin = () => visitor.call(startRun, { params: { projectId: ownProject }, body: { message: 'hello', agentId: agent.id } });
    const { run: first } = (await begin()).body;
    const statusOf = async () => (await visitor.call(getRun, { params: { runId: first.id } })).body.run.status;
    await eventually('it is done', statusOf, 'done');
    const branch = () => visitor.call(branchRun, { params: { runId: first.id }, body: { event: 1, message: 'again' } });
    await branch();
    await assert.rejects(branch(), codeOf('rate_limited'));
    await assert.rejects(begin(), codeOf('rate_limited'));
  });
});

describe('another model', () => {
  it('takes over if the organization has named one', async () => {
    const body = { allowed: null, default: null, fallback: 'server/other', prices: {} };
    await person.call(putModelSettings, { body });
    setScript((request) => (request.body['model'] === 'test' ? [{ status: 401 }] : obedient(request)));
    const { run: done, events } = await run('write by-the-other.md x');
    assert.equal(done.status, 'done');
    // Once, although there were two steps: the run keeps the fallback model.
    assert.equal(events.filter((event) => event.type === 'notice' && event.data.code === 'fallback').length, 1);
  });
});

describe('the same call three times in a row', () => {
  it('is referred to a person', async () => {
    setScript(() => [{ tool: 'list_files', input: {} }]);
    const { run: waiting, events } = await run('go round in circles');
    assert.equal(waiting.status, 'waiting');
    const question = events.at(-1);
    assert.ok(question?.type === 'question' && question.data.kind === 'repeated_call');
    assert.equal(events.filter(({ type }) => type === 'tool_result').length, 2);
  });
});

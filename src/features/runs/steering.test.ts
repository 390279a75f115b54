import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createAgent } from '#features/agents/contract.ts';
import { listChanges, readFile, saveFile } from '#features/files/contract.ts';
import { listApprovals } from '#features/inbox/contract.ts';
import { putModelSettings } from '#features/models/contract.ts';
import { getUsage } from '#features/usage/contract.ts';
import { ProblemError } from '#wire/call.ts';
import { eventually } from '../../../test/harness/eventually.ts';
import { type ModelServerPart, type ModelServerRequest, openModelServer } from '../../../test/harness/model-server.ts';
import { type House, newProject, openHouse, type Person, signUp } from '../../../test/harness/test-server.ts';
import { decideApproval } from './approvals-contract.ts';
import { branchRun, exportRun, getRun, readOutput, retryRun, revertRun, sendMessage, startRun, stopRun } from './contract.ts';

type Script = (request: ModelServerRequest) => Iterable<ModelServerPart> | AsyncIterable<ModelServerPart>;

let script: Script;
let models: Awaited<ReturnType<typeof openModelServer>>;
let house: House;
let person: Person;
let projectId: string;
before(async () => {
  models = await openModelServer((request) => script(request), { models: [{ id: 'test' }, { id: 'other' }] });
  house = await openHouse({ env: { MODEL_SERVER_URL: models.url } });
  person = await signUp(house);
  projectId = (await newProject(person)).id;
});
after(async () => {
  await house.close();
  await models.close();
});

async function start(message: string, body: { model?: string; agentId?: string; budget?: object } = {}): Promise<string> {
  const given = { ...(body.agentId ? {} : { level: 'autonomous', model: 'server/test' }), ...body, message };
  return (await person.call(startRun, { params: { projectId }, body: given as typeof given & { model: string; level: 'autonomous' } })).body
    .run.id;
}
const read = async (runId: string) => (await person.call(getRun, { params: { runId } })).body;
const over = (runId: string) =>
  eventually('the run has ended', async () => {
    const found = await read(runId);
    return ['done', 'failed', 'waiting', 'stopped'].includes(found.run.status) && found;
  });
const run = async (message: string, body?: Parameters<typeof start>[1]) => over(await start(message, body));

/** Does what the newest message says, such as `write a.md x`, then says so. */
const obedient: Script = ({ messages }) => {
  const last = messages.at(-1);
  const [said = ''] = String(last?.content).split('\n');
  const [verb, path = '', content = ''] = said.split(' ');
  if (last?.role === 'tool' || verb !== 'write') return [`I heard ${messages.filter(({ role }) => role === 'user').length} messages.`];
  return [{ tool: 'write_file', input: { path, content } }];
};
const codeOf = (code: string) => (error: unknown) => error instanceof ProblemError && error.problem.code === code;

describe('a budget that is used up', () => {
  const decide = async (runId: string, decision: 'approve' | 'reject') => {
    const [approval] = (await person.call(listApprovals, { query: { run: runId } })).body.approvals;
    assert.equal(approval?.kind, 'budget');
    await person.call(decideApproval, { params: { approvalId: approval?.id ?? '' }, body: { decision, hash: approval?.hash } });
  };

  it('lets the run ask, and go on once a person has raised it, by as much again', async () => {
    script = obedient;
    const paused = await run('write budget.md x', { budget: { steps: 1 } });
    assert.deepEqual([paused.run.status, paused.events.at(-1)?.type], ['waiting', 'pause']);
    await decide(paused.run.id, 'approve');
    const done = await over(paused.run.id);
    assert.deepEqual([done.run.status, done.run.budget], ['done', { steps: 2 }]);
    await person.call(sendMessage, { params: { runId: paused.run.id }, body: { message: 'more' } });
    const failed = await over(paused.run.id);
    const error = failed.events.at(-2);
    assert.ok(error?.type === 'error' && error.data.code === 'budget_reached', 'it was raised once already');
  });

  it('ends the run when a person refuses, which goes on from there with a larger one', async () => {
    script = obedient;
    const paused = await run('write other.md x', { budget: { steps: 1 } });
    await decide(paused.run.id, 'reject');
    const failed = await over(paused.run.id);
    assert.equal(failed.run.status, 'failed');
    assert.match(JSON.stringify(failed.events.at(-2)), /Ada Lovelace did not raise it/);
    const params = { runId: paused.run.id };
    const raised = (await person.call(retryRun, { params, body: { budget: { steps: 5 } } })).body.run;
    assert.deepEqual(raised.budget, { steps: 5 });
    assert.equal((await over(paused.run.id)).run.status, 'done');
  });

  it('in money needs a price, which an admin may enter', async () => {
    script = obedient;
    await assert.rejects(start('hello', { budget: { cost: 0.001 } }), codeOf('price_unknown'));
    const body = { allowed: null, default: null, fallback: null, prices: { 'server/test': { input: 10, output: 100 } } };
    await person.call(putModelSettings, { body });
    const done = await run('hello', { budget: { cost: 0.001 } });
    // 100 input and 10 output tokens.
    assert.equal(done.run.cost, 0.002);
    await person.call(sendMessage, { params: { runId: done.run.id }, body: { message: 'more' } });
    const paused = await over(done.run.id);
    assert.equal(paused.run.status, 'waiting');
  });

  it('is what usage tells, by day and model', async () => {
    const { body } = await person.call(getUsage, { query: { by: 'model' } });
    const row = body.rows.find(({ key }) => key === 'server/test');
    assert.ok(row && row.steps >= 3 && row.inputTokens >= 300 && (row.cost ?? 0) >= 0.002, JSON.stringify(body.rows));
  });
});

describe('POST /api/runs/:runId/retry', () => {
  it('is for runs that failed or were stopped', async () => {
    script = obedient;
    const done = await run('hello');
    await assert.rejects(person.call(retryRun, { params: { runId: done.run.id }, body: {} }), codeOf('not_ended'));
  });

  it('lets a run that was stopped in the middle of a tool carry out what it had not', async () => {
    script = ({ messages }) => {
      if (messages.at(-1)?.role === 'tool') return ['Both are done.'];
      return [
        { tool: 'bash', input: { command: 'sleep 2' }, callId: 'a' },
        { tool: 'write_file', input: { path: 'after.md', content: 'x' }, callId: 'b' },
      ];
    };
    const runId = await start('go');
    await eventually(
      'bash has begun',
      async () => (await read(runId)).events,
      (seen) => seen.some(({ type }) => type === 'step_end'),
    );
    const begun = performance.now();
    await person.call(stopRun, { params: { runId } });
    assert.equal((await over(runId)).run.status, 'stopped');
    assert.ok(performance.now() - begun < 5000);
    assert.ok(!(await read(runId)).events.some(({ type }) => type === 'tool_result'));
    await person.call(retryRun, { params: { runId }, body: {} });
    await eventually('it is done', async () => (await read(runId)).run.status, 'done');
    const results = (await read(runId)).events.flatMap((event) => (event.type === 'tool_result' ? [event.data.tool] : []));
    assert.deepEqual(results, ['bash', 'write_file']);
  });
});

describe('POST /api/runs/:runId/branches', () => {
  it('starts another run that knows what was said before the message, and nothing after it', async () => {
    script = obedient;
    const first = await run('write branch.md x');
    await person.call(sendMessage, { params: { runId: first.run.id }, body: { message: 'second' } });
    const { events } = await eventually('it has answered', async () => {
      const found = await over(first.run.id);
      return found.events.filter(({ type }) => type === 'end').length === 2 && found;
    });
    const second = events.findLast(({ type }) => type === 'message');
    const body = { event: second?.seq ?? 0, message: 'otherwise' };
    const { run: branch } = (await person.call(branchRun, { params: { runId: first.run.id }, body })).body;
    assert.deepEqual(branch.branchedFrom, { runId: first.run.id, event: second?.seq });
    const done = await over(branch.id);
    const asked = models.requests.at(-1)?.messages.filter(({ role }) => role === 'user');
    assert.deepEqual(
      asked?.map(({ content }) => String(content).split('\n')[0]),
      ['write branch.md x', 'otherwise'],
    );
    assert.deepEqual(
      done.events.map(({ seq }) => seq),
      done.events.map((_, index) => index + 1),
    );
    // Its budget begins anew, and undoing it undoes nothing of where it came from.
    assert.equal(done.run.inputTokens, 100);
    await assert.rejects(person.call(revertRun, { params: { runId: branch.id } }), codeOf('nothing_to_undo'));
  });

  it('is refused where there is no message', async () => {
    script = obedient;
    const { run: done } = await run('hello');
    await assert.rejects(person.call(branchRun, { params: { runId: done.id }, body: { event: 2, message: 'x' } }), codeOf('no_message'));
  });
});

describe('POST /api/runs/:runId/revert', () => {
  it('undoes all that a run changed, as one change, also where somebody edited beside it', async () => {
    const params = { projectId };
    script = ({ messages }) => {
      const done = messages.filter(({ role }) => role === 'tool').length;
      const calls = [
        { tool: 'read_file', input: { path: 'kept.md' } },
        { tool: 'write_file', input: { path: 'kept.md', content: 'one\ntwo by the agent\nthree\nfour\nfive\n' } },
        { tool: 'write_file', input: { path: 'new.md', content: 'new\n' } },
        { tool: 'bash', input: { command: 'echo more >> new.md && mkdir -p deep && cp new.md deep/copy.md' } },
      ];
      const next = calls[done];
      return next ? [next] : ['Done.'];
    };
    const headers = { 'if-none-match': '*' };
    await person.call(saveFile, { params, query: { path: 'kept.md' }, body: 'one\ntwo\nthree\nfour\nfive\n' }, { headers });
    const { run: done } = await run('change things');
    assert.equal(done.status, 'done');
    const get = async (path: string) => person.call(readFile, { params, query: { path } });
    assert.equal(Buffer.from((await get('deep/copy.md')).body).toString(), 'new\nmore\n');
    const { headers: now } = await get('kept.md');
    const edited = 'one\ntwo by the agent\nthree\nfour\nfive by Ada\n';
    await person.call(saveFile, { params, query: { path: 'kept.md' }, body: edited }, { headers: { 'if-match': now.get('etag') ?? '' } });

    const { change } = (await person.call(revertRun, { params: { runId: done.id } })).body;
    assert.equal(change.kind, 'revert');
    assert.equal(Buffer.from((await get('kept.md')).body).toString(), 'one\ntwo\nthree\nfour\nfive by Ada\n');
    for (const path of ['new.md', 'deep/copy.md']) await assert.rejects(get(path), codeOf('not_found'));
    await assert.rejects(person.call(revertRun, { params: { runId: done.id } }), codeOf('nothing_to_undo'));
    const { changes } = (await person.call(listChanges, { params, query: { limit: 1 } })).body;
    assert.equal(changes[0]?.id, change.id);
  });

  it('is refused while the run is at work', async () => {
    const never = new Promise<never>(() => undefined);
    script = async function* () {
      await never;
      yield '';
    };
    const runId = await start('wait');
    await assert.rejects(person.call(revertRun, { params: { runId } }), codeOf('run_at_work'));
    await person.call(stopRun, { params: { runId } });
  });
});

describe('a long result', () => {
  it('stands in the log with its beginning, is given to the model so, and is read on by range', async () => {
    script = ({ messages }) => (messages.at(-1)?.role === 'tool' ? ['Long.'] : [{ tool: 'bash', input: { command: 'seq 1 40000' } }]);
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
  it('gives the whole run to read, and to process', async () => {
    script = obedient;
    const { run: done, events } = await run('write export.md ```x```');
    const text = Buffer.from((await person.call(exportRun, { params: { runId: done.id }, query: {} })).body).toString();
    for (const part of ['# write export.md', '**write_file**', '## Ada Lovelace', 'I heard 1 messages.', 'was done'])
      assert.ok(text.includes(part), text);
    const json = await person.call(exportRun, { params: { runId: done.id }, query: { format: 'json' } });
    assert.deepEqual(JSON.parse(Buffer.from(json.body).toString()).events, events);
    assert.match(json.headers.get('content-disposition') ?? '', /attachment; filename="run-.*\.json"/);
  });
});

describe('GET /api/runs/:runId', () => {
  it('gives the log in pages', async () => {
    script = obedient;
    const { run: done, events } = await run('hello');
    const params = { runId: done.id };
    const first = (await person.call(getRun, { params, query: { limit: 2 } })).body;
    const rest = (await person.call(getRun, { params, query: { after: 2 } })).body;
    assert.deepEqual([...first.events, ...rest.events], events);
    assert.deepEqual([first.more, rest.more], [true, false]);
  });
});

describe('an agent', () => {
  it('brings its instructions, model, tools and budget; the project’s AGENTS.md is read too', async () => {
    script = obedient;
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
    const limited = await openHouse({
      databaseUrl: house.databaseUrl,
      env: { MODEL_SERVER_URL: models.url, RATE_LIMIT_AGENT: '1000/1m', RATE_LIMIT_AUTONOMY: '2/1h', RATE_LIMIT_MULTIPLIER: '1' },
    });
    after(() => limited.close());
    const visitor = await signUp(limited);
    const { id: ownProject } = await newProject(visitor);
    script = obedient;
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
  it('takes over where the organization has named one', async () => {
    const body = { allowed: null, default: null, fallback: 'server/other', prices: {} };
    await person.call(putModelSettings, { body });
    script = (request) => (request.body['model'] === 'test' ? [{ status: 401 }] : obedient(request));
    const { run: done, events } = await run('write by-the-other.md x');
    assert.equal(done.status, 'done');
    // Once, though there were two steps: it stays with the other one.
    assert.equal(events.filter((event) => event.type === 'notice' && event.data.code === 'fallback').length, 1);
  });
});

describe('the same call three times in a row', () => {
  it('is put to a person', async () => {
    script = () => [{ tool: 'list_files', input: {} }];
    const { run: waiting, events } = await run('go round in circles');
    assert.equal(waiting.status, 'waiting');
    const question = events.at(-1);
    assert.ok(question?.type === 'question' && question.data.kind === 'repeated_call');
    assert.equal(events.filter(({ type }) => type === 'tool_result').length, 2);
  });
});

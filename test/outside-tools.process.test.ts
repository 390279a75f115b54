/** Tools that act outside Guildhall, beyond any transaction: how a server's death and a person's answer affect them. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { createAgent } from '#features/agents/contract.ts';
import { listAudit } from '#features/audit/contract.ts';
import { listToolServers, removeToolServer, testToolServer } from '#features/connections/contract.ts';
import { listApprovals } from '#features/inbox/contract.ts';
import { decideApproval } from '#features/runs/approvals-contract.ts';
import { answerQuestion, getRun, retryRun, sendMessage, startRun, stopRun } from '#features/runs/contract.ts';
import type { AnswerChoice, EventData, EventType } from '#features/runs/events.ts';
import { ProblemError } from '#wire/call.ts';
import { createTestDatabase } from './harness/database.ts';
import { eventually } from './harness/eventually.ts';
import { openModelServer } from './harness/model-server.ts';
import { endProcesses, openProcess, quick, type ServerProcess } from './harness/process.ts';
import { allowAllTools, newProject, type Person, signedInOn, signUp } from './harness/test-server.ts';
import { connectTools, startToolServer, type ToolServer } from './harness/tool-servers.ts';

/** Calls the tool that the message names, and then reports its result. */
const openModel = () =>
  openModelServer(async function* ({ messages }) {
    const last = messages.at(-1);
    if (last?.role === 'tool') yield `I was told: ${JSON.stringify(last.content)}`;
    else if (String(last?.content).includes('hello')) yield 'Hello.';
    else yield { tool: `post__${/(wait|die|add|slow|huge|overloaded)/.exec(String(last?.content))?.[1]}`, input: { a: 1, b: 2 } };
  });

function problemOf(error: unknown) {
  assert.ok(error instanceof ProblemError);
  return error.problem;
}

describe('a tool with effects outside', () => {
  let models: Awaited<ReturnType<typeof openModel>>;
  let toolServer: ToolServer;
  let env: Record<string, string>;
  let survivor: ServerProcess;
  let person: Person;
  let projectId: string;
  before(async () => {
    models = await openModel();
    toolServer = await startToolServer();
    env = { ...quick, DATABASE_URL: await createTestDatabase(), MODEL_SERVER_URL: models.url };
    survivor = await openProcess({ env });
    person = await signUp(survivor);
    await connectTools(person, { name: 'Post', slug: 'post', url: toolServer.url, privateNetwork: true });
    projectId = (await newProject(person)).id;
    await allowAllTools(person);
  });
  beforeEach(() => {
    toolServer.calls.length = 0;
  });
  after(async () => {
    await endProcesses();
    await toolServer.close();
    await models.close();
  });

  const start = async (by: Person, tool: string): Promise<string> => {
    const body = { message: `Use ${tool}`, model: 'server/test', level: 'autonomous' } as const;
    return (await by.call(startRun, { params: { projectId }, body })).body.run.id;
  };
  const read = async (runId: string) => (await person.call(getRun, { params: { runId } })).body;
  const reaches = (runId: string, status: string) =>
    eventually(`the run is ${status}`, async () => {
      const found = await read(runId);
      return found.run.status === status && found;
    });
  const newest = async <T extends EventType>(runId: string, type: T) => {
    const event = (await read(runId)).events.findLast((event) => event.type === type);
    assert.ok(event, `there is no ${type}`);
    return event.data as Extract<EventData, { type: T }>['data'];
  };
  async function answer(runId: string, choice: AnswerChoice, note?: string) {
    const { callId } = await newest(runId, 'question');
    return person.call(answerQuestion, { params: { runId }, body: { callId, choice, ...(note && { note }) } });
  }

  it('is executed once, after its intent is logged', async () => {
    const runId = await start(person, 'add');
    const { events } = await reaches(runId, 'done');
    const types = events.map(({ type }) => type).filter((type) => ['tool_call', 'intent', 'tool_result'].includes(type));
    assert.deepEqual(types, ['tool_call', 'intent', 'tool_result']);
    assert.deepEqual(toolServer.calls, ['add']);
    assert.equal((await newest(runId, 'tool_call')).server, 'Post');
    assert.equal((await newest(runId, 'tool_result')).output, '3');
    const { entries } = (await person.call(listAudit, { query: { run: runId, action: 'run.act' } })).body;
    assert.deepEqual(
      entries.map(({ subject, byRun, who }) => [subject?.name, byRun, who.id]),
      [['post__add', true, person.id]],
    );
  });

  it('of a dead server is reported missing by name if the agent wants it, and to no other run', async () => {
    const gone = await startToolServer();
    const { id: toolServerId } = await connectTools(person, { name: 'Gone', slug: 'gone', url: gone.url, privateNetwork: true });
    const { agent } = (await person.call(createAgent, { body: { name: 'Adder', instructions: 'Add.', tools: ['gone__add'] } })).body;
    await gone.close();
    assert.equal((await person.call(testToolServer, { params: { toolServerId } })).body.ok, false);
    const noticesOf = async (more: { agentId?: string }) => {
      const body = { message: 'Say hello', model: 'server/test', ...more } as const;
      const { run } = (await person.call(startRun, { params: { projectId }, body })).body;
      const { events } = await reaches(run.id, 'done');
      return events.flatMap((event) => (event.type === 'notice' ? [event.data] : []));
    };
    const [notice, ...more] = await noticesOf({ agentId: agent.id });
    assert.equal(notice?.code, 'tools_missing');
    assert.match(notice?.message ?? '', /The tools of Gone are missing: Connection refused/);
    assert.deepEqual([more, await noticesOf({})], [[], []]);
    const [listed] = (await person.call(listToolServers, {})).body.toolServers;
    assert.match(listed?.reason ?? '', /Connection refused/);
    assert.ok(listed?.failingSince);
    await person.call(removeToolServer, { params: { toolServerId } });
  });

  it('is referred to a person after kill -9 in the middle of it, and never repeated automatically', async () => {
    process.kill(survivor.pid, 'SIGSTOP');
    const victim = await openProcess({ env });
    const runId = await start(signedInOn(person, victim), 'wait');
    await eventually('the tool is called', () => toolServer.calls.length > 0);
    process.kill(survivor.pid, 'SIGCONT');
    victim.signal('SIGKILL');
    await victim.ended;

    await reaches(runId, 'waiting');
    const question = await newest(runId, 'question');
    assert.equal(question.kind, 'unknown_outcome');
    assert.deepEqual(question.choices, ['retry', 'happened', 'skip']);
    await answer(runId, 'happened', 'I saw it there.');
    await reaches(runId, 'done');
    assert.deepEqual(toolServer.calls, ['wait']);
    const { ok, output } = await newest(runId, 'tool_result');
    assert.ok(ok && output.includes('I saw it there.'));
  });

  it('whose connection breaks is referred to a person, who can have it retried or skipped', async () => {
    const runId = await start(person, 'die');
    await reaches(runId, 'waiting');
    assert.match(
      (await newest(runId, 'question')).message,
      /Nobody here knows whether post__die took effect\. Post: The connection to it failed/,
    );
    await answer(runId, 'retry');
    await eventually('it is tried again', () => toolServer.calls.length, 2);
    await reaches(runId, 'waiting');
    await answer(runId, 'skip');
    await reaches(runId, 'done');
    assert.deepEqual(toolServer.calls, ['die', 'die']);
    assert.equal((await newest(runId, 'tool_result')).ok, false);
  });

  it('is never repeated by a bare approval, which would be ambiguous', async () => {
    const runId = await start(person, 'overloaded');
    await reaches(runId, 'waiting');
    const { message } = await newest(runId, 'question');
    assert.match(message, /answered HTTP 503/);
    const [{ id: approvalId, hash } = { id: '', hash: '' }] = (await person.call(listApprovals, { query: { run: runId } })).body.approvals;
    const decide = (given: { decision: 'approve' | 'reject'; choice?: 'retry' | 'happened' | 'skip'; all?: boolean }) =>
      person.call(decideApproval, { params: { approvalId }, body: { ...given, hash } });
    for (const given of [
      { decision: 'approve' } as const,
      { decision: 'approve', choice: 'skip' } as const,
      { decision: 'reject', choice: 'retry' } as const,
    ])
      await assert.rejects(decide(given), (error) => problemOf(error).status === 422 && problemOf(error).code === 'choice_needed');
    // Stopped and continued, the run asks again with the same question.
    await person.call(stopRun, { params: { runId } });
    await reaches(runId, 'stopped');
    await person.call(retryRun, { params: { runId }, body: {} });
    await reaches(runId, 'waiting');
    assert.equal((await newest(runId, 'question')).message, message);
    const [again] = (await person.call(listApprovals, { query: { run: runId } })).body.approvals;
    const body = { decision: 'approve', choice: 'happened', hash: again?.hash } as const;
    await person.call(decideApproval, { params: { approvalId: again?.id ?? '' }, body });
    const { events } = await reaches(runId, 'done');
    assert.deepEqual(
      events.flatMap((event) => (event.type === 'answer' ? [event.data.choice] : [])),
      ['happened'],
    );
    assert.deepEqual(toolServer.calls, ['overloaded']);
  });

  it('whose response is larger than 10 MB has failed, and nobody is asked', async () => {
    const runId = await start(person, 'huge');
    const { events } = await reaches(runId, 'done');
    assert.ok(!events.some(({ type }) => type === 'question'));
    const { ok, output } = await newest(runId, 'tool_result');
    assert.equal(ok, false);
    assert.match(output, /more than 10 MB/);
    assert.deepEqual(toolServer.calls, ['huge']);
  });

  it('is resolved by the first to answer; the second learns who did', async () => {
    const runId = await start(person, 'die');
    await reaches(runId, 'waiting');
    const { callId } = await newest(runId, 'question');
    const give = (choice: AnswerChoice) => person.call(answerQuestion, { params: { runId }, body: { callId, choice } });
    const answers = await Promise.allSettled([give('skip'), give('happened'), give('skip')]);
    assert.equal(answers.filter(({ status }) => status === 'fulfilled').length, 1);
    for (const given of answers) {
      if (given.status === 'fulfilled') continue;
      const { status, code, detail } = problemOf(given.reason);
      assert.deepEqual([status, code], [409, 'answered_already']);
      assert.match(detail, /Ada Lovelace has answered/);
    }
    const { events } = await reaches(runId, 'done');
    assert.equal(events.filter(({ type }) => type === 'answer').length, 1);
  });

  it('is not executed if a person writes instead of answering, or stops the run', async () => {
    const [written, stopped] = [await start(person, 'die'), await start(person, 'die')];
    await Promise.all([reaches(written, 'waiting'), reaches(stopped, 'waiting')]);
    await person.call(sendMessage, { params: { runId: written }, body: { message: 'Use add' } });
    await person.call(stopRun, { params: { runId: stopped } });
    await Promise.all([reaches(written, 'done'), reaches(stopped, 'stopped')]);
    await assert.rejects(answer(stopped, 'retry'), (error) => problemOf(error).code === 'not_waiting');
    // The stop does not resolve it, only the person's answer does: it is asked again after a retry.
    await person.call(retryRun, { params: { runId: stopped }, body: {} });
    await reaches(stopped, 'waiting');
    assert.equal(toolServer.calls.filter((name) => name === 'die').length, 2);
  });

  it('finishes when its server is told to shut down, so nobody has to be asked', async () => {
    process.kill(survivor.pid, 'SIGSTOP');
    const leaving = await openProcess({ env });
    const runId = await start(signedInOn(person, leaving), 'slow');
    await eventually('the tool is called', () => toolServer.calls.includes('slow'));
    process.kill(survivor.pid, 'SIGCONT');
    assert.equal(await leaving.stop(), 0);
    const { events } = await reaches(runId, 'done');
    assert.ok(!events.some(({ type }) => type === 'question'));
    assert.deepEqual(toolServer.calls, ['slow']);
  });

  it('ends within a second of a stop on another server, and its tool server sees the call end', async (t) => {
    const other = await openProcess({ env });
    const runId = await start(person, 'wait');
    await eventually('the tool is called', () => toolServer.calls.length > 0);
    const begun = performance.now();
    await signedInOn(person, other).call(stopRun, { params: { runId } });
    await reaches(runId, 'stopped');
    t.diagnostic(`stopped after ${Math.round(performance.now() - begun)} ms`);
    await eventually('the call has ended', () => toolServer.counts().closedEarly > 0);
    await other.stop();
  });
});

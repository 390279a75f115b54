/**
 * State that a provider wants back with a step is stored with the step, and returned to it whatever happens to the run; it is never shown.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { listApprovals } from '#features/inbox/contract.ts';
import { putModelSettings } from '#features/models/contract.ts';
import { changeModelProvider, createModelProvider } from '#features/models/providers-contract.ts';
import { eventually } from '../../../test/harness/eventually.ts';
import {
  callDelta,
  chunk,
  events,
  openProviderServer,
  type ProviderReply,
  type ProviderRequest,
} from '../../../test/harness/provider-server.ts';
import { makeOperator } from '../../../test/harness/roles.ts';
import { readRun } from '../../../test/harness/run-stream.ts';
import { newProject, type Person, signedInOn, signUp, startTestServer, type TestServer } from '../../../test/harness/test-server.ts';
import { decideApproval } from './approvals-contract.ts';
import { branchRun, exportRun, getRun, retryRun, sendMessage, startRun } from './contract.ts';

const ENCRYPTION_KEY = 'Zk3vQ9xT7bN1mW5rY8uJ2pL6hD4fS0gAcEiOqRtXwVyBnMzKjHlGpFdSaQwErTy8';
const SIGNATURE = 'sig-7f3a==';

interface Message {
  role: string;
  content?: unknown;
  reasoning_content?: string;
  tool_calls?: { extra_content?: object }[];
}

const messagesOf = ({ body }: ProviderRequest) => body['messages'] as Message[];
const answersIn = (request: ProviderRequest) => messagesOf(request).filter(({ tool_calls: calls }) => calls !== undefined);
const isWhole = ({ reasoning_content: reasoning, tool_calls: calls = [] }: Message) =>
  reasoning === 'Hm, I look.' && JSON.stringify(calls[0]?.extra_content) === JSON.stringify({ google: { thought_signature: SIGNATURE } });

const lastAsked = ({ requests }: { requests: ProviderRequest[] }) => requests.findLast(({ method }) => method === 'POST');

const done = (text: string): ProviderReply => ({ body: events(chunk({ content: text }), chunk({}, 'stop'), '[DONE]') });
const refusal = (message: string): ProviderReply => ({
  status: 400,
  type: 'application/json',
  body: JSON.stringify({ error: { message } }),
});

/**
 * Reasons, and calls a tool for each new message, `write …` or any other; then reports that it is done. Requires its own reasoning back.
 */
function insist(request: ProviderRequest): ProviderReply {
  if (!answersIn(request).every(isWhole)) return refusal('Your thoughts are missing.');
  const last = messagesOf(request).at(-1);
  if (last?.role === 'tool') return done('All done.');
  const [, path] = /^write (\S+)/.exec(String(last?.content)) ?? [];
  const call = path ? { name: 'write_file', arguments: JSON.stringify({ path, content: 'x' }) } : { name: 'list_files', arguments: '{}' };
  const delta = callDelta({ index: 0, id: 'call_0', ...call });
  const signed = { tool_calls: [{ ...delta.tool_calls[0], extra_content: { google: { thought_signature: SIGNATURE } } }] };
  return {
    body: events(
      chunk({ reasoning_content: 'Hm, ' }),
      chunk({ reasoning_content: 'I look.' }),
      chunk(signed),
      chunk({}, 'tool_calls'),
      '[DONE]',
    ),
  };
}

describe('a provider that requires its own thoughts back', () => {
  let script: (request: ProviderRequest) => ProviderReply = insist;
  let server: Awaited<ReturnType<typeof openProviderServer>>;
  let other: Awaited<ReturnType<typeof openProviderServer>>;
  let testServer: TestServer;
  let ada: Person;
  let projectId: string;
  let providerId: string;
  before(async () => {
    const list: ProviderReply = { type: 'application/json', body: JSON.stringify({ data: [{ id: 'test' }] }) };
    server = await openProviderServer((request) => (request.method === 'GET' ? list : script(request)));
    other = await openProviderServer((request) => (request.method === 'GET' ? list : done('I took over.')));
    testServer = await startTestServer({ env: { ENCRYPTION_KEY } });
    ada = await signUp(testServer);
    await makeOperator(testServer, ada);
    projectId = (await newProject(ada)).id;
    const add = async (name: string, origin: string) =>
      (await ada.call(createModelProvider, { body: { kind: 'compatible', name, url: `${origin}/v1`, key: 'k1' } })).body.provider.id;
    providerId = await add('Thinker', server.origin);
    await add('Other', other.origin);
  });
  after(async () => {
    await testServer.close();
    await server.close();
    await other.close();
  });

  const read = async (runId: string, person = ada) => (await person.call(getRun, { params: { runId } })).body;
  const over = (runId: string, person = ada) =>
    eventually('the run has ended', async () => {
      const found = await read(runId, person);
      return ['done', 'failed', 'waiting'].includes(found.run.status) && found;
    });
  async function run(message: string, level: 'supervised' | 'autonomous' = 'autonomous') {
    const body = { message, model: 'thinker/test', level };
    return over((await ada.call(startRun, { params: { projectId }, body })).body.run.id);
  }
  const say = async (runId: string, message: string) => {
    await ada.call(sendMessage, { params: { runId }, body: { message } });
    return over(runId);
  };

  it('gets them at each step, and after each new message', async () => {
    const { run: first } = await run('list');
    assert.equal(first.status, 'done');
    const { run: second } = await say(first.id, 'list again');
    assert.equal(second.status, 'done');
    const last = lastAsked(server);
    assert.ok(last);
    assert.equal(answersIn(last).length, 2);
  });

  it('gets them in a branch, and when a failed step is retried', async () => {
    const { run: first } = await run('list');
    let failures = 1;
    script = (request) => (messagesOf(request).at(-1)?.role === 'tool' && failures-- > 0 ? refusal('Not now.') : insist(request));
    const failed = await say(first.id, 'list again');
    assert.equal(failed.run.status, 'failed');
    await ada.call(retryRun, { params: { runId: first.id }, body: {} });
    assert.equal((await over(first.id)).run.status, 'done');
    script = insist;
    const event = failed.events.findLast(({ type }) => type === 'message')?.seq ?? 0;
    const { run: branch } = (await ada.call(branchRun, { params: { runId: first.id }, body: { event, message: 'list otherwise' } })).body;
    assert.equal((await over(branch.id)).run.status, 'done');
    const last = lastAsked(server);
    assert.equal(last && answersIn(last).length, 2);
  });

  it('gets them from the server that takes the run over', async () => {
    const first = await startTestServer({ databaseUrl: testServer.databaseUrl, env: { ENCRYPTION_KEY } });
    const there = signedInOn(ada, first);
    const body = { message: 'write taken-over.md', model: 'thinker/test', level: 'supervised' as const };
    const { run: waiting } = (await there.call(startRun, { params: { projectId }, body })).body;
    await over(waiting.id, there);
    await first.close();
    const [approval] = (await ada.call(listApprovals, { query: { run: waiting.id } })).body.approvals;
    await ada.call(decideApproval, {
      params: { approvalId: approval?.id ?? '' },
      body: { decision: 'approve', hash: approval?.hash ?? '' },
    });
    const ended = await eventually('it goes on', async () => {
      const found = await read(waiting.id);
      return ['done', 'failed'].includes(found.run.status) && found;
    });
    assert.equal(ended.run.status, 'done', JSON.stringify(ended.events.slice(-3)));
  });

  it('is the only one that gets them: another model continues without them', async () => {
    const settings = { allowed: null, default: null, fallback: 'other/test', prices: {} };
    await ada.call(putModelSettings, { body: settings });
    script = (request) => (messagesOf(request).at(-1)?.role === 'tool' ? { status: 401, body: '' } : insist(request));
    const { run: done, events: log } = await run('list');
    script = insist;
    await ada.call(putModelSettings, { body: { ...settings, fallback: null } });
    assert.equal(done.status, 'done');
    assert.ok(log.some((event) => event.type === 'notice' && event.data.code === 'fallback'));
    const asked = lastAsked(other);
    assert.ok(asked);
    assert.equal(answersIn(asked).length, 1);
    assert.doesNotMatch(JSON.stringify(asked.body), /reasoning_content|extra_content|thought_signature/);
  });

  it('no longer gets them once its key has changed', async () => {
    const { run: first } = await run('list');
    await ada.call(changeModelProvider, { params: { providerId }, body: { key: 'k2' } });
    script = () => done('Who are you?');
    assert.equal((await say(first.id, 'list again')).run.status, 'done');
    assert.doesNotMatch(JSON.stringify(lastAsked(server)?.body), /reasoning_content|extra_content/);
    script = insist;
    await ada.call(changeModelProvider, { params: { providerId }, body: { key: 'k1' } });
    assert.equal((await say(first.id, 'list again')).run.status, 'done');
  });

  it('is the only one to see them: no reader, no export', async () => {
    const { run: ended, events: log } = await run('list');
    const streamed = await readRun(ada, ended.id);
    const exports = await Promise.all(
      (['json', 'markdown'] as const).map(async (format) => {
        const { body } = await ada.call(exportRun, { params: { runId: ended.id }, query: { format } });
        return Buffer.from(body as Uint8Array).toString();
      }),
    );
    assert.ok(log.some(({ type }) => type === 'reasoning'));
    for (const text of [JSON.stringify(log), JSON.stringify(streamed), ...exports]) {
      assert.ok(!text.includes(SIGNATURE), text.slice(0, 200));
      assert.doesNotMatch(text, /"state"|"context"/);
    }
  });
});

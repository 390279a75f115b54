/** How an irregular response is reported to people, and how the run handles it. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { eventually } from '../../../test/harness/eventually.ts';
import {
  callDelta,
  chunk,
  events,
  openProviderServer,
  type ProviderReply,
  type ProviderRequest,
} from '../../../test/harness/provider-server.ts';
import { newProject, type Person, signUp, startTestServer, type TestServer } from '../../../test/harness/test-server.ts';
import { getRun, sendMessage, startRun } from './contract.ts';

const text = (content: string) => chunk({ content });
const call = (input: string, id = 'a') => chunk(callDelta({ index: 0, id, name: 'write_file', arguments: input }));
const whole = call('{"path":"a.md","content":"b"}');
const done: ProviderReply = { body: events(text('All done.'), chunk({}, 'stop'), '[DONE]') };

describe('a malformed model response', () => {
  let script: (n: number) => ProviderReply;
  let asked = 0;
  let server: Awaited<ReturnType<typeof openProviderServer>>;
  let testServer: TestServer;
  let ada: Person;
  let projectId: string;
  before(async () => {
    server = await openProviderServer((request) =>
      request.method === 'GET' ? { type: 'application/json', body: JSON.stringify({ data: [{ id: 'test' }] }) } : script(++asked),
    );
    testServer = await startTestServer({ env: { MODEL_SERVER_URL: `${server.origin}/v1` } });
    ada = await signUp(testServer);
    projectId = (await newProject(ada)).id;
  });
  after(async () => {
    await testServer.close();
    await server.close();
  });

  const over = (runId: string) =>
    eventually('the run has ended', async () => {
      const found = (await ada.call(getRun, { params: { runId } })).body;
      return ['done', 'failed'].includes(found.run.status) && found;
    });
  async function run(answers: (n: number) => ProviderReply) {
    script = answers;
    asked = 0;
    const { run: started } = (
      await ada.call(startRun, { params: { projectId }, body: { message: 'Go', model: 'server/test', level: 'autonomous' } })
    ).body;
    const found = await over(started.id);
    const notices = found.events.flatMap((event) => (event.type === 'notice' ? [event.data] : []));
    const results = found.events.flatMap((event) => (event.type === 'tool_result' ? [event.data] : []));
    return { ...found, notices, results, codes: notices.map(({ code }) => code) };
  }
  const lastMessages = () =>
    (server.requests.findLast(({ method }) => method === 'POST') as ProviderRequest).body['messages'] as {
      role: string;
      content: string;
    }[];

  it('that broke off is requested again, and none of its calls is executed', async () => {
    for (const reason of ['abort', 'insufficient_system_resource', '']) {
      const { run: ended, results, codes } = await run((n) => (n === 1 ? { body: events(text('Half '), whole, chunk({}, reason)) } : done));
      assert.deepEqual([ended.status, results, codes], ['done', [], ['retrying']], reason);
    }
  });

  it('with an unknown stop reason is accepted, and the reason is reported', async () => {
    const { run: ended, results, notices } = await run((n) => (n === 1 ? { body: events(whole, chunk({}, 'por_fin'), '[DONE]') } : done));
    assert.deepEqual([ended.status, results.length, results[0]?.ok], ['done', 1, true]);
    assert.deepEqual([notices.length, notices[0]?.code], [1, 'finish_unknown']);
    assert.match(notices[0]?.message ?? '', /“por_fin”/);
  });

  it('with an unknown stop reason within a call executes nothing, and says so', async () => {
    const {
      run: ended,
      results,
      codes,
    } = await run(() => ({ body: events(text('I write.'), call('{"path":"a.md","cont'), chunk({}, 'por_fin'), '[DONE]') }));
    assert.deepEqual([ended.status, results, codes], ['done', [], ['finish_unknown', 'calls_dropped']]);
  });

  it('without a stop reason is accepted, and that is reported', async () => {
    const { run: ended, codes } = await run(() => ({ body: events(text('Hello'), '[DONE]') }));
    assert.deepEqual([ended.status, codes], ['done', ['finish_missing']]);
  });

  it('cut off within a call is reported to the model, which tries another way', async () => {
    const {
      run: ended,
      results,
      codes,
    } = await run((n) => (n === 1 ? { body: events(call('{"path":"a.md","cont'), chunk({}, 'length'), '[DONE]') } : done));
    assert.deepEqual([ended.status, results.length, results[0]?.ok, codes], ['done', 1, false, ['answer_cut']]);
    assert.match(results[0]?.output ?? '', /do not match/);
  });

  it('with nothing to read is empty: white space, thoughts, or both', async () => {
    const empty: object[][] = [
      [text(' \n ')],
      [chunk({ reasoning_content: 'Hm.' })],
      [text('<think>Hm.</think>')],
      [text('<think>Hm.')],
      [chunk({ reasoning_content: 'Hm.' }), text('\n')],
      [text('<think>Hm.</think>\n\n')],
      [],
    ];
    for (const parts of empty) {
      const { run: ended, codes } = await run(() => ({ body: events(...parts, chunk({}, 'stop'), '[DONE]') }));
      assert.deepEqual([ended.status, codes], ['done', ['answer_empty']], JSON.stringify(parts));
      // Roles alternate even so.
      script = () => done;
      await ada.call(sendMessage, { params: { runId: ended.id }, body: { message: 'Again' } });
      await over(ended.id);
      assert.deepEqual(
        lastMessages().map(({ role }) => role),
        ['system', 'user'],
      );
    }
  });

  it('with a permanent error fails at once', async () => {
    const { run: ended, events: log } = await run(() => ({
      body: events({ error: { message: 'Incorrect API key provided', code: 'invalid_api_key' } }),
    }));
    const error = log.find((event) => event.type === 'error');
    assert.deepEqual([ended.status, error?.type === 'error' && error.data.code, asked], ['failed', 'provider_refused', 1]);
  });

  it('with every oddity at once is read, executed and answered', async () => {
    const odd = [
      '\ufeff: hello\r\n\r\n',
      'data:\r\n\r\ndata: {}\r\ndata: {"error":null,"id":7,"choices":[{"index":0,"delta":{"content":"<think>Hm"},"finish_reason":""}]}\r\n',
      'data: {"choices":[{"delta":{"content":".</think>I write."},"finish_reason":""}],"usage":null}\r\n\r\n',
      `data: ${JSON.stringify({ choices: [{ delta: { tool_calls: [{ id: 1, function: { name: 'write_file', arguments: { path: '/project/odd.md', content: 7 } } }] }, finish_reason: '' }] })}\r\n\r\n`,
      'data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\r\n\r\ndata: {"usage":{"prompt_tokens":5,"completion_tokens":2}}\r\n\r\ndata: {"oh": no\r\n\r\n',
    ].join('');
    const bytes = [...Buffer.from(odd)].map((byte) => Uint8Array.of(byte));
    const { run: ended, results, codes } = await run((n) => (n === 1 ? { body: bytes, end: 'cut' } : done));
    assert.deepEqual([ended.status, results[0]?.ok, results[0]?.change?.paths, codes], ['done', true, ['odd.md'], []]);
  });
});

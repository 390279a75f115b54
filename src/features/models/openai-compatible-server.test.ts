/** A third-party server of OpenAI's protocol, whose stream goes through the whole product. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { LLMock } from '@copilotkit/aimock';
import { readFile } from '#features/files/contract.ts';
import { getRun, startRun } from '#features/runs/contract.ts';
import type { RunEvent } from '#features/runs/events.ts';
import { readRun, textOf } from '../../../test/harness/run-stream.ts';
import { newProject, type Person, signUp, startTestServer, type TestServer } from '../../../test/harness/test-server.ts';
import { listModels } from './contract.ts';

describe('a run on an OpenAI-compatible server of another make', () => {
  const server = new LLMock({ port: 0, host: '127.0.0.1', chunkSize: 8 });
  let testServer: TestServer;
  let person: Person;
  let projectId: string;
  let events: RunEvent[];

  before(async () => {
    const list = { id: 'call_list', name: 'list_files', arguments: '{}' };
    server.addFixture({ match: { userMessage: 'Write a haiku', hasToolResult: false }, response: { toolCalls: [list] } });
    const haiku = { path: 'haiku.md', content: 'An old silent pond\n' };
    const match = { userMessage: 'Write a haiku', hasToolResult: true };
    server.addFixture({
      match: { ...match, sequenceIndex: 0 },
      response: {
        content: 'Nothing is there yet.',
        toolCalls: [{ id: 'call_write', name: 'write_file', arguments: JSON.stringify(haiku) }],
      },
    });
    server.addFixture({ match: { ...match, sequenceIndex: 1 }, response: { content: 'It stands in haiku.md, and is about a frog.' } });
    await server.start();
    testServer = await startTestServer({ env: { OPENAI_BASE_URL: `${server.url}/v1`, OPENAI_API_KEY: 'mock' } });
    person = await signUp(testServer);
    projectId = (await newProject(person)).id;
    const { models } = (await person.call(listModels, {})).body;
    const model = models.find(({ id }) => id.startsWith('openai/'))?.id;
    assert.ok(model, 'the server lists no models');
    const body = { message: 'Write a haiku', model, level: 'autonomous' } as const;
    const { id: runId } = (await person.call(startRun, { params: { projectId }, body })).body.run;
    events = await readRun(person, runId);
    const { run } = (await person.call(getRun, { params: { runId } })).body;
    assert.equal(run.status, 'done', JSON.stringify(events.filter(({ type }) => type === 'error')));
    assert.ok(run.inputTokens > 0 && run.outputTokens > 0);
  });
  after(async () => {
    await testServer.close();
    await server.stop();
  });

  it('streams the text of its answers', () => {
    assert.match(textOf(events), /Nothing is there yet\..*It stands in haiku\.md, and is about a frog\./s);
  });

  it('streams the input of its tool calls, carries them out, and gives it the results', async () => {
    const written = events.flatMap((event) => (event.type === 'tool_input' && event.data.tool === 'write_file' ? event.data.text : ''));
    assert.match(written.join(''), /An old silent pond/);
    assert.deepEqual(
      events.flatMap((event) => (event.type === 'tool_result' ? [[event.data.tool, event.data.ok]] : [])),
      [
        ['list_files', true],
        ['write_file', true],
      ],
    );
    const { body } = await person.call(readFile, { params: { projectId }, query: { path: 'haiku.md' } });
    assert.equal(Buffer.from(body as Uint8Array).toString(), 'An old silent pond\n');
    const last = server.getRequests().at(-1)?.body as { messages: { role: string; tool_call_id?: string }[] };
    assert.deepEqual(
      last.messages.map(({ role, tool_call_id: id }) => (id ? `${role} ${id}` : role)),
      ['system', 'user', 'assistant', 'tool c00000001', 'assistant', 'tool c00000002'],
    );
  });
});

import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { getRun, startRun } from '#features/runs/contract.ts';
import { type House, newProject, openHouse, type Person, signUp } from '../../../test/house.ts';
import { readRun, textOf } from '../../../test/run-stream.ts';
import { listModels } from './contract.ts';
import { readSentence } from './server/practice-model.ts';

/** A model server that speaks the OpenAI protocol: first asks for a tool, then tells what it got. */
function createModelServer(): Server {
  return createServer((request, response) => {
    if (request.url === '/v1/models')
      return void response.end(JSON.stringify({ data: [{ id: 'tiny' }, { id: 'broken' }, { id: 'busy' }] }));
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const { model, messages } = JSON.parse(body) as { model: string; messages: { role: string; content: string }[] };
      if (model === 'broken') return void response.writeHead(401).end('{"error":{"message":"bad key"}}');
      const last = messages.at(-1);
      const deltas =
        last?.role === 'tool'
          ? [{ content: 'It says: ' }, { content: last.content }]
          : [{ tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: 'list_files', arguments: '{}' } }] }];
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const delta of deltas)
        response.write(
          `data: ${JSON.stringify({ id: '1', object: 'chat.completion.chunk', created: 1, model, choices: [{ index: 0, delta }] })}\n\n`,
        );
      const finish = last?.role === 'tool' ? 'stop' : 'tool_calls';
      response.write(
        `data: ${JSON.stringify({ id: '1', object: 'chat.completion.chunk', created: 1, model, choices: [{ index: 0, delta: {}, finish_reason: finish }] })}\n\n`,
      );
      response.write(
        `data: ${JSON.stringify({ id: '1', object: 'chat.completion.chunk', created: 1, model, choices: [], usage: { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 } })}\n\n`,
      );
      response.end('data: [DONE]\n\n');
    });
  });
}

describe('models', () => {
  let server: Server;
  let house: House;
  let person: Person;
  before(async () => {
    server = createModelServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    house = await openHouse({ env: { MODEL_SERVER_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1` } });
    person = await signUp(house);
  });
  after(async () => {
    await house.close();
    server.close();
  });

  async function run(model: string) {
    const { id: projectId } = await newProject(person);
    const { id: runId } = (await person.call(startRun, { params: { projectId }, body: { message: 'What is here?', model } })).body.run;
    await readRun(person, runId);
    return (await person.call(getRun, { params: { runId } })).body;
  }

  it('are those of the configured server and the practice model; the first is the default', async () => {
    const { models, unreachable } = (await person.call(listModels, {})).body;
    assert.deepEqual(
      models.map((model) => [model.id, model.default]),
      [
        ['server/tiny', true],
        ['server/broken', false],
        ['server/busy', false],
        ['practice', false],
      ],
    );
    assert.deepEqual(unreachable, []);
  });

  it('of any OpenAI-compatible server stream, use tools and count tokens', async () => {
    const { run: done, events } = await run('server/tiny');
    assert.equal(done.status, 'done');
    assert.ok(events.some((event) => event.type === 'tool_result' && event.data.tool === 'list_files' && event.data.ok));
    assert.match(textOf(events), /^It says: /);
    assert.deepEqual([done.inputTokens, done.outputTokens], [22, 14]);
  });

  it('whose provider refuses the key fail the run in words that say what to do', async () => {
    const { run: failed, events } = await run('server/broken');
    assert.equal(failed.status, 'failed');
    const error = events.find((event) => event.type === 'error');
    assert.ok(error?.type === 'error' && error.data.code === 'provider_refused' && /Check the key/.test(error.data.message));
  });

  it('of a server that is away are named as unreachable, and nothing else breaks', async () => {
    const lonely = await openHouse({ env: { MODEL_SERVER_URL: 'http://127.0.0.1:9/v1' } });
    try {
      const { models, unreachable } = (await (await signUp(lonely)).call(listModels, {})).body;
      assert.deepEqual(
        models.map((model) => model.id),
        ['practice'],
      );
      assert.equal(unreachable[0]?.provider, '127.0.0.1:9');
    } finally {
      await lonely.close();
    }
  });

  describe('the practice model', () => {
    const sentences: [string, string | undefined, unknown][] = [
      ['list the files', 'list_files', {}],
      ['Please list all files.', 'list_files', {}],
      ['what files are there?', 'list_files', {}],
      ['read notes.md', 'read_file', { path: 'notes.md' }],
      ['Open the file src/a.ts.', 'read_file', { path: 'src/a.ts' }],
      ['write hello.md: # Hello: there', 'write_file', { path: 'hello.md', content: '# Hello: there\n' }],
      ['create a file `b.txt` with some words', 'write_file', { path: 'b.txt', content: 'some words\n' }],
      ['search for milk', 'search_files', { text: 'milk' }],
      ['What is the meaning of life?', undefined, undefined],
    ];
    for (const [sentence, tool, input] of sentences) {
      it(`understands “${sentence}” ${tool ? `as ${tool}` : 'not at all'}`, () => {
        const command = readSentence(sentence);
        assert.deepEqual([command?.tool, command?.input], [tool, input]);
      });
    }

    it('says plainly that it is no language model', async () => {
      const { events } = await run('practice');
      assert.match(textOf(events), /not a language model/);
    });
  });
});

/** Tools in a run, over HTTP, with a scripted model. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { readFile } from '#features/files/contract.ts';
import { listChanges } from '#features/files/history-contract.ts';
import { type ModelServerPart, openModelServer } from '../../../test/harness/model-server.ts';
import { readRun } from '../../../test/harness/run-stream.ts';
import { newProject, type Person, signUp, startTestServer, type TestServer } from '../../../test/harness/test-server.ts';
import { startRun, stopRun } from './contract.ts';
import type { RunEvent } from './events.ts';

let testServer: TestServer;
let person: Person;
let models: Awaited<ReturnType<typeof openModelServer>>;
/** The model's calls, one after the other. */
let script: Exclude<ModelServerPart, string>[] = [];

before(async () => {
  models = await openModelServer(function* () {
    yield script.shift() ?? 'Done.';
  });
  testServer = await startTestServer({ env: { MODEL_SERVER_URL: models.url } });
  person = await signUp(testServer);
});
after(async () => {
  await testServer.close();
  await models.close();
});

async function start(...calls: { tool: string; input: unknown }[]) {
  script = calls;
  const { id: projectId } = await newProject(person);
  const body = { message: 'Go!', model: 'server/test', level: 'autonomous' } as const;
  const { body: started } = await person.call(startRun, { params: { projectId }, body });
  return { projectId, runId: started.run.id };
}

const resultsOf = (events: RunEvent[]) => events.flatMap((event) => (event.type === 'tool_result' ? [event.data] : []));

describe('tools in a run', () => {
  it('change files together with the log, each as one change of the run', async () => {
    const { projectId, runId } = await start(
      { tool: 'bash', input: { command: 'mkdir src; echo one > src/a.txt; echo two > b.txt' } },
      { tool: 'edit_file', input: { path: 'b.txt', old: 'two', new: '2' } },
      { tool: 'move_file', input: { from: 'src', to: 'lib' } },
      { tool: 'delete_file', input: { path: 'b.txt' } },
      { tool: 'diff', input: {} },
    );
    const results = resultsOf(await readRun(person, runId));
    assert.deepEqual(
      results.map(({ tool, ok, change }) => [tool, ok, change?.number]),
      [
        ['bash', true, 1],
        ['edit_file', true, 2],
        ['move_file', true, 3],
        ['delete_file', true, 4],
        ['diff', true, undefined],
      ],
    );
    assert.equal(results.at(-1)?.output, '--- /dev/null\n+++ b/lib/a.txt\n@@ -0,0 +1,1 @@\n+one\n');
    const { body } = await person.call(listChanges, { params: { projectId }, query: { run: runId } });
    assert.deepEqual(
      body.changes.map(({ kind }) => kind),
      ['delete', 'move', 'write', 'batch'],
    );
  });

  it('show the beginning of a long result, and the rest on request', async () => {
    const { runId } = await start(
      { tool: 'bash', input: { command: 'seq 1 20000' } },
      { tool: 'read_output', input: { output: '1.1', from: 30_000, length: 20_000 } },
    );
    const [first, rest] = resultsOf(await readRun(person, runId));
    assert.equal(first?.whole?.characters, 108_894);
    const whole = Array.from({ length: 20_000 }, (_, index) => `${index + 1}\n`).join('');
    assert.equal(first?.output, whole.slice(0, 30_000));
    assert.equal(rest?.output, `${whole.slice(30_000, 50_000)}\n(Characters 30000–50000 of 108894; continue with from: 50000.)`);
    assert.match(JSON.stringify(models.requests.at(-2)?.messages), /read_output with output 1\.1, from 30000/);
  });

  it('stop within a second, without changing anything', async (t) => {
    const { projectId, runId } = await start({ tool: 'bash', input: { command: 'echo 1 > a.txt; sleep 60' } });
    await readRun(person, runId, { until: ({ type }) => type === 'step_end' });
    // The command is running by then.
    await new Promise((resolve) => setTimeout(resolve, 800));
    const asked = performance.now();
    await person.call(stopRun, { params: { runId } });
    const events = await readRun(person, runId);
    const took = Math.round(performance.now() - asked);
    t.diagnostic(`stopped after ${took} ms`);
    assert.ok(took < 1000, `${took} ms`);
    const last = events.at(-1);
    assert.ok(last?.type === 'end' && last.data.status === 'stopped');
    await assert.rejects(person.call(readFile, { params: { projectId }, query: { path: 'a.txt' } }), /nothing at a\.txt/);
  });
});

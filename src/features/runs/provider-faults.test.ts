/** What a person sees of a misbehaving provider: a clear event in the log, and a state from which they can continue. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { eventually } from '../../../test/harness/eventually.ts';
import { type ModelServerPart, openModelServer } from '../../../test/harness/model-server.ts';
import { newProject, type Person, signUp, startTestServer, type TestServer } from '../../../test/harness/test-server.ts';
import { getRun, retryRun, startRun } from './contract.ts';

type Script = (n: number) => Iterable<ModelServerPart> | AsyncIterable<ModelServerPart>;

const never = new Promise<never>(() => undefined);
async function* hang(first?: string): AsyncGenerator<ModelServerPart> {
  if (first !== undefined) yield first;
  await never;
}

describe('a provider that misbehaves', () => {
  let script: Script;
  let models: Awaited<ReturnType<typeof openModelServer>>;
  let testServer: TestServer;
  let person: Person;
  let projectId: string;
  before(async () => {
    let asked = 0;
    let since: Script | undefined;
    models = await openModelServer(() => {
      if (since !== script) asked = 0;
      since = script;
      return script(++asked);
    });
    const env = { MODEL_SERVER_URL: models.url, MODEL_FIRST_TOKEN_SECONDS: '1', MODEL_TOKEN_GAP_SECONDS: '1' };
    testServer = await startTestServer({ env });
    person = await signUp(testServer);
    projectId = (await newProject(person)).id;
  });
  after(async () => {
    await testServer.close();
    await models.close();
  });

  const read = async (runId: string) => (await person.call(getRun, { params: { runId } })).body;
  const over = (runId: string) =>
    // Failed attempts are retried for half a minute.
    eventually(
      'the run has ended',
      () => read(runId),
      (seen) => ['done', 'failed', 'waiting'].includes(seen.run.status),
      60_000,
    );

  async function run(asks: Script) {
    script = asks;
    const body = { message: 'Go', model: 'server/test', level: 'autonomous' } as const;
    const { id } = (await person.call(startRun, { params: { projectId }, body })).body.run;
    return { id, ...(await over(id)) };
  }

  const refusals: [string, ModelServerPart, string, RegExp][] = [
    ['refuses the key', { status: 401 }, 'provider_refused', /key/],
    ['does not know the model', { status: 404 }, 'model_unknown', /model/],
    ['finds the request at fault', { status: 422, message: 'bad tool' }, 'request_refused', /bad tool|request/],
  ];
  for (const [what, part, code, words] of refusals) {
    it(`and ${what} fails the run at once, and a retry continues from there`, async () => {
      const failed = await run((n) => (n === 1 ? [part] : ['It works.']));
      assert.equal(failed.run.status, 'failed');
      const [error, end] = failed.events.slice(-2);
      assert.ok(error?.type === 'error' && end?.type === 'end');
      assert.equal(error.data.code, code);
      assert.match(error.data.message, words);
      await person.call(retryRun, { params: { runId: failed.id }, body: {} });
      const { events } = await eventually('it works', async () => {
        const found = await read(failed.id);
        return found.run.status === 'done' && found;
      });
      assert.deepEqual(
        events.flatMap((event) => (event.type === 'step' ? [event.data.step] : [])),
        [1, 1],
      );
    });
  }

  const passing: [string, Script, string][] = [
    ['has too many requests', (n) => (n === 1 ? [{ status: 429, headers: { 'retry-after': '0' } }] : ['At last.']), 'At last.'],
    ['fails', (n) => (n === 1 ? [{ status: 500 }] : ['At last.']), 'At last.'],
    ['hangs before it says anything', (n) => (n === 1 ? hang() : ['At last.']), 'At last.'],
    ['hangs in the middle', (n) => (n === 1 ? hang('Half ') : ['Whole.']), 'Whole.'],
    ['cuts the stream', (n) => (n === 1 ? ['Half ', 'cut here'] : ['Whole.']), 'Whole.'],
    ['sends what is no JSON', (n) => (n === 1 ? [{ raw: 'data: {"choices": [{]\n\n' }, 'end here'] : ['Whole.']), 'Whole.'],
  ];
  for (const [what, asks, answer] of passing) {
    it(`and ${what} is called again; the log says so, and the partial output is replaced`, async () => {
      const { run: done, events } = await run(asks);
      assert.equal(done.status, 'done', JSON.stringify(events.slice(-3)));
      assert.ok(events.some((event) => event.type === 'notice' && event.data.code === 'retrying'));
      const last = events.findLastIndex(({ type }) => type === 'step');
      const text = events.slice(last).flatMap((event) => (event.type === 'text' ? [event.data.text] : []));
      assert.equal(text.join(''), answer);
    });
  }

  const toolFaults: [string, ModelServerPart, RegExp][] = [
    ['calls a tool that does not exist', { tool: 'launch_rocket', input: {} }, /no tool named launch_rocket.*read_file/s],
    ['sends arguments that do not fit', { tool: 'read_file', input: { paths: 7 } }, /do not match/],
    ['sends arguments that are no JSON', { tool: 'read_file', input: '{"path": ' }, /do not match/],
  ];
  for (const [what, call, words] of toolFaults) {
    it(`and ${what} is told so, and can do better`, async () => {
      const { run: done, events } = await run((n) => (n === 1 ? [call] : ['I see.']));
      assert.equal(done.status, 'done', JSON.stringify(events.slice(-3)));
      const result = events.find((event) => event.type === 'tool_result');
      assert.ok(result?.type === 'tool_result' && !result.data.ok);
      assert.match(result.data.output, words);
      assert.match(JSON.stringify(models.requests.at(-1)?.messages.at(-1)), words);
    });
  }

  it('and sends 10 MB ends the run with a sentence, and the log stays readable', async () => {
    const piece = 'x'.repeat(100_000);
    const { run: failed, events } = await run(() => Array.from({ length: 100 }, () => piece));
    assert.equal(failed.status, 'failed');
    const error = events.findLast((event) => event.type === 'error');
    assert.ok(error?.type === 'error' && error.data.code === 'answer_too_long', JSON.stringify(error));
    assert.ok(JSON.stringify(events).length < 4_000_000);
  });

  it('and responds with nothing ends the run, which says so', async () => {
    const { run: done, events } = await run(() => ['']);
    assert.equal(done.status, 'done');
    assert.ok(events.some((event) => event.type === 'notice' && event.data.code === 'answer_empty'));
  });
});

describe('fifty runs that wait for a slow model', () => {
  it('hold no connection of a pool of two, so people keep reading', async (t) => {
    let asked = 0;
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const models = await openModelServer(async function* () {
      asked++;
      await gate;
      yield 'Now.';
    });
    const testServer = await startTestServer({ env: { MODEL_SERVER_URL: models.url, PG_POOL_MAX: '2' } });
    const person = await signUp(testServer);
    const params = { projectId: (await newProject(person)).id };
    const body = { message: 'Go', model: 'server/test' };
    const started = await Promise.all(Array.from({ length: 50 }, () => person.call(startRun, { params, body })));
    await eventually('all have asked', () => asked, 50);
    const begun = performance.now();
    for (const { body } of started.slice(0, 10)) await person.call(getRun, { params: { runId: body.run.id } });
    t.diagnostic(`ten logs read in ${Math.round(performance.now() - begun)} ms meanwhile`);
    release();
    for (const { body } of started)
      await eventually('it is done', async () => (await person.call(getRun, { params: { runId: body.run.id } })).body.run.status, 'done');
    await testServer.close();
    await models.close();
  });
});

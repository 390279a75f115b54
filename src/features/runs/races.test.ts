/** Several people, on several servers, who act on the same run at the same moment. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { saveFile } from '#features/files/contract.ts';
import { deleteProject } from '#features/projects/contract.ts';
import { ProblemError } from '#wire/call.ts';
import { query } from '../../../test/harness/database.ts';
import { eventually } from '../../../test/harness/eventually.ts';
import { type ModelServerPart, type ModelServerRequest, openModelServer } from '../../../test/harness/model-server.ts';
import { putRun } from '../../../test/harness/run-states.ts';
import { newProject, type Person, signedInOn, signUp, startTestServer, type TestServer } from '../../../test/harness/test-server.ts';
import { answerQuestion, branchRun, getRun, readOutput, retryRun, sendMessage, startRun, stopRun } from './contract.ts';
import { switchAutonomy } from './switch-contract.ts';

type Script = (request: ModelServerRequest) => Iterable<ModelServerPart>;

let script: Script;
let models: Awaited<ReturnType<typeof openModelServer>>;
let here: TestServer;
let there: TestServer;
let ada: Person;
let elsewhere: Person;
let projectId: string;
before(async () => {
  models = await openModelServer((request) => script(request));
  const env = { MODEL_SERVER_URL: models.url };
  here = await startTestServer({ env });
  there = await startTestServer({ env, databaseUrl: here.databaseUrl });
  ada = await signUp(here);
  elsewhere = signedInOn(ada, there);
  projectId = (await newProject(ada)).id;
});
after(async () => {
  await here.close();
  await there.close();
  await models.close();
});

const start = async (message: string, params = { projectId }) =>
  (await ada.call(startRun, { params, body: { message, model: 'server/test', level: 'autonomous' } })).body.run.id;
const read = async (runId: string) => (await ada.call(getRun, { params: { runId } })).body;
type Found = Awaited<ReturnType<typeof read>>;
const at = (runId: string, ...statuses: Found['run']['status'][]) =>
  eventually(statuses.join(' or '), async () => {
    const found = await read(runId);
    return statuses.includes(found.run.status) && found;
  });
const over = (runId: string) => at(runId, 'done', 'failed', 'stopped', 'waiting');
/** The status of a response, or its problem code. */
const outcomeOf = (reply: Promise<{ status: number }>) =>
  reply.then(
    ({ status }) => status,
    (error: unknown) => (error instanceof ProblemError ? error.problem.code : error),
  );
const asked = ({ events }: Found) => events.flatMap((event) => (event.type === 'question' ? [event.data.callId] : []));

/** Calls the same tool endlessly, so the run asks a person. */
function circling(): Script {
  let calls = 0;
  return () => [{ tool: 'list_files', input: {}, callId: `call${++calls}` }];
}

describe('a question', () => {
  const body = (callId = '', choice: 'allow' | 'skip' = 'allow') => ({ callId, choice });

  it('that the run no longer asks cannot be answered, even if it asks another', async () => {
    script = circling();
    const runId = await start('go');
    const [first] = asked(await at(runId, 'waiting'));
    await ada.call(sendMessage, { params: { runId }, body: { message: 'go on' } });
    const waiting = await eventually('another question', async () => {
      const found = await read(runId);
      return found.run.status === 'waiting' && asked(found).length === 2 && found;
    });
    assert.equal(await outcomeOf(ada.call(answerQuestion, { params: { runId }, body: body(first) })), 'not_waiting');
    assert.equal((await read(runId)).run.lastEvent, waiting.run.lastEvent);
    await ada.call(stopRun, { params: { runId } });
  });

  it('is answered once, no matter who answers on which server', async () => {
    script = circling();
    const runId = await start('go');
    const [callId] = asked(await at(runId, 'waiting'));
    script = () => ['Enough.'];
    const params = { runId };
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        outcomeOf((n % 2 ? ada : elsewhere).call(answerQuestion, { params, body: body(callId, n % 3 ? 'skip' : 'allow') })),
      ),
    );
    assert.deepEqual(outcomes.toSorted(), [202, ...Array(9).fill('answered_already')]);
    const { events } = await at(runId, 'done');
    assert.equal(events.filter(({ type }) => type === 'answer').length, 1);
  });

  it('can be answered, skipped by a message and stopped at once: the run ends, and its log makes sense', async () => {
    for (let round = 0; round < 8; round++) {
      script = circling();
      const runId = await start('go');
      const [callId] = asked(await at(runId, 'waiting'));
      script = () => ['Enough.'];
      const params = { runId };
      const replies = [
        ada.call(answerQuestion, { params, body: body(callId) }),
        elsewhere.call(stopRun, { params }),
        ada.call(sendMessage, { params, body: { message: 'Stop going round' } }),
        elsewhere.call(answerQuestion, { params, body: body(callId, 'skip') }),
        ada.call(retryRun, { params, body: {} }),
      ].map(outcomeOf);
      for (const outcome of await Promise.all(replies))
        assert.ok([202, 'answered_already', 'not_waiting', 'not_ended'].includes(outcome as string), String(outcome));
      const { run, events } = await over(runId);
      assert.ok(['done', 'stopped'].includes(run.status), run.status);
      assert.deepEqual(
        events.map(({ seq }) => seq),
        events.map((_, index) => index + 1),
      );
      const results = events.flatMap((event) => (event.type === 'tool_result' ? [event.data.callId] : []));
      assert.equal(new Set(results).size, results.length, results.join());
    }
  });
});

describe('a stop', () => {
  const write = (path: string): Script => {
    let calls = 0;
    return () => (calls++ === 0 ? [{ tool: 'write_file', input: { path, content: 'x' } }] : ['Done.']);
  };
  const exists = (path: string) => query(here.databaseUrl, 'select 1 from files where project_id = $1 and path = $2', [projectId, path]);

  it('or the switch precedes a change that waits for the project, which is then not made', async () => {
    const { organizationId } = await newProject(ada);
    const stops = [
      (runId: string) => ada.call(stopRun, { params: { runId } }),
      () => ada.call(switchAutonomy, { query: { organization: organizationId }, body: { on: false } }),
    ];
    for (const [index, stop] of stops.entries()) {
      script = write(`late-${index}.md`);
      const client = new pg.Client({ connectionString: here.databaseUrl });
      await client.connect();
      try {
        await client.query('begin');
        await client.query('select id from projects where id = $1 for no key update', [projectId]);
        const runId = await start('Write');
        await eventually('its change waits', async () => {
          const waits = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
          return (await query(here.databaseUrl, waits)).length > 0;
        });
        await stop(runId);
        await sleep(1500);
        await client.query('commit');
        await at(runId, 'stopped', 'queued');
      } finally {
        await client.end();
      }
      assert.deepEqual(await exists(`late-${index}.md`), []);
    }
    await query(here.databaseUrl, 'update autonomy_switches set off_at = null');
  });

  it('also takes effect while autonomy is switched off', async () => {
    for (let round = 0; round < 4; round++) {
      script = () => [{ tool: 'bash', input: { command: 'sleep 2' } }];
      const runId = await start('Sleep');
      await eventually('it sleeps', async () => (await read(runId)).events.some(({ type }) => type === 'step_end'));
      const off = ada.call(switchAutonomy, { query: {}, body: { on: false } });
      await sleep(round * 5);
      await ada.call(stopRun, { params: { runId } });
      await off;
      await at(runId, 'stopped');
      await query(here.databaseUrl, 'update autonomy_switches set off_at = null');
    }
  });
});

describe('a retry', () => {
  it('happens once, however often it is requested', async () => {
    script = () => [{ status: 401 }];
    const runId = await start('go');
    await at(runId, 'failed');
    script = () => ['Here I am.'];
    const retry = (person: Person) => outcomeOf(person.call(retryRun, { params: { runId }, body: {} }));
    const outcomes = await Promise.all([retry(ada), retry(elsewhere), retry(ada), retry(elsewhere)]);
    assert.deepEqual(outcomes.toSorted(), [202, ...Array(3).fill('not_ended')]);
    const { events } = await at(runId, 'done');
    assert.equal(events.filter(({ type }) => type === 'retry').length, 1);
  });

  it('with a budget in dollars stays within it, or does nothing', async () => {
    script = () => [{ status: 401 }];
    const runId = await start('go');
    await at(runId, 'failed');
    script = () => assert.fail('the model was asked');
    await ada.call(retryRun, { params: { runId }, body: { budget: { cost: 0.01 } } });
    const { events } = await at(runId, 'failed');
    const error = events.at(-2);
    assert.ok(error?.type === 'error' && error.data.code === 'price_unknown', JSON.stringify(error));
  });
});

describe('a run claimed from a server that died in the middle of a response', () => {
  it('has its partial output counted once, by estimate', async () => {
    script = () => ['Whole.'];
    const setting = { databaseUrl: here.databaseUrl, projectId, userId: ada.id, model: 'server/test' };
    const runId = await putRun(setting, 'waiting', [
      { type: 'message', data: { text: 'go', by: { id: ada.id, name: 'Ada' } } },
      { type: 'step', data: { step: 1, model: 'server/test' } },
      { type: 'text', data: { text: 'x'.repeat(400) } },
    ]);
    await query(here.databaseUrl, `update runs set status = 'running', server = 1 where id = $1`, [runId]);
    const { run, events } = await at(runId, 'done');
    assert.deepEqual(
      events.slice(3).map(({ type }) => type),
      ['notice', 'step_cut', 'step', 'text', 'step_end', 'end'],
    );
    assert.equal(run.outputTokens, 100 + 10);
    assert.ok(run.inputTokens > 150, `${run.inputTokens}`);
  });
});

describe('a copy of a database, restored beside it in the same PostgreSQL', () => {
  it('has its runs claimed there, even if the server of the original is alive', async () => {
    script = () => ['Whole.'];
    const copy = await startTestServer({ env: { MODEL_SERVER_URL: models.url } });
    try {
      const owner = await signUp(copy);
      const { id } = await newProject(owner);
      const setting = { databaseUrl: copy.databaseUrl, projectId: id, userId: owner.id, model: 'server/test' };
      const runId = await putRun(setting, 'waiting', [{ type: 'message', data: { text: 'go', by: { id: owner.id, name: 'Ada' } } }]);
      const alive = here.features.eventBus.serverNumber();
      assert.ok(alive > 0);
      await query(copy.databaseUrl, `update runs set status = 'running', server = $2 where id = $1`, [runId, alive]);
      await eventually('the run is done', async () => (await owner.call(getRun, { params: { runId } })).body.run.status, 'done');
    } finally {
      await copy.close();
    }
  });
});

describe('a branch', () => {
  it('of a run at work has the long results before its message, and none after it', async () => {
    let calls = 0;
    const print: Script = ({ messages }) =>
      messages.at(-1)?.role === 'tool' ? ['Printed.'] : [{ tool: 'bash', input: { command: `seq ${++calls} 40000` } }];
    script = print;
    const params = { runId: await start('print') };
    await at(params.runId, 'done');
    await ada.call(sendMessage, { params, body: { message: 'print' } });
    const isLong = (event: Found['events'][number]) => event.type === 'tool_result' && event.data.whole !== undefined;
    const { events } = await eventually('both have printed', async () => {
      const found = await read(params.runId);
      return found.events.filter(isLong).length === 2 && found;
    });
    const event = events.findLast(({ type }) => type === 'message')?.seq ?? 0;
    script = () => ['Another way.'];
    const { run } = (await elsewhere.call(branchRun, { params, body: { event, message: 'no' } })).body;
    await at(run.id, 'done');
    const outcomes = events.flatMap((event) => {
      const outputId = event.type === 'tool_result' ? event.data.whole?.id : undefined;
      return outputId === undefined ? [] : [outcomeOf(ada.call(readOutput, { params: { runId: run.id, outputId } }))];
    });
    assert.deepEqual(await Promise.all(outcomes), [200, 'not_found']);
  });
});

describe('deleting a project', () => {
  it('never deadlocks with what its runs are storing', async () => {
    const { databaseUrl: url } = here;
    await query(url, 'create function dawdle() returns trigger language plpgsql as $$ begin perform pg_sleep(0.3); return new; end $$');
    await query(
      url,
      `create trigger dawdle before insert on run_events for each row when (new.type = 'step_end') execute function dawdle()`,
    );
    const params = { projectId: (await newProject(ada)).id };
    script = () => ['Here I am.'];
    await Promise.all([start('go', params), start('go', params)]);
    await eventually('a step ends', async () => {
      const storing = `select 1 from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()`;
      return (await query(url, storing)).length > 0;
    });
    assert.equal(await outcomeOf(ada.call(deleteProject, { params })), 204);
    await query(url, 'drop trigger dawdle on run_events');
  });
});

describe('AGENTS.md', () => {
  it('is cut between characters if it is too long', async () => {
    const params = { projectId: (await newProject(ada)).id };
    const body = `${'x'.repeat(31_999)}${'😀'.repeat(10)}`;
    await ada.call(saveFile, { params, query: { path: 'AGENTS.md' }, body }, { headers: { 'if-none-match': '*' } });
    script = () => ['Read.'];
    await at(await start('go', params), 'done');
    assert.ok(String(models.requests.at(-1)?.messages[0]?.content).isWellFormed());
  });
});

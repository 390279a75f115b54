import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import pg from 'pg';
import { saveFile } from '#features/files/contract.ts';
import { getRun, startRun } from '#features/runs/contract.ts';
import { eventually } from '../harness/eventually.ts';
import { readRun } from '../harness/run-stream.ts';
import { newProject, type Person, signUp, startTestServer, type TestServer } from '../harness/test-server.ts';
import { balance, emptyLedger, type Ledger } from './books.ts';
import { findContradictions } from './invariants.ts';

describe('the books', () => {
  let testServer: TestServer;
  let ledger: Ledger;
  let client: pg.Client;
  before(async () => {
    testServer = await startTestServer();
    client = new pg.Client({ connectionString: testServer.databaseUrl });
    await client.connect();
    const person = await signUp(testServer);
    ledger = await work(person);
  });
  after(async () => {
    await client.end();
    await testServer.close();
  });

  /** A save, a project, and a run that writes a file. */
  async function work(person: Person): Promise<Ledger> {
    const { id: projectId } = await newProject(person, 'Of the books');
    const params = { projectId };
    await person.call(saveFile, { params, query: { path: 'a.md' }, body: 'saved' }, { headers: { 'if-none-match': '*' } });
    const body = { message: 'write b.md: two', model: 'practice', level: 'autonomous' } as const;
    const { id: runId } = (await person.call(startRun, { params, body })).body.run;
    const status = async () => (await person.call(getRun, { params: { runId } })).body.run.status;
    await eventually('the run is done', status, 'done');
    return {
      ...emptyLedger(),
      saves: [
        { projectId, path: 'a.md', content: 'saved', acknowledged: true },
        { projectId, path: 'a.md', content: 'without an answer', acknowledged: false },
      ],
      projects: [{ name: 'Of the books', acknowledged: true }],
      runs: [{ projectId, runId, writes: ['b.md'], events: await readRun(person, runId) }],
      sessions: new Map([[person.id, { atLeast: 1, atMost: 1 }]]),
    };
  }
  const balanced = (changed: Partial<Ledger> = {}) => balance(testServer.databaseUrl, { ...ledger, ...changed });

  it('balance when everything is as people were told', async () => {
    assert.deepEqual(await balanced(), []);
  });

  const [save, run] = [() => ledger.saves[0] ?? assert.fail(), () => ledger.runs[0] ?? assert.fail()];
  const told: [string, () => Partial<Ledger>, RegExp][] = [
    ['a save that is not there', () => ({ saves: [...ledger.saves, { ...save(), content: 'lost' }] }), /“lost” in a\.md was acknowledged/],
    ['a save that nobody sent', () => ({ saves: [{ ...save(), content: 'other', acknowledged: false }] }), /nobody saved this version/],
    [
      'saves in another order',
      () => ({ saves: [save(), { ...save(), acknowledged: true }] }),
      /“saved” in a\.md was acknowledged, and is not/,
    ],
    ['a project that is not there', () => ({ projects: [{ name: 'Lost', acknowledged: true }] }), /project “Lost” was acknowledged/],
    ['a run that wrote something else', () => ({ runs: [{ ...run(), writes: [] }] }), /was to write {2}and wrote b\.md/],
    ['a reader who missed an event', () => ({ runs: [{ ...run(), events: run().events.slice(1) }] }), /the reader of the run/],
    ['a run that nobody started', () => ({ runs: [{ ...run(), runId: randomUUID() }] }), /nobody started these runs/],
    [
      'a session too many',
      () => ({ sessions: new Map([...ledger.sessions.keys()].map((id) => [id, { atLeast: 0, atMost: 0 }])) }),
      /has 1 sessions/,
    ],
  ];
  for (const [what, changed, expected] of told)
    it(`do not with ${what}`, async () => {
      assert.match((await balanced(changed())).join('\n'), expected);
    });

  const broken: [string, string][] = [
    ['update projects set head = head + 1', 'the changes of a project are not numbered'],
    ['update projects set stored_bytes = stored_bytes + 1', 'does not count the bytes'],
    ["update blobs set content = 'x' where size = 5", 'not what its hash says'],
    ['delete from files', 'the current files are not the newest versions'],
    ["delete from run_events where type = 'text'", 'the log of a run has a gap'],
    ["update runs set status = 'running'", 'its log does not end so'],
    [
      "insert into run_events (run_id, seq, type, data) select run_id, seq + 1, type, data from run_events where type = 'end'",
      'ended twice',
    ],
    [
      "insert into run_events (run_id, seq, type, data) select run_id, 900 + seq, type, data from run_events where type = 'step_end'",
      'completed twice',
    ],
    [
      "insert into run_events (run_id, seq, type, data) select run_id, 900, type, data from run_events where type = 'tool_result'",
      'two results',
    ],
    ["delete from run_events where type = 'tool_result'", 'is not in its log exactly once'],
    ['delete from changes where run_id is not null', 'has a change that its project does not have'],
    ['update run_usage set steps = steps + 1', 'the usage of a run is not what its log says'],
  ];
  for (const [change, expected] of broken)
    it(`do not after: ${change}`, async () => {
      await client.query('begin');
      // Without the triggers and foreign keys that would prevent it.
      await client.query('set local session_replication_role = replica');
      await client.query(change);
      const found = await findContradictions(client);
      await client.query('rollback');
      assert.match(found.join('\n'), new RegExp(expected));
    });
});

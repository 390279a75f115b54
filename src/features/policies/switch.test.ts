import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { currentUser } from '#features/accounts/contract.ts';
import { getAutonomy } from '#features/inbox/overview-contract.ts';
import { getRun, startRun } from '#features/runs/contract.ts';
import { switchAutonomy } from '#features/runs/switch-contract.ts';
import { ProblemError } from '#wire/call.ts';
import { query } from '../../../test/harness/database.ts';
import { eventually } from '../../../test/harness/eventually.ts';
import { newProject, type Person, signedInOn, signUp, startTestServer, type TestServer } from '../../../test/harness/test-server.ts';

/** Long enough at this pace not to end during the test. */
const message = (name: string) => `write ${name}.txt: ${'word '.repeat(150)}`;

describe('the switch, with two servers', { timeout: 60_000 }, () => {
  let first: TestServer;
  let second: TestServer;
  let ada: Person;
  let onSecond: Person;
  let projectId: string;
  let name: string;
  const autonomous: string[] = [];
  let supervised: string;
  before(async () => {
    first = await startTestServer({ demoPace: 60 });
    second = await startTestServer({ databaseUrl: first.databaseUrl, demoPace: 60 });
    ada = await signUp(first);
    onSecond = signedInOn(ada, second);
    projectId = (await newProject(ada)).id;
    name = (await ada.call(currentUser, {})).body.user.organizations[0]?.name ?? '';
  });
  after(async () => {
    await second.close();
    await first.close();
  });

  const start = async (person: Person, file: string, level: 'autonomous' | 'supervised') =>
    (await person.call(startRun, { params: { projectId }, body: { message: message(file), level, model: 'practice' } })).body.run.id;
  const runOf = async (runId: string) => (await ada.call(getRun, { params: { runId } })).body.run;
  const allAre = async (status: string) => (await Promise.all(autonomous.map(runOf))).every((run) => run.status === status);

  it('stops autonomous runs on all servers within two seconds of the click', async (t) => {
    const server = async () =>
      query<{ server: number }>(first.databaseUrl, `select distinct server from runs where status = 'running' and level = 'autonomous'`);
    // Which server claims a run is chance: until each has one.
    for (let count = 0; count < 60 && (await server()).length < 2; count++) {
      autonomous.push(await start(count % 2 ? ada : onSecond, `autonomous-${count}`, 'autonomous'));
      await eventually('all are at work', () => allAre('running'));
    }
    assert.equal((await server()).length, 2, 'both servers work on autonomous runs');
    supervised = await start(ada, 'supervised', 'supervised');
    await eventually('it works', async () => (await runOf(supervised)).status, 'running');
    const begun = performance.now();
    const { body } = await ada.call(switchAutonomy, { body: { on: false } });
    assert.equal(body.runs, autonomous.length);
    await eventually('all are let go of', () => allAre('queued'));
    const took = Math.round(performance.now() - begun);
    t.diagnostic(`let go of after ${took} ms`);
    assert.ok(took < 2000, 'the promise of the switch');
  });

  it('holds them: nothing is added to their logs, and the overview tells them', async () => {
    const logs = async () => Promise.all(autonomous.map(async (id) => (await runOf(id)).lastEvent));
    const before = await logs();
    // Servers poll for work once a second.
    await sleep(1500);
    assert.deepEqual(await logs(), before);
    assert.ok(await allAre('queued'));
    const { held, working } = (await onSecond.call(getAutonomy, {})).body;
    assert.deepEqual(held.runs.map(({ id }) => id).sort(), [...autonomous].sort());
    assert.ok(working.runs.every(({ id }) => id === supervised));
  });

  it('lets supervised runs of people go on', async () => {
    // It asks before it writes its file.
    await eventually('it asks', async () => (await runOf(supervised)).status, 'waiting');
  });

  it('begins nothing of the level autonomous meanwhile, on any server', async () => {
    for (const person of [ada, onSecond]) {
      await assert.rejects(start(person, 'new', 'autonomous'), (error) => {
        assert.ok(error instanceof ProblemError);
        assert.deepEqual([error.status, error.code], [409, 'autonomy_off']);
        assert.match(error.message, /Ada Lovelace switched autonomy off/);
        return true;
      });
    }
  });

  it('lets all of them go on when it is switched on, and none does anything twice', async () => {
    const { body } = await onSecond.call(switchAutonomy, { body: { on: true, confirm: name } });
    assert.equal(body.runs, autonomous.length);
    await eventually('all are done', () => allAre('done'));
    const changes = await query<{ run_id: string; count: number }>(
      first.databaseUrl,
      'select run_id, count(*)::int as count from changes where run_id = any($1) group by run_id',
      [autonomous],
    );
    assert.deepEqual(
      changes.map(({ count }) => count),
      autonomous.map(() => 1),
    );
    assert.equal((await ada.call(getAutonomy, {})).body.held.count, 0);
  });
});

/** What happens to the runs of a person who may no longer use agents. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import pg from 'pg';
import { listFiles } from '#features/files/contract.ts';
import { listApprovals } from '#features/inbox/contract.ts';
import type { Role } from '#wire/role.ts';
import { query } from '../../../test/harness/database.ts';
import { eventually } from '../../../test/harness/eventually.ts';
import { type ModelServerPart, openModelServer } from '../../../test/harness/model-server.ts';
import {
  addMember,
  newProject,
  type Person,
  signedInOn,
  signUp,
  startTestServer,
  type TestServer,
} from '../../../test/harness/test-server.ts';
import { type Approval, decideApproval } from './approvals-contract.ts';
import { branchRun, getRun, listRuns, sendMessage, startRun } from './contract.ts';

type Parts = Iterable<ModelServerPart> | AsyncIterable<ModelServerPart>;

let answer: () => Parts = () => ['Done.'];
let models: Awaited<ReturnType<typeof openModelServer>>;
let here: TestServer;
let there: TestServer;
let ada: Person;
let projectId: string;
let organizationId: string;
before(async () => {
  models = await openModelServer(() => answer());
  const env = { MODEL_SERVER_URL: models.url };
  here = await startTestServer({ env });
  there = await startTestServer({ env, databaseUrl: here.databaseUrl });
  ada = await signUp(here);
  ({ id: projectId, organizationId } = await newProject(ada));
});
after(async () => {
  await here.close();
  await there.close();
  await models.close();
});

const read = async (runId: string) => (await ada.call(getRun, { params: { runId } })).body;
const ended = (runId: string) =>
  eventually('the run has ended', async () => {
    const found = await read(runId);
    return ['done', 'failed', 'stopped'].includes(found.run.status) && found;
  });
const start = async (by: Person) =>
  (await by.call(startRun, { params: { projectId }, body: { message: 'Go', model: 'server/test', level: 'supervised' } })).body.run.id;
async function join(role: Role): Promise<Person> {
  const person = await signUp(here, 'Max');
  await addMember(here, person, organizationId, role);
  for (const server of [here, there])
    await eventually('the server knows of it', () =>
      signedInOn(person, server)
        .call(listRuns, { params: { projectId }, query: {} })
        .then(
          () => true,
          () => false,
        ),
    );
  return person;
}
const leave = (person: Person) => query(here.databaseUrl, 'delete from members where user_id = $1', [person.id]);
const watchOnly = (person: Person) =>
  query(here.databaseUrl, `update members set role = 'viewer' where user_id = $1 and organization_id = $2`, [person.id, organizationId]);

/** The model's response hangs until `go`. */
function hanging(after: ModelServerPart) {
  let go = (): void => undefined;
  const gate = new Promise<void>((resolve) => {
    go = resolve;
  });
  answer = async function* () {
    yield '';
    await gate;
    yield after;
  };
  return go;
}

for (const [what, depart] of [
  ['has left the organization', leave],
  ['only watches there by now', watchOnly],
] as const)
  describe(`a run for a person who ${what}`, () => {
    it('ends in the middle of a model call, on any server', async () => {
      const go = hanging({ tool: 'list_files', input: {} });
      const max = await join('member');
      const asked = models.requests.length;
      const runIds = [await start(max), await start(signedInOn(max, there))];
      await eventually('both are asked', () => models.requests.length, asked + 2);
      await depart(max);
      for (const runId of runIds) {
        const { run, events } = await ended(runId);
        assert.equal(run.status, 'failed');
        const error = events.find(({ type }) => type === 'error');
        assert.ok(error?.type === 'error');
        assert.equal(error.data.code, 'not_a_member');
        assert.match(error.data.message, /^Max may not use agents in this organization any more.*Branch it/);
      }
      await Promise.all(models.requests.slice(asked).map(({ gone }) => gone));
      go();
      assert.equal(models.requests.length, asked + 2, 'no model is asked again');
    });

    it('makes no model call when others resume it, and writes nothing', async () => {
      answer = () => ['Hello.'];
      const max = await join('member');
      const runId = await start(max);
      const { events } = await ended(runId);
      await depart(max);
      const asked = models.requests.length;
      answer = () => [{ tool: 'write_file', input: { path: 'a.md', content: 'x' } }];
      await ada.call(sendMessage, { params: { runId }, body: { message: 'Go on' } });
      const failed = await eventually('it has failed', async () => {
        const found = await read(runId);
        return found.run.status === 'failed' && found;
      });
      assert.ok(failed.events.length > events.length);
      assert.equal(models.requests.length, asked);
      assert.deepEqual((await ada.call(listFiles, { params: { projectId }, query: {} })).body.entries, []);
      answer = () => ['Hello again.'];
      const body = { event: 1, message: 'Go on', model: 'server/test' };
      const { run } = (await ada.call(branchRun, { params: { runId }, body })).body;
      assert.equal((await ended(run.id)).run.status, 'done', 'a branch works for the person who made it');
    });
  });

describe('anything that a person removed since', () => {
  const pending = async (runId: string) => (await ada.call(listApprovals, { query: { run: runId } })).body.approvals;
  const asks = (runId: string) =>
    eventually('it asks', async () => {
      const [approval] = await pending(runId);
      return approval;
    });
  const decide = (by: Person, { id, hash }: Approval, more: { decision?: 'approve' | 'reject'; all?: boolean } = {}) =>
    by.call(decideApproval, { params: { approvalId: id }, body: { decision: 'approve', hash, ...more } });
  const paths = async () =>
    (await ada.call(listFiles, { params: { projectId }, query: {} })).body.entries.flatMap(({ path }) =>
      path.startsWith('by-') ? [path] : [],
    );
  const write = (path: string): ModelServerPart => ({ tool: 'write_file', input: { path, content: 'x' } });

  it('had approved is asked again, not executed', async () => {
    answer = () => [write('by-max.md')];
    const max = await join('member');
    const runId = await start(ada);
    const asked = await asks(runId);
    answer = () => ['Done.'];
    // The approved change waits for the project lock, and the removal is first.
    const operator = new pg.Client({ connectionString: here.databaseUrl });
    await operator.connect();
    try {
      await operator.query('begin');
      await operator.query('select from projects where id = $1 for no key update', [projectId]);
      await decide(max, asked);
      const waiting = `select from pg_locks where not granted and locktype in ('transactionid', 'tuple')`;
      await eventually('it waits for the project', async () => (await query(here.databaseUrl, waiting)).length > 0);
      await leave(max);
    } finally {
      await operator.end();
    }
    const again = await asks(runId);
    assert.notEqual(again.id, asked.id);
    assert.deepEqual(await paths(), []);
    await decide(ada, again);
    assert.equal((await ended(runId)).run.status, 'done');
    assert.deepEqual(await paths(), ['by-max.md']);
  });

  it('had approved for all calls like it is asked again', async () => {
    const max = await join('member');
    answer = () => [write('by-a.md')];
    const runId = await start(ada);
    const asked = await asks(runId);
    const go = hanging(write('by-b.md'));
    await decide(max, asked, { all: true });
    await eventually('the first is written', paths, (seen) => seen.includes('by-a.md'));
    await leave(max);
    go();
    const again = await asks(runId);
    answer = () => ['Done.'];
    assert.deepEqual(again.paths, ['by-b.md']);
    await decide(ada, again);
    assert.equal((await ended(runId)).run.status, 'done');
  });

  it('had requested is resolved by others, and then their run ends without doing anything', async () => {
    answer = () => [write('by-nobody.md')];
    const max = await join('member');
    const runIds = [await start(max), await start(max)];
    const asked = [await asks(runIds[0] ?? ''), await asks(runIds[1] ?? '')];
    await leave(max);
    for (const [index, decision] of (['approve', 'reject'] as const).entries()) await decide(ada, asked[index] as Approval, { decision });
    for (const runId of runIds) {
      const { run, events } = await ended(runId);
      assert.equal(run.status, 'failed');
      assert.ok(events.some((event) => event.type === 'error' && event.data.code === 'not_a_member'));
      assert.deepEqual(await pending(runId), []);
    }
    assert.ok(!(await paths()).includes('by-nobody.md'));
  });
});

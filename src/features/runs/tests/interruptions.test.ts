import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { getRun, stopRun } from '#features/runs/contract.ts';
import type { EventData } from '#features/runs/events.ts';
import { query } from '../../../../test/harness/database.ts';
import { eventually } from '../../../../test/harness/eventually.ts';
import { putRun } from '../../../../test/harness/run-states.ts';
import { newProject, type Person, signUp, startTestServer, type TestServer } from '../../../../test/harness/test-server.ts';
import { MAX_INTERRUPTIONS, pauseAfter } from '../server/loop/interruptions.ts';

describe('a run that was interrupted', () => {
  let testServer: TestServer;
  let person: Person;
  let projectId: string;
  before(async () => {
    testServer = await startTestServer();
    person = await signUp(testServer);
    projectId = (await newProject(person)).id;
  });
  after(() => testServer.close());

  /** In the middle of its first step, again and again. */
  async function interrupt(times: number): Promise<string> {
    const { databaseUrl } = testServer;
    const resumed: EventData = { type: 'notice', data: { code: 'resumed', message: '' } };
    const events: EventData[] = [
      { type: 'message', data: { text: 'hello', by: { id: null, name: 'Ada' } } },
      ...Array.from({ length: times }, () => resumed),
      { type: 'step', data: { step: 1, model: 'practice' } },
      { type: 'text', data: { text: 'I am' } },
    ];
    const runId = await putRun({ databaseUrl, projectId, userId: person.id }, 'stopped', events);
    await query(databaseUrl, `update runs set status = 'queued' where id = $1`, [runId]);
    return runId;
  }
  const read = async (runId: string) => (await person.call(getRun, { params: { runId } })).body;
  const statusOf = async (runId: string) => (await read(runId)).run.status;
  const countResumed = async (runId: string) =>
    (await read(runId)).events.filter((event) => event.type === 'notice' && event.data.code === 'resumed').length;

  it('goes on at once, and later and later if it makes no progress', () => {
    const pauses = Array.from({ length: MAX_INTERRUPTIONS }, (_, interruptions) => pauseAfter(interruptions) / 1000);
    assert.deepEqual(pauses, [0, 0, 1, 2, 4, 8, 16, 30, 30, 30]);
  });

  it('is done after its pause', async () => {
    const runId = await interrupt(2);
    await eventually('it is done', () => statusOf(runId), 'done');
    assert.equal(await countResumed(runId), 3);
  });

  it('can be stopped in its pause', async () => {
    const runId = await interrupt(MAX_INTERRUPTIONS - 1);
    await eventually('a server has it', () => statusOf(runId), 'running');
    await person.call(stopRun, { params: { runId } });
    await eventually('it is stopped', () => statusOf(runId), 'stopped', 10_000);
  });

  it('is not interrupted once more by a server that stops during its pause', async () => {
    const runId = await interrupt(MAX_INTERRUPTIONS - 1);
    const other = await startTestServer({ databaseUrl: testServer.databaseUrl });
    await eventually('a server has it', () => statusOf(runId), 'running');
    await testServer.close();
    const seen = await query<{ count: number }>(
      testServer.databaseUrl,
      `select count(*)::int as count from run_events where run_id = $1 and data ->> 'code' = 'resumed'`,
      [runId],
    );
    assert.equal(seen[0]?.count, MAX_INTERRUPTIONS - 1);
    await other.close();
    testServer = await startTestServer({ databaseUrl: testServer.databaseUrl });
  });
});

/**
 * Kills the server that works on a run at every boundary of a step. A trigger in the database blocks a statement exactly there, and the
 * server is killed while it waits. Then the statement either never takes effect, or it does although no server receives the result: both
 * happen to statements in flight when a server dies. Does the same to the server that turns the run's end into notifications.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import pg from 'pg';
import { readFile } from '#features/files/contract.ts';
import { listChanges } from '#features/files/history-contract.ts';
import { listApprovals } from '#features/inbox/contract.ts';
import { putNotificationSettings } from '#features/notifications/contract.ts';
import { decideApproval } from '#features/runs/approvals-contract.ts';
import { getRun, startRun } from '#features/runs/contract.ts';
import { readLog } from '#features/runs/conversation.ts';
import type { EventType } from '#features/runs/events.ts';
import { createTestDatabase } from './harness/database.ts';
import { eventually } from './harness/eventually.ts';
import { openModelServer } from './harness/model-server.ts';
import { allNotified, nothing } from './harness/notification-test.ts';
import { endProcesses, openProcess, quick, type ServerProcess } from './harness/process.ts';
import { assertStoredBytes } from './harness/stored-bytes.ts';
import { addMember, newProject, type Person, signedInOn, signUp } from './harness/test-server.ts';

/** The lock that the trigger waits for and the test holds. */
const GATE = 4242;

const stallAt = `
  create table stalls (type text, nth integer);
  create function stall() returns trigger language plpgsql as $$
  begin
    if exists (select from stalls where type = new.type and nth = 1 + (
      select count(*) from run_events where run_id = new.run_id and type = new.type
    )) then
      delete from stalls;
      perform pg_advisory_xact_lock(${GATE});
    end if;
    return new;
  end $$;
  create trigger stall before insert on run_events for each row execute function stall();
  create function stall_here() returns trigger language plpgsql as $$
  begin
    if exists (select from stalls where type = tg_argv[0]) then
      delete from stalls;
      perform pg_advisory_xact_lock(${GATE});
    end if;
    return coalesce(new, old);
  end $$;
  create trigger stall before insert on notifications for each row execute function stall_here('notification');
  create trigger stall before delete on outbox for each row execute function stall_here('processed');`;

/** Writes two files in one step, then says so. It depends only on its input, so a request may be repeated. */
const openModel = () =>
  openModelServer(async function* ({ messages }) {
    if (messages.at(-1)?.role === 'tool') {
      yield 'Both are ';
      yield 'written.';
      return;
    }
    for (const word of ['I ', 'write ', 'them. ']) yield word;
    yield { tool: 'write_file', input: { path: 'a.md', content: 'a' }, callId: 'first' };
    yield { tool: 'write_file', input: { path: 'b.md', content: 'b' }, callId: 'second' };
  });

describe('kill -9 of the server that works on a run', () => {
  let databaseUrl: string;
  let models: Awaited<ReturnType<typeof openModel>>;
  let env: Record<string, string>;
  let survivor: ServerProcess;
  let person: Person;
  let gate: pg.Client;
  before(async () => {
    databaseUrl = await createTestDatabase();
    models = await openModel();
    env = { ...quick, DATABASE_URL: databaseUrl, MODEL_SERVER_URL: models.url };
    survivor = await openProcess({ env });
    person = await signUp(survivor);
    const run_ended = { ...nothing.run_ended, page: true, of: 'all' as const };
    await person.call(putNotificationSettings, { body: { choices: { ...nothing, run_ended }, webhookUrl: null } });
    gate = new pg.Client({ connectionString: databaseUrl });
    await gate.connect();
    await gate.query(stallAt);
  });
  after(async () => {
    await gate.end();
    await endProcesses();
    await models.close();
  });

  /** Backends that wait at the gate. */
  const stalled = async (): Promise<number[]> => {
    const { rows } = await gate.query(`select pid from pg_locks where locktype = 'advisory' and objid = ${GATE} and not granted`);
    return rows.map(({ pid }) => pid);
  };

  const boundaries: [what: string, type: EventType, nth: number, level?: 'supervised'][] = [
    ['before the model is asked', 'step', 1],
    ['in the middle of an answer', 'text', 1],
    ['after the model has answered', 'step_end', 1],
    ['at the commit of the first tool', 'tool_result', 1],
    ['at the commit of the second tool', 'tool_result', 2],
    ['before the next step', 'step', 2],
    ['at the end', 'end', 1],
    ['while it asks for an approval', 'question', 1, 'supervised'],
    ['while a person approves', 'answer', 1, 'supervised'],
    ['at the commit of what was approved', 'tool_result', 1, 'supervised'],
  ];
  for (const [what, type, nth, level = 'autonomous'] of boundaries) {
    for (const outcome of ['is lost', 'takes effect all the same'] as const) {
      it(`${what}, where the last statement ${outcome}: the run continues, and each change is made once`, async (t) => {
        // The server that claims the run is to be killed, so the other one is suspended for now.
        process.kill(survivor.pid, 'SIGSTOP');
        const victim = await openProcess({ env });
        const there = signedInOn(person, victim);
        const { id: projectId } = await newProject(there);
        await gate.query('select pg_advisory_lock($1)', [GATE]);
        await gate.query('insert into stalls values ($1, $2)', [type, nth]);
        const message = 'Write a.md and b.md';
        const { run } = (await there.call(startRun, { params: { projectId }, body: { message, model: 'server/test', level } })).body;
        if (level === 'supervised' && type !== 'question') {
          await eventually('it asks', async () => (await pendingOf(there, run.id)).length > 0);
          // The approver may never get a response.
          void approve(there, run.id).catch(() => undefined);
        }
        const [backend] = await eventually('the statement is held', async () => {
          const pids = await stalled();
          return pids.length > 0 && pids;
        });

        process.kill(survivor.pid, 'SIGCONT');
        victim.signal('SIGKILL');
        assert.equal(await victim.ended, 'SIGKILL');
        const died = performance.now();
        if (outcome === 'is lost') await gate.query('select pg_terminate_backend($1)', [backend]);
        await gate.query('select pg_advisory_unlock($1)', [GATE]);

        const readRun = async () => (await person.call(getRun, { params: { runId: run.id } })).body;
        const before = (await readRun()).run.lastEvent;
        if (level === 'autonomous' && !(type === 'end' && outcome === 'takes effect all the same')) {
          await eventually(
            'another server takes it up',
            async () => (await readRun()).run.lastEvent,
            (seen) => seen > before,
          );
          t.diagnostic(`taken up ${Math.round(performance.now() - died)} ms after the death`);
        }
        await eventually('the run is done', async () => {
          if (level === 'supervised') await approve(person, run.id);
          return (await readRun()).run.status === 'done';
        });
        await assertWhole(projectId, await readRun());
        const used = `select count(*)::int as count from approvals where run_id = $1 and status = 'approved' and consumed_at is not null`;
        const { rows } = await gate.query(used, [run.id]);
        assert.deepEqual(rows, [{ count: level === 'supervised' ? 2 : 0 }]);
        await assertNotifiedOnce(run.id);
        await assertStoredBytes(databaseUrl);
      });
    }
  }

  for (const [what, type] of [
    ['before the notifications of an event are stored', 'notification'],
    ['after that, before the event is deleted', 'processed'],
  ]) {
    for (const outcome of ['is lost', 'takes effect all the same'] as const) {
      it(`${what}, where the last statement ${outcome}: each person is notified once`, async () => {
        process.kill(survivor.pid, 'SIGSTOP');
        const victim = await openProcess({ env });
        const there = signedInOn(person, victim);
        const { id: projectId } = await newProject(there);
        await gate.query('select pg_advisory_lock($1)', [GATE]);
        await gate.query('insert into stalls values ($1, 1)', [type]);
        const body = { message: 'Write a.md and b.md', model: 'server/test', level: 'autonomous' as const };
        const { run } = (await there.call(startRun, { params: { projectId }, body })).body;
        const [backend] = await eventually('the statement is held', stalled, (pids) => pids.length > 0);

        victim.signal('SIGKILL');
        assert.equal(await victim.ended, 'SIGKILL');
        process.kill(survivor.pid, 'SIGCONT');
        if (outcome === 'is lost') await gate.query('select pg_terminate_backend($1)', [backend]);
        await gate.query('select pg_advisory_unlock($1)', [GATE]);
        await assertNotifiedOnce(run.id);
      });
    }
  }

  it('after an approval by a person who is removed before another server claims the run: it is asked again', async () => {
    process.kill(survivor.pid, 'SIGSTOP');
    const victim = await openProcess({ env });
    const there = signedInOn(person, victim);
    const { id: projectId, organizationId } = await newProject(there);
    const grace = await signUp(victim, 'Grace Hopper');
    await addMember({ databaseUrl }, grace, organizationId, 'member');
    await gate.query('select pg_advisory_lock($1)', [GATE]);
    await gate.query('insert into stalls values ($1, $2)', ['tool_result', 1]);
    const body = { message: 'Write a.md and b.md', model: 'server/test', level: 'supervised' as const };
    const { run } = (await there.call(startRun, { params: { projectId }, body })).body;
    await eventually('it asks', async () => (await pendingOf(there, run.id)).length > 0);
    const [first] = await pendingOf(there, run.id);
    await eventually('she may decide it', () =>
      approve(grace, run.id).then(
        () => true,
        () => false,
      ),
    );
    const [backend] = await eventually('what she approved is about to be carried out', async () => {
      const pids = await stalled();
      return pids.length > 0 && pids;
    });

    victim.signal('SIGKILL');
    await victim.ended;
    await gate.query('delete from members where user_id = $1 and organization_id = $2', [grace.id, organizationId]);
    process.kill(survivor.pid, 'SIGCONT');
    await gate.query('select pg_terminate_backend($1)', [backend]);
    await gate.query('select pg_advisory_unlock($1)', [GATE]);
    await eventually(
      'it asks again',
      () => pendingOf(person, run.id),
      (seen) => seen.some(({ id }) => id !== first?.id),
    );
    assert.deepEqual((await person.call(listChanges, { params: { projectId } })).body.changes, []);
    const readRun = async () => (await person.call(getRun, { params: { runId: run.id } })).body;
    await eventually('the run is done', async () => {
      await approve(person, run.id);
      return (await readRun()).run.status === 'done';
    });
    await assertWhole(projectId, await readRun());
  });

  const pendingOf = async (by: Person, run: string) => (await by.call(listApprovals, { query: { run } })).body.approvals;
  async function approve(by: Person, runId: string): Promise<void> {
    for (const { id, hash } of await pendingOf(by, runId))
      await by.call(decideApproval, { params: { approvalId: id }, body: { decision: 'approve', hash } });
  }

  async function assertNotifiedOnce(runId: string): Promise<void> {
    await allNotified(databaseUrl);
    const { rows } = await gate.query(`select channel from notifications where kind = 'run_ended' and about ->> 'runId' = $1`, [runId]);
    assert.deepEqual(rows, [{ channel: 'page' }]);
  }

  async function assertWhole(projectId: string, { run, events }: { run: { lastEvent: number }; events: Parameters<typeof readLog>[0] }) {
    const log = [...events];
    assert.deepEqual(
      log.map(({ seq }) => seq),
      log.map((_, index) => index + 1),
    );
    assert.equal(run.lastEvent, log.length);
    const { changes } = (await person.call(listChanges, { params: { projectId } })).body;
    assert.deepEqual(changes.map(({ kind, paths }) => [kind, ...paths]).reverse(), [
      ['create', 'a.md'],
      ['create', 'b.md'],
    ]);
    for (const name of ['a', 'b']) {
      const { body } = await person.call(readFile, { params: { projectId }, query: { path: `${name}.md` } });
      assert.equal(Buffer.from(body).toString(), name);
    }
    const steps = readLog(log).flatMap((turn) => (turn.kind === 'step' ? [turn.parts] : []));
    const said = steps.map((parts) => parts.map((part) => (part.kind === 'text' ? part.text : '')).join(''));
    assert.deepEqual(said, ['I write them. ', 'Both are written.']);
    assert.equal(log.filter(({ type }) => type === 'tool_result').length, 2);
    assert.equal(log.filter(({ type }) => type === 'end').length, 1);
    // In the end, the model got both results, each once.
    const last = models.requests.at(-1);
    assert.deepEqual(
      last?.messages.slice(1).map(({ role }) => role),
      ['user', 'assistant', 'tool', 'tool'],
    );
  }
});

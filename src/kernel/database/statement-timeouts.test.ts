/** What happens on the server to statements abandoned here, and to those that PostgreSQL rolls back because of a conflict. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createEventBus, type EventBus } from '#kernel/event-bus.ts';
import { createLog } from '#kernel/log.ts';
import { createTestDatabase, query } from '../../../test/harness/database.ts';
import { eventually } from '../../../test/harness/eventually.ts';
import { createHeartbeat } from './heartbeat.ts';
import { createDatabase, type Database } from './pool.ts';
import { statement, withSignal } from './statement.ts';

const MAX = 3;
const wait = statement<{ pid: number }, { seconds: number }>('given-up-test.wait', 'select pg_backend_pid() as pid, pg_sleep($seconds)');
const pid = statement<{ pid: number }>('given-up-test.pid', 'select pg_backend_pid() as pid');
const bump = statement<never, { id: number }>('given-up-test.bump', 'update counters set value = value + 1 where id = $id');
const failTwice = statement<never>('given-up-test.fail-twice', 'select fail_twice()');
const timeouts = `select current_setting('statement_timeout') as statement, current_setting('lock_timeout') as lock,
  current_setting('idle_in_transaction_session_timeout') as idle, current_setting('timezone') as timezone`;
type Timeouts = { statement: string; lock: string; idle: string; timezone: string };
const readTimeouts = statement<Timeouts>('given-up-test.timeouts', timeouts);
const readLongTimeouts = statement<Timeouts>('given-up-test.long-timeouts', timeouts, { timeout: 40_000 });

describe('an abandoned statement', () => {
  let url: string;
  let eventBus: EventBus;
  let db: Database;
  before(async () => {
    url = await createTestDatabase();
    const log = await createLog({ level: 'silent', readable: false });
    const heartbeat = createHeartbeat();
    eventBus = createEventBus({ url, log, heartbeat });
    await eventBus.start();
    db = createDatabase({ url, max: MAX, log, heartbeat });
    await query(
      url,
      `create table counters (id integer primary key, value integer not null); insert into counters values (1, 0), (2, 0);
       create sequence calls;
       create function fail_twice() returns void language plpgsql as $$ begin
         if nextval('calls') % 3 <> 0 then raise exception 'not now' using errcode = 'serialization_failure'; end if;
       end $$`,
    );
  });
  after(async () => {
    await db.close();
    await eventBus.close();
  });

  const backends = () =>
    query<{ pid: number; state: string; query: string }>(
      url,
      `select pid, state, query from pg_stat_activity where datname = current_database() and application_name = 'guildhall'`,
    );
  const sleeping = async () => (await backends()).filter((backend) => backend.state === 'active' && backend.query.includes('pg_sleep'));
  const counters = async () => (await query<{ value: number }>(url, 'select value from counters order by id')).map(({ value }) => value);

  it('ends on the server too, and its connection is reused', async () => {
    const before = new Set(await Promise.all([1, 2, 3].map(async () => (await wait(db, { seconds: 0.1 }))[0]?.pid)));
    await Promise.all([1, 2, 3].map(() => assert.rejects(wait(db, { seconds: 60 }), { code: 'database_unavailable' })));
    await eventually('nobody sleeps on the server', async () => (await sleeping()).length, 0);
    const after = new Set(await Promise.all([1, 2, 3].map(async () => (await wait(db, { seconds: 0.1 }))[0]?.pid)));
    assert.deepEqual(after, before);
  });

  it('rolls back its transaction, which the server ends at once', async () => {
    const failing = db.transaction(async (tx) => {
      await bump(tx, { id: 1 });
      await wait(tx, { seconds: 60 });
    });
    await assert.rejects(failing, { code: 'database_unavailable' });
    await eventually('the row can be changed', () =>
      query(url, `set lock_timeout = '100ms'; select * from counters for update`).then(() => true),
    );
    assert.deepEqual(await counters(), [0, 0]);
  });

  it('ends on the server when its signal is aborted, also in a transaction', async () => {
    const reason = new Error('nobody waits for it any more');
    for (const begin of [
      (signal: AbortSignal) => wait(withSignal(signal, db), { seconds: 60 }),
      (signal: AbortSignal) => db.transaction(async (tx) => wait(withSignal(signal, tx), { seconds: 60 })),
    ]) {
      const controller = new AbortController();
      const failing = begin(controller.signal);
      await eventually('it sleeps on the server', async () => (await sleeping()).length, 1);
      controller.abort(reason);
      await assert.rejects(failing, reason);
      await eventually('nobody sleeps on the server', async () => (await sleeping()).length, 0);
      await assert.rejects(begin(controller.signal), reason);
    }
    assert.equal((await pid(db)).length, 1);
  });

  it('keeps its pool slot until the server has ended it, so connections never exceed the pool size', async () => {
    const seen: number[] = [];
    let watching = true;
    const watch = (async () => {
      while (watching) seen.push((await backends()).length);
    })();
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () => wait(db, { seconds: 60 }).catch((error: { code: string }) => error.code)),
    );
    watching = false;
    await watch;
    assert.ok(Math.max(...seen) <= MAX, `${Math.max(...seen)} connections`);
    assert.deepEqual(new Set(outcomes), new Set(['database_unavailable', 'busy']));
  });

  it('is distinguished from a full pool, which is busy and makes nobody else fail fast', async () => {
    const using = Array.from({ length: MAX }, () =>
      db.query({ name: 'given-up-test.long', text: 'select pg_sleep(3)', values: [], query_timeout: 15_000 }),
    );
    await assert.rejects(pid(db), (error: { code: string; status: number; headers: Record<string, string> }) => {
      assert.deepEqual([error.status, error.code, error.headers['retry-after']], [503, 'busy', '2']);
      return true;
    });
    // Longer than a statement may take in the fail-fast window, after waiting for a connection.
    assert.ok((await wait(db, { seconds: 0.5 }))[0]);
    await Promise.all(using);
  });

  it('is ended by the server itself if this process dies or hangs', async () => {
    const ordinary = { statement: '16s', lock: '5s', idle: '10s', timezone: 'UTC' };
    assert.deepEqual(await readTimeouts(db), [ordinary]);
    assert.deepEqual(await readLongTimeouts(db), [{ ...ordinary, statement: '41s', lock: '40s' }]);
    const [inside] = await db.transaction((tx) => Promise.all([readLongTimeouts(tx), readTimeouts(tx)]));
    assert.equal(inside[0]?.statement, '41s');
    for (let connection = 0; connection < MAX * 2; connection++) assert.deepEqual(await readTimeouts(db), [ordinary]);
  });

  it('is retried and executed once if PostgreSQL rolls it back in favor of others', async () => {
    let works = 0;
    let bothHaveOne = Promise.withResolvers<void>();
    let haveOne = 0;
    const bumpBoth = (first: number, second: number) =>
      db.transaction(async (tx) => {
        works++;
        await bump(tx, { id: first });
        // In the first round each holds the lock the other wants next.
        if (++haveOne === 2) bothHaveOne.resolve();
        await bothHaveOne.promise;
        await bump(tx, { id: second });
      });
    const [one, two] = await counters();
    await Promise.all([bumpBoth(1, 2), bumpBoth(2, 1)]);
    assert.equal(works, 3);
    assert.deepEqual(await counters(), [(one ?? 0) + 2, (two ?? 0) + 2]);

    const [three] = await counters();
    works = 0;
    bothHaveOne = Promise.withResolvers<void>();
    await db.transaction(async (tx) => {
      works++;
      tx.withCommit(bump(tx, { id: 1 }));
      tx.withCommit(failTwice(tx));
    });
    assert.equal(works, 3);
    assert.equal((await counters())[0], (three ?? 0) + 1);
    await failTwice(db);
  });

  it('is busy if others block it every time', async () => {
    const always = {
      name: 'given-up-test.always',
      text: `do $$ begin raise exception 'never' using errcode = 'deadlock_detected'; end $$`,
      values: [],
    };
    await assert.rejects(db.query(always), { status: 503, code: 'busy' });
  });
});

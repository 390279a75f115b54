import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDatabase, type Database } from '#kernel/database/pool.ts';
import type { Queryable } from '#kernel/database/statement.ts';
import { createLog } from '#kernel/log.ts';
import { createTestDatabase, hold, query } from '../../../test/harness/database.ts';
import { appendEvents, appendToMany } from './server/log/append.ts';
import { createAppender } from './server/log/appender.ts';

const say = (text: string) => ({ type: 'text' as const, data: { text } });

describe('concurrent output of many runs', () => {
  let url: string;
  let db: Database;
  before(async () => {
    url = await createTestDatabase();
    db = createDatabase({ url, max: 5, log: await createLog({ level: 'silent', readable: false }) });
    await query(url, `insert into organizations (id, name) values ($1, 'x')`, [organization]);
    await query(url, `insert into projects (id, organization_id, name) values ($1, $1, 'x')`, [organization]);
  });
  after(() => db.close());

  const organization = randomUUID();
  async function createRun(fence = 1): Promise<string> {
    const id = randomUUID();
    const insert = `insert into runs (id, project_id, title, status, level, model, fence) values ($1, $2, 'x', 'running', 'off', 'x', $3)`;
    await query(url, insert, [id, organization, fence]);
    return id;
  }
  const logOf = async (id: string) =>
    (
      await query<{ text: string; seq: number }>(
        url,
        `select seq, data ->> 'text' as text from run_events where run_id = $1 order by seq`,
        [id],
      )
    ).map(({ seq, text }) => `${seq} ${text}`);

  it('is never compared run by run with what all others say, however few runs PostgreSQL believes to be at work', async () => {
    const id = await createRun();
    let text = '';
    const noted: Queryable = {
      query: (config) => {
        ({ text } = config);
        return db.query(config);
      },
    };
    assert.equal((await appendToMany(noted, [{ id, events: [say('a')], options: { fence: 1 } }])).size, 1);
    const plan = await query<{ 'QUERY PLAN': string }>(url, `explain (generic_plan) ${text}`);
    assert.doesNotMatch(plan.map((row) => row['QUERY PLAN']).join('\n'), /Join Filter/);
  });

  it('is stored with few statements, in order for each run', async () => {
    const appender = createAppender(db);
    const ids = await Promise.all(Array.from({ length: 60 }, () => createRun()));
    const before = db.stats().queries;
    const stored = await Promise.all(
      ids.flatMap((id, index) =>
        [1, 2, 3].map((turn) => appender.append(id, [say(`${index}.${turn}a`), say(`${index}.${turn}b`)], { fence: 1 })),
      ),
    );
    assert.ok(db.stats().queries - before <= 12, `${db.stats().queries - before} statements for 180 appends`);
    assert.deepEqual(
      stored.map((events) => events?.map(({ seq }) => seq)),
      ids.flatMap(() => [
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
    );
    for (const [index, id] of ids.entries())
      assert.deepEqual(
        await logOf(id),
        ['1a', '1b', '2a', '2b', '3a', '3b'].map((text, place) => `${place + 1} ${index}.${text}`),
      );
  });

  it('includes what is added before its flush', async () => {
    const appender = createAppender(db);
    const id = await createRun();
    const words = ['and'];
    const appends = [
      appender.append(id, [say('first')], { fence: 1 }),
      appender.append(id, () => words.splice(0).map(say), { fence: 1 }),
      appender.append(id, () => words.splice(0).map(say), { fence: 1 }),
    ];
    words.push('then');
    assert.deepEqual(
      (await Promise.all(appends)).map((events) => events?.map(({ seq }) => seq)),
      [[1], [2, 3], []],
    );
    assert.deepEqual(await logOf(id), ['1 first', '2 and', '3 then']);
  });

  it('leaves at once, and is then gathered by time, while what a run waits for is not', async () => {
    const sent: number[] = [];
    const noteAndQuery: Database['query'] = (config) => {
      sent.push(performance.now());
      return db.query(config);
    };
    const appender = createAppender({ ...db, query: noteAndQuery });
    const ids = await Promise.all(Array.from({ length: 20 }, () => createRun()));
    const speak = async (id: string) => {
      for (let n = 0; n < 20; n++) assert.equal((await appender.append(id, () => [say(`${n}`)], { fence: 1 }))?.length, 1);
    };
    const [first = '', second = ''] = ids;
    const speaking = [speak(first)];
    assert.equal(sent.length, 1, 'the first statement has left');
    speaking.push(...ids.slice(1).map(speak));
    assert.equal(sent.length, 1, 'output of the others waits');
    await Promise.all(speaking);
    // Two timers that are early by a millisecond, and runs that were locked, may add some.
    const windows = ((sent.at(-1) ?? 0) - (sent[0] ?? 0)) / 29;
    assert.ok(sent.length <= windows + 2, `${sent.length} statements in ${windows} windows, for 400 appends`);
    const more = appender.append(first, () => [say('more')], { fence: 1 });
    const before = sent.length;
    const urgent = appender.append(second, [say('the end')], { fence: 1 });
    assert.equal(sent.length, before + 1, 'what a run waits for has left');
    await Promise.all([more, urgent]);
  });

  it('is stored once, in order, alongside other writers to the same runs', async () => {
    const appender = createAppender(db);
    const ids = await Promise.all(Array.from({ length: 5 }, () => createRun()));
    const numbers = Array.from({ length: 60 }, (_, index) => index);
    const emitAll = async (id: string) => {
      for (const number of numbers) assert.equal((await appender.append(id, [say(`model ${number}`)], { fence: 1 }))?.length, 1);
    };
    // On their own, like a person's message, so that rows change between being found and being locked.
    const addAll = async (id: string) => {
      for (const number of numbers) assert.equal((await appendEvents(db, id, [say(`person ${number}`)]))?.length, 1);
    };
    await Promise.all(ids.flatMap((id) => [emitAll(id), addAll(id)]));
    for (const id of ids) {
      const log = await logOf(id);
      assert.deepEqual(
        log.map((line) => Number(line.split(' ')[0])),
        Array.from({ length: 120 }, (_, index) => index + 1),
      );
      for (const who of ['model', 'person'])
        assert.deepEqual(
          log.filter((line) => line.includes(who)).map((line) => Number(line.split(' ')[2])),
          numbers,
        );
    }
  });

  it('is published as stored in the log: what cannot be stored is in neither', async () => {
    const appender = createAppender(db);
    const [one, other] = [await createRun(), await createRun()];
    const odd = [
      say('a\0b \ud83d c \\u0000 \u001b 😀'),
      { type: 'tool_call' as const, data: { callId: '\0', tool: 'x', input: { '\ude00': '\0' } } },
    ];
    const holding = query(url, `do $$ begin perform from runs where id = '${other}' for update; perform pg_sleep(0.3); end $$`);
    await sleep(100);
    for (const id of [one, other]) {
      const told = await appender.append(id, odd, { fence: 1 });
      const stored = await query(url, 'select type, data, seq from run_events where run_id = $1 order by seq', [id]);
      assert.deepEqual(
        told?.map(({ type, data, seq }) => ({ type, data, seq })),
        stored,
      );
      assert.equal((stored[0] as { data: { text: string } }).data.text, 'a\ufffdb \ufffd c \\u0000 \u001b 😀');
    }
    await holding;
  });

  it('is rejected only for a writer that has lost its run', async () => {
    const appender = createAppender(db);
    const [lost, mine, ended] = [await createRun(2), await createRun(1), await createRun(1)];
    await query(url, `update runs set status = 'done' where id = $1`, [ended]);
    const appends = [lost, mine, ended].map((id) => appender.append(id, [say('hello')], { fence: 1 }));
    const moved = appender.append(mine, [say('again')], { fence: 1, seen: 7 });
    assert.deepEqual(
      (await Promise.all([...appends, moved])).map((events) => events?.length),
      [undefined, 1, undefined, undefined],
    );
    assert.deepEqual(await logOf(mine), ['1 hello']);
  });

  it('waits neither for a locked run nor for one that cannot be stored', async () => {
    const appender = createAppender(db);
    const [locked, odd, free] = [await createRun(), await createRun(), await createRun()];
    await query(url, `create function refuse_odd() returns trigger language plpgsql as $$ begin raise exception 'odd'; end $$`);
    await query(
      url,
      `create trigger odd before insert on run_events for each row when (new.run_id = '${odd}') execute function refuse_odd()`,
    );
    const letGo = await hold(url, `select from runs where id = '${locked}' for update`);
    const order: string[] = [];
    const note = (name: string) => () => void order.push(name);
    const waiting = [
      appender.append(locked, [say('held')], { fence: 1 }).then(note('held')),
      appender.append(locked, [say('and then')], { fence: 1 }).then(note('held, and then')),
    ];
    await Promise.all([
      appender.append(odd, [say('odd')], { fence: 1 }).catch(note('odd')),
      appender.append(free, [say('free')], { fence: 1 }).then(note('free')),
    ]);
    await letGo();
    await Promise.all(waiting);
    assert.deepEqual(order.slice(-2), ['held', 'held, and then']);
    assert.deepEqual([await logOf(locked), await logOf(odd), await logOf(free)], [['1 held', '2 and then'], [], ['1 free']]);
  });
});

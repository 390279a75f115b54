import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createLog } from '#kernel/log.ts';
import { createTestDatabase, query } from '../../../test/harness/database.ts';
import { createDatabase, type Database } from './pool.ts';
import { statement } from './statement.ts';
import { readInstant } from './value-types.ts';

const insert = statement<never, { value: number }>('pool-test.insert', 'insert into numbers values ($value)');
const sum = statement<{ sum: number }>('pool-test.sum', 'select coalesce(sum(value), 0)::int as sum from numbers');
const wait = statement<never, { seconds: number }>('pool-test.wait', 'select pg_sleep($seconds)');

it('reads timestamps as strings that sort by time and are equal when the timestamps are', () => {
  const read = ['2026-11-24 15:28:31+00', '2026-11-24 15:28:31.1641+00', '2026-11-24 15:28:31.16411+00'].map(readInstant);
  assert.deepEqual(read, ['2026-11-24T15:28:31.000000Z', '2026-11-24T15:28:31.164100Z', '2026-11-24T15:28:31.164110Z']);
  assert.deepEqual(read.toSorted(), read);
  assert.equal(readInstant('2026-11-24 16:28:31.5+01'), '2026-11-24T15:28:31.500Z');
});

describe('a transaction', () => {
  let url: string;
  let db: Database;
  before(async () => {
    url = await createTestDatabase();
    db = createDatabase({ url, max: 2, log: await createLog({ level: 'silent', readable: false }) });
    await query(url, 'create table numbers (value integer primary key check (value > 0))');
  });
  after(() => db.close());
  const total = async () => (await sum(db))[0]?.sum;

  it('executes statements in the order sent, without waiting for each', async () => {
    const found = await db.transaction(async (tx) => {
      tx.withCommit(insert(tx, { value: 1 }));
      const seen = sum(tx);
      tx.withCommit(insert(tx, { value: 2 }));
      return (await seen)[0]?.sum;
    });
    assert.deepEqual([found, await total()], [1, 3]);
  });

  it('rolls back when a statement nobody awaited fails, and reports that error', async () => {
    const failing = db.transaction(async (tx) => {
      tx.withCommit(insert(tx, { value: 10 }));
      tx.withCommit(insert(tx, { value: -1 }));
    });
    await assert.rejects(failing, { code: '23514' });
    const goingOn = db.transaction(async (tx) => {
      tx.withCommit(insert(tx, { value: -1 }));
      await sum(tx);
    });
    await assert.rejects(goingOn, { code: '23514' });
    assert.equal(await total(), 3);
  });

  it('rolls back when its callback throws', async () => {
    const refused = db.transaction(async (tx) => {
      tx.withCommit(insert(tx, { value: 20 }));
      throw new Error('no');
    });
    await assert.rejects(refused, { message: 'no' });
    assert.equal(await total(), 3);
  });

  it('gives a statement the time of the statements ahead of it in addition to its own', async () => {
    const found = await db.transaction(async (tx) => {
      const slow = Promise.all([wait(tx, { seconds: 1.2 }), wait(tx, { seconds: 1.2 }), sum(tx)]);
      return (await slow)[2][0]?.sum;
    });
    assert.equal(found, 3);
    await assert.rejects(
      db.transaction((tx) => wait(tx, { seconds: 5 })),
      { code: 'database_unavailable' },
    );
    assert.equal(await total(), 3);
  });
});

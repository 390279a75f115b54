import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createTestDatabase, query } from '../../../test/harness/database.ts';
import { processorTimeOf } from '../resources/process-time.ts';
import { createScratchDatabase } from './scratch-database.ts';

const ROLE = 'guildhall_may_not_create';
const nameOf = (url: string) => new URL(url).pathname.slice(1);

describe('a scratch database', () => {
  let url: string;
  before(async () => {
    url = await createTestDatabase();
    await query(url, `drop role if exists ${ROLE}`);
    await query(url, `create role ${ROLE} login`);
  });
  after(() => query(url, `drop role ${ROLE}`));

  const exists = async (name: string) => (await query(url, 'select from pg_database where datname = $1', [name])).length === 1;

  it('exists for a run and is dropped after it, even with open connections', async () => {
    const scratch = await createScratchDatabase(url);
    assert.notEqual(scratch.url, url);
    assert.deepEqual(await query(scratch.url, 'select 1 as one'), [{ one: 1 }]);
    assert.ok(await exists(nameOf(scratch.url)));
    await scratch.drop();
    assert.equal(await exists(nameOf(scratch.url)), false);
  });

  it('of a run that was killed is dropped by the next one, that of a run that goes on is not', async () => {
    const stale = 'guildhall_load_0123456789ab';
    await query(url, `create database ${stale}`);
    const first = await createScratchDatabase(url);
    assert.equal(await exists(stale), false);
    const second = await createScratchDatabase(url);
    assert.ok(await exists(nameOf(first.url)));
    await first.drop();
    await second.drop();
  });

  it('tells the processor time of its PostgreSQL, which only rises', { skip: process.platform !== 'linux' }, async (test) => {
    const scratch = await createScratchDatabase(url);
    test.after(() => scratch.drop());
    assert.ok(scratch.postmaster);
    const before = processorTimeOf(scratch.postmaster);
    assert.ok(before !== null);
    let after: number | null = before;
    // Its clock ticks a hundred times a second, and others may use the same PostgreSQL.
    for (let tries = 0; tries < 100 && after !== null && after <= before; tries++) {
      await query(scratch.url, 'select sum(sqrt(n)) from generate_series(1, 1000000) n');
      after = processorTimeOf(scratch.postmaster);
    }
    assert.ok(after !== null && after > before, `${before} s before, ${after} s after`);
    assert.equal(processorTimeOf(2 ** 30), null);
  });

  it('needs the right to create databases, and says so', async () => {
    const other = new URL(url);
    other.username = ROLE;
    await assert.rejects(createScratchDatabase(other.href), /^Error: The user of DATABASE_URL may not create databases.*createdb/);
  });

  it('needs a database that can be reached, and says so', () =>
    assert.rejects(createScratchDatabase('postgresql://nobody@127.0.0.1:1/none'), /cannot be reached .*Check DATABASE_URL/));
});

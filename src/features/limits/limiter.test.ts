import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createHeartbeat } from '#kernel/database/heartbeat.ts';
import { createDatabase, type Database } from '#kernel/database/pool.ts';
import { createLog } from '#kernel/log.ts';
import { createTestDatabase, query } from '../../../test/harness/database.ts';
import { createLimiter } from './server/limiter.ts';

describe('a limiter', () => {
  let url: string;
  let db: Database;
  before(async () => {
    url = await createTestDatabase();
    db = createDatabase({ url, max: 10, log: await createLog({ level: 'silent', readable: false }) });
  });
  after(() => db.close());

  const WINDOW_MS = 15 * 60_000;
  /** A limiter like each server's; these do not receive each other's reclaims. */
  function createServer(limit: number, { reclaim = async () => undefined, processes = 1, on = db }: Partial<ServerOptions> = {}) {
    const shared = { name: 'test', windowMs: WINDOW_MS, onFallback: () => undefined };
    return createLimiter({ ...shared, db: on, limit, reclaim, processes: () => processes });
  }
  type Server = ReturnType<typeof createServer>;
  type ServerOptions = { reclaim: () => Promise<void>; processes: number; on: Database };
  const passes = async (server: Server, key: string) => (await server.count(key)).allowed;
  async function exhaust(server: Server, key: string): Promise<number> {
    let passed = 0;
    while (await passes(server, key)) passed++;
    return passed;
  }
  const usedOf = async (pattern: string) =>
    Number((await query<{ used: string }>(url, 'select sum(used) as used from limit_windows where key like $1', [pattern]))[0]?.used);

  it('loses nothing when two servers give back the same keys at once, in whatever order', async () => {
    const keys = Array.from({ length: 1000 }, (_, index) => `both-${index}`);
    const [one, other] = [createServer(1000), createServer(1000)];
    for (let round = 1; round <= 5; round++) {
      await Promise.all(keys.map((key) => one.count(key)));
      await Promise.all(keys.toReversed().map((key) => other.count(key)));
      await Promise.all([one.release({ all: true }), other.release({ all: true })]);
      assert.equal(await usedOf('test:both-%'), round * 2 * keys.length);
    }
  });

  it('believes what PostgreSQL said last when the others cannot be called', async () => {
    const [one, other] = [createServer(10), createServer(10, { reclaim: () => Promise.reject(new Error('away')) })];
    assert.equal(await exhaust(one, 'called'), 10);
    assert.equal(await passes(other, 'called'), false);
  });

  it('counts by itself while PostgreSQL is away, and no longer', async () => {
    const [one, other] = [createServer(10), createServer(10)];
    assert.equal(await exhaust(one, 'back'), 10);
    await query(url, 'alter table limit_windows rename to limit_windows_away');
    assert.equal(await passes(other, 'back'), true);
    await query(url, 'alter table limit_windows_away rename to limit_windows');
    await sleep(1100);
    assert.equal(await passes(other, 'back'), false);
  });

  it('counts its part alone while PostgreSQL is away, so that several processes pass no more than the limit together', async () => {
    const servers = Array.from({ length: 4 }, () => createServer(100, { processes: 4 }));
    // One of them knows that others have used some of the limit.
    for (let count = 0; count < 40; count++) assert.ok(servers[0] && (await passes(servers[0], 'known')));
    await query(url, 'alter table limit_windows rename to limit_windows_away');
    const fresh = await Promise.all(servers.map((server) => exhaust(server, 'fresh')));
    assert.deepEqual(fresh, [25, 25, 25, 25]);
    const known = await Promise.all(servers.map((server) => exhaust(server, 'known')));
    assert.ok((known[0] ?? 25) <= 15, known.join());
    await query(url, 'alter table limit_windows_away rename to limit_windows');
  });

  it('is busy, and counts nothing alone, while this process has no connection left to ask PostgreSQL', async () => {
    const log = await createLog({ level: 'silent', readable: false });
    const heartbeat = createHeartbeat();
    const narrow = createDatabase({ url, max: 1, log, heartbeat });
    const beating = setInterval(heartbeat.beat, 100);
    const using = narrow.query({ name: 'limiter-test.use', text: 'select pg_sleep(3)', values: [], query_timeout: 10_000 });
    const server = createServer(10, { on: narrow });
    await assert.rejects(async () => server.count('starved'), { status: 503, code: 'busy' });
    await using;
    assert.equal(await exhaust(server, 'starved'), 10);
    clearInterval(beating);
    await narrow.close();
  });

  it('holds over three servers, also when one dies with what it has leased: at most 4 % are lost', async () => {
    const servers = [createServer(1000), createServer(1000), createServer(1000)];
    const [dead, ...alive] = servers as [Server, ...Server[]];
    assert.equal(await passes(dead, 'dead'), true);
    const passed = await Promise.all(alive.map((server) => exhaust(server, 'dead')));
    const total = 1 + passed.reduce((sum, count) => sum + count, 0);
    assert.ok(total <= 1000 && total >= 960, `${total} of 1000`);
  });
});

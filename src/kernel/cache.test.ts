import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTestDatabase, query } from '../../test/harness/database.ts';
import { eventually } from '../../test/harness/eventually.ts';
import { createCache } from './cache.ts';
import { createEventBus, type EventBus } from './event-bus.ts';
import { createLog } from './log.ts';

describe('a cache', () => {
  let url: string;
  let eventBus: EventBus;
  before(async () => {
    url = await createTestDatabase();
    eventBus = createEventBus({ url, log: await createLog({ level: 'silent', readable: false }) });
    await eventBus.start();
    await query(url, 'create table numbers (key text primary key, value integer not null)');
  });
  after(() => eventBus.close());

  const numbers = () => {
    let loads = 0;
    const load = async (key: string) => {
      loads++;
      return (await query<{ value: number }>(url, 'select value from numbers where key = $1', [key]))[0]?.value;
    };
    return { cache: createCache<number>({ eventBus, channel: 'project', load, max: 100 }), loads: () => loads };
  };
  const set = (key: string, value: number) =>
    query(
      url,
      `with s as (insert into numbers values ($1, $2) on conflict (key) do update set value = excluded.value) select pg_notify('guildhall', 'project ' || $1)`,
      [key, value],
    );

  it('reads an entry once for any number of concurrent callers, and remembers a missing entry', async () => {
    const { cache, loads } = numbers();
    assert.deepEqual(await Promise.all([1, 2, 3].map(() => cache.get('none'))), [undefined, undefined, undefined]);
    assert.equal(await cache.get('none'), undefined);
    assert.equal(loads(), 1);
  });

  it('shows a change soon after it is made, on any server', async () => {
    const { cache } = numbers();
    await set('a', 1);
    assert.equal(await cache.get('a'), 1);
    await set('a', 2);
    await eventually('the change is seen', () => cache.get('a'), 2);
  });

  it('never caches a slow read that began before a change', async () => {
    let release = () => {};
    let value = 1;
    const cache = createCache<number>({
      eventBus,
      channel: 'session',
      load: async () => {
        const found = value;
        await new Promise<void>((resolve) => {
          release = resolve;
        });
        return found;
      },
      max: 10,
    });
    const first = cache.get('x');
    value = 2;
    cache.invalidate('x');
    release();
    assert.equal(await first, 1);
    const second = cache.get('x');
    await sleep(0);
    release();
    assert.equal(await second, 2);
  });

  it('ends up with the newest value under a storm of changes and reads', async () => {
    const { cache } = numbers();
    await set('storm', 0);
    await Promise.all([
      (async () => {
        for (let value = 1; value <= 100; value++) await set('storm', value);
      })(),
      (async () => {
        for (let i = 0; i < 2000; i++) {
          await cache.get('storm');
          if (i % 20 === 0) await sleep(1);
        }
      })(),
    ]);
    await eventually('the newest value is seen', () => cache.get('storm'), 100);
  });

  it('clears everything when notifications may have been missed', async () => {
    const { cache } = numbers();
    await set('b', 1);
    assert.equal(await cache.get('b'), 1);
    // The notification connection is cut, a change is made without it, and the connection comes back.
    await query(
      url,
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'guildhall live' and datname = current_database()`,
    );
    await query(url, `update numbers set value = 2 where key = 'b'`);
    await eventually('the change is seen', () => cache.get('b'), 2);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSharedReads } from './shared-reads.ts';

describe('shared reads', () => {
  /** A table with one number, which takes a moment to read. */
  function table() {
    const read = createSharedReads();
    const asked: PromiseWithResolvers<void>[] = [];
    let value = 0;
    return {
      asked,
      change: () => void value++,
      get: (key = 'a') =>
        read(key, async () => {
          const found = value;
          const gate = Promise.withResolvers<void>();
          asked.push(gate);
          await gate.promise;
          return found;
        }),
    };
  }
  const setUp = () => new Promise((resolve) => setImmediate(resolve));

  it('serve a thousand concurrent requests with a single read', async () => {
    const { get, asked } = table();
    const first = get();
    const others = Array.from({ length: 1000 }, () => get());
    asked[0]?.resolve();
    await first;
    await setUp();
    asked[1]?.resolve();
    assert.deepEqual(new Set(await Promise.all(others)), new Set([0]));
    assert.equal(asked.length, 2);
  });

  it('never return data read before it was requested', async () => {
    const { get, asked, change } = table();
    const first = get();
    change();
    const second = get();
    asked[0]?.resolve();
    assert.equal(await first, 0);
    await setUp();
    change();
    const third = get();
    asked[1]?.resolve();
    assert.equal(await second, 1);
    await setUp();
    asked[2]?.resolve();
    assert.equal(await third, 2);
  });

  it('cache nothing, and read different things in parallel', async () => {
    const { get, asked, change } = table();
    const both = [get('a'), get('b')];
    for (const gate of asked) gate.resolve();
    await Promise.all(both);
    change();
    const again = get('a');
    asked[2]?.resolve();
    assert.equal(await again, 1);
  });

  it('report a failure to those who share it, and to no later caller', async () => {
    const { get, asked } = table();
    const [first, second] = [get(), get()];
    asked[0]?.reject(new Error('away'));
    await assert.rejects(first, /away/);
    await setUp();
    asked[1]?.resolve();
    assert.equal(await second, 0);
  });
});

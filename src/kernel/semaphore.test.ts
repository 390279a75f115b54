import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { createSemaphore, type SemaphoreOptions } from './semaphore.ts';

const never = new AbortController().signal;

/** Work that ends on request. */
function measure(options: SemaphoreOptions) {
  const withPermit = createSemaphore(options);
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const results = new Map<string, Promise<unknown>>();
  let count = 0;
  return {
    begun,
    results,
    /** @returns its name, such as a1 */
    async add(key: string, signal = never): Promise<string> {
      const name = `${key}${++count}`;
      const result = withPermit(key, signal, () => {
        begun.push(name);
        return new Promise<void>((resolve) => ends.set(name, resolve));
      });
      result.catch(() => undefined);
      results.set(name, result);
      await turn();
      return name;
    },
    async end(name: string | undefined): Promise<void> {
      ends.get(name ?? '')?.();
      await turn();
    },
  };
}

describe('a semaphore', () => {
  it('lets so many work at once, the others of a key in the order in which they came', async () => {
    const { add, end, begun } = measure({ maxConcurrent: 2 });
    for (let n = 0; n < 5; n++) await add('a');
    assert.deepEqual(begun, ['a1', 'a2']);
    for (const next of ['a3', 'a4', 'a5']) {
      await end(begun.at(-2));
      assert.equal(begun.at(-1), next);
    }
  });

  it('lets the first of another key go before all that wait of a busy one', async () => {
    const { add, end, begun } = measure({ maxConcurrent: 1 });
    for (let n = 0; n < 9; n++) await add('a');
    await add('b');
    await end('a1');
    assert.deepEqual(begun, ['a1', 'b10']);
  });

  it('goes round among keys, so that none starves beside those that come again and again', async () => {
    const { add, end, begun } = measure({ maxConcurrent: 1 });
    for (let n = 0; n < 3; n++) await add('a');
    await add('b');
    await add('c');
    for (let n = 0; n < 6; n++) {
      const [key = ''] = begun.at(-1) ?? '';
      if (key !== 'a') await add(key);
      await end(begun.at(-1));
    }
    assert.deepEqual(begun.map((name) => name[0]).join(''), 'abcabca');
  });

  it('gives a free place to the key with the fewest at work', async () => {
    const { add, end, begun } = measure({ maxConcurrent: 3 });
    for (let n = 0; n < 6; n++) await add('a');
    await add('b');
    await add('b');
    await end('a1');
    await end('a2');
    assert.deepEqual(begun.slice(3), ['b7', 'a4']);
  });

  it('lets no more of one key work at once than it may, and others go past it', async () => {
    const { add, end, begun } = measure({ maxConcurrent: 2, maxConcurrentPerKey: 1 });
    await add('a');
    await add('a');
    await add('b');
    assert.deepEqual(begun, ['a1', 'b3']);
    await end('b3');
    assert.deepEqual(begun, ['a1', 'b3']);
    await end('a1');
    assert.deepEqual(begun, ['a1', 'b3', 'a2']);
  });

  it('refuses one more than may wait, of a key or of all', async () => {
    const full = (ofKey: boolean) => new Error(ofKey ? 'of the key' : 'of all');
    const { add, results, end, begun } = measure({ maxConcurrent: 1, maxQueued: 3, maxQueuedPerKey: 2, queueFull: full });
    for (let n = 0; n < 3; n++) await add('a');
    await assert.rejects(results.get(await add('a')) ?? Promise.resolve(), /of the key/);
    await add('b');
    await assert.rejects(results.get(await add('c')) ?? Promise.resolve(), /of all/);
    await end('a1');
    assert.equal(begun.at(-1), 'b5');
    await add('c');
    await end('b5');
    assert.equal(begun.at(-1), 'a2');
  });

  it('takes who stops waiting out of the line, and nobody else', async () => {
    const { add, results, end, begun } = measure({ maxConcurrent: 1 });
    const stop = new AbortController();
    await add('a');
    const stopped = await add('a', stop.signal);
    await add('a');
    stop.abort(new Error('stopped'));
    await assert.rejects(results.get(stopped) ?? Promise.resolve(), /stopped/);
    await end('a1');
    assert.deepEqual(begun, ['a1', 'a3']);
  });

  it('goes on when work fails', async () => {
    const withPermit = createSemaphore({ maxConcurrent: 1 });
    await assert.rejects(
      withPermit('a', never, () => Promise.reject(new Error('it failed'))),
      /it failed/,
    );
    assert.equal(await withPermit('a', never, async () => 'done'), 'done');
  });
});

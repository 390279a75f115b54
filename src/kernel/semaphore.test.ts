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
  it('admits a fixed number at once, and the rest of a key in order of arrival', async () => {
    const { add, end, begun } = measure({ maxConcurrent: 2 });
    for (let n = 0; n < 5; n++) await add('a');
    assert.deepEqual(begun, ['a1', 'a2']);
    for (const next of ['a3', 'a4', 'a5']) {
      await end(begun.at(-2));
      assert.equal(begun.at(-1), next);
    }
  });

  it('admits the first of another key before everything waiting for a busy one', async () => {
    const { add, end, begun } = measure({ maxConcurrent: 1 });
    for (let n = 0; n < 9; n++) await add('a');
    await add('b');
    await end('a1');
    assert.deepEqual(begun, ['a1', 'b10']);
  });

  it('rotates among keys, so none starves', async () => {
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

  it('gives a free slot to the key with the fewest at work', async () => {
    const { add, end, begun } = measure({ maxConcurrent: 3 });
    for (let n = 0; n < 6; n++) await add('a');
    await add('b');
    await add('b');
    await end('a1');
    await end('a2');
    assert.deepEqual(begun.slice(3), ['b7', 'a4']);
  });

  it('enforces the limit of each key, and lets others pass', async () => {
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

  it('rejects one more than may wait, per key or in total', async () => {
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

  it('removes from the queue only the one that stops waiting', async () => {
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

  it('continues when work fails', async () => {
    const withPermit = createSemaphore({ maxConcurrent: 1 });
    await assert.rejects(
      withPermit('a', never, () => Promise.reject(new Error('it failed'))),
      /it failed/,
    );
    assert.equal(await withPermit('a', never, async () => 'done'), 'done');
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eventually } from '../../test/harness/eventually.ts';
import { createGathering } from './gather.ts';

describe('gathering', () => {
  it('delivers items that arrive together as one batch, and items that arrive meanwhile as the next', async () => {
    const flushed: [string, number][][] = [];
    const first = Promise.withResolvers<void>();
    const gathering = createGathering<string, number>({
      gatherMs: 1,
      async flush(gathered) {
        flushed.push([...gathered]);
        if (flushed.length === 1) await first.promise;
      },
    });
    gathering.add('a', 1);
    gathering.add('b', 2);
    gathering.add('a', 3);
    gathering.add('gone', 4);
    gathering.remove('gone');
    await eventually('one batch is flushed', () => flushed.length, 1);
    gathering.add('c', 5);
    gathering.add('d', 6);
    first.resolve();
    await eventually('two batches are flushed', () => flushed.length, 2);
    gathering.add('e', 7);
    await eventually('three batches are flushed', () => flushed.length, 3);
    assert.deepEqual(flushed, [
      [
        ['a', 3],
        ['b', 2],
      ],
      [
        ['c', 5],
        ['d', 6],
      ],
      [['e', 7]],
    ]);
  });

  it('waits longer before a batch that follows another', async () => {
    const at: number[] = [];
    const gathering = createGathering<string, number>({ gatherMs: 1, everyMs: 60, flush: async () => void at.push(performance.now()) });
    gathering.add('a', 1);
    await eventually('one batch is flushed', () => at.length, 1);
    gathering.add('b', 2);
    await eventually('two batches are flushed', () => at.length, 2);
    const [first = 0, second = 0] = at;
    // A timer may be early by a millisecond.
    assert.ok(second - first >= 58, `${second - first} ms`);
  });
});

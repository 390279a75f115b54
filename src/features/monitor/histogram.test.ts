import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { addBuckets, quantile, total } from './histogram.ts';

const BOUNDS = [0.1, 0.5, 1];

describe('quantiles of buckets', () => {
  it('are interpolated within the bucket, as Prometheus does', () => {
    assert.equal(quantile(0.5, [100], BOUNDS), 0.05);
    assert.equal(quantile(0.95, [90, 10], BOUNDS), 0.1 + 0.4 * 0.5);
  });

  it('are those of all servers together, not the mean of theirs', () => {
    const fast = [99, 1];
    const slow = [0, 0, 2];
    const sum: number[] = [];
    for (const buckets of [fast, slow]) addBuckets(sum, buckets);
    assert.deepEqual(sum, [99, 1, 2]);
    assert.ok((quantile(0.95, sum, BOUNDS) ?? 1) < 0.1, 'a server with two slow requests changes little');
  });

  it('do not exceed the last bound, and are null where nothing was counted', () => {
    assert.equal(quantile(0.99, [0, 0, 0, 7], BOUNDS), 1);
    assert.equal(quantile(0.5, [], BOUNDS), null);
    assert.equal(total([]), 0);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatShare, formatSize, fullnessOf } from '../client/storage/sizes.ts';

describe('sizes of what is stored', () => {
  it('have the unit that fits, in steps of a thousand', () => {
    const sizes = [0, 1, 999, 1000, 1500, 12_345, 123_456, 1e6, 2.5e9, 1e12, 5e15].map(formatSize);
    assert.deepEqual(sizes, ['0 B', '1 B', '999 B', '1 kB', '1.5 kB', '12.3 kB', '123 kB', '1 MB', '2.5 GB', '1 TB', '5000 TB']);
  });

  it('are never all of the limit before they are, and never nothing', () => {
    const shares = [0, 1, 500, 999, 1000, 1200].map((part) => formatShare(part, 1000));
    assert.deepEqual(shares, ['0 %', '< 1 %', '50 %', '99 %', '100 %', '100 %']);
  });

  it('warn before nothing fits any more', () => {
    assert.deepEqual(
      [fullnessOf(84, 100), fullnessOf(85, 100), fullnessOf(100, 100), fullnessOf(1e15, null)],
      ['fine', 'nearly', 'full', 'fine'],
    );
  });
});

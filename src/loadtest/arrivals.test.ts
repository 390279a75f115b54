import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createArrivals } from './arrivals.ts';

const COUNT = 20_000;

/** Gaps between the first arrivals, in milliseconds. */
function gapsOf(perSecond: number): number[] {
  let before = 0;
  return Array.from(createArrivals(perSecond, 7).take(COUNT), (at) => {
    const gap = at - before;
    before = at;
    return gap;
  });
}

describe('arrivals of the open model', () => {
  it('come at the requested rate', () => {
    const mean = gapsOf(5).reduce((sum, gap) => sum + gap, 0) / COUNT;
    assert.ok(Math.abs(mean - 200) < 6, `one in ${mean} ms`);
  });

  it('bunch as a Poisson process does: gaps vary as much as they are long', () => {
    const gaps = gapsOf(5);
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / COUNT;
    const deviation = Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / COUNT);
    assert.ok(Math.abs(deviation / mean - 1) < 0.05, `the coefficient of variation is ${deviation / mean}`);
    const shorter = gaps.filter((gap) => gap < 200 * Math.LN2).length / COUNT;
    assert.ok(Math.abs(shorter - 0.5) < 0.02, `half of the gaps are shorter than the median: ${shorter}`);
  });

  it('are the same in every run, and others for another generator', () => {
    const first = (seed: number) => [...createArrivals(5, seed).take(5)];
    assert.deepEqual(first(1), first(1));
    assert.notDeepEqual(first(1), first(2));
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { trendOf } from './trend.ts';

describe('a trend', () => {
  it('is as large as the figures rise, and steady if all do', () => {
    assert.deepEqual(trendOf([10, 12, 14, 16]), { growth: 6, steadiness: 1 });
    assert.deepEqual(trendOf([16, 14, 12, 10]), { growth: -6, steadiness: -1 });
  });

  it('is none in figures that stay, or that move to and fro', () => {
    assert.deepEqual(trendOf([5, 5, 5, 5]), { growth: 0, steadiness: 0 });
    const { growth, steadiness } = trendOf([50, 53, 49, 52, 50, 53, 49, 52]);
    assert.ok(Math.abs(growth) < 2 && Math.abs(steadiness) < 0.2);
  });

  it('is not made by one figure that is far off, nor hidden by it', () => {
    assert.equal(trendOf([5, 5, 5, 900, 5, 5, 5]).growth, 0);
    const { growth, steadiness } = trendOf([10, 11, 12, 0, 14, 15, 16, 17]);
    assert.ok(growth > 6 && growth < 8);
    assert.ok(steadiness > 0.7);
  });

  it('is not made by one step up, such as a cache that fills', () => {
    assert.equal(trendOf([5, 5, 5, 5, 7, 7, 7, 7]).growth < 4, true);
    assert.ok(trendOf([5, 5, 7, 7, 7, 7, 7, 7]).growth < 1);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatCompact, formatCost, formatMoney } from './client/describe-usage.ts';
import { daysOf, monthsUntil } from './client/period.ts';

const now = Date.parse('2026-03-01T00:30:00Z');

describe('a period', () => {
  it('is so many days until today, or a month, in UTC', () => {
    assert.deepEqual(daysOf('7d', now), { from: '2026-02-23', to: '2026-03-01' });
    assert.deepEqual(daysOf('2026-02', now), { from: '2026-02-01', to: '2026-02-28' });
    assert.deepEqual(daysOf('2024-02', now), { from: '2024-02-01', to: '2024-02-29' });
  });

  it('is the default where the address names none', () => {
    for (const key of ['', '31d', '2026-13', '1999-12', 'x']) assert.deepEqual(daysOf(key, now), { from: '2026-01-31', to: '2026-03-01' });
  });

  it('may be one of the last twelve months', () => {
    const months = monthsUntil(now);
    assert.deepEqual(months[0], { key: '2026-03', label: 'March 2026' });
    assert.deepEqual(months.at(-1), { key: '2025-04', label: 'April 2025' });
  });
});

describe('amounts', () => {
  it('of money are as exact as they need to be', () => {
    const said = [0, 0.00001, 0.0123, 0.5, 1.254, 1240.4].map(formatMoney);
    assert.deepEqual(said, ['US$ 0', 'less than US$ 0.0001', 'US$ 0.0123', 'US$ 0.5000', 'US$ 1.25', 'US$ 1\u202f240']);
  });

  it('say what has no price', () => {
    const used = { steps: 1, inputTokens: 1, outputTokens: 1 };
    assert.equal(formatCost({ ...used, cost: null, unpriced: true }), 'no price known');
    assert.equal(formatCost({ ...used, cost: 2, unpriced: true }), 'US$ 2.00 and more');
    assert.equal(formatCost({ ...used, cost: 2, unpriced: false }), 'US$ 2.00');
    assert.equal(formatCost({ ...used, steps: 0, cost: null, unpriced: false }), '–');
  });

  it('on an axis are short', () => assert.equal(formatCompact(1_500_000), '1.5M'));
});

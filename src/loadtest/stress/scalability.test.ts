import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { throughputAt } from '#features/monitor/scalability.ts';
import { createRandom } from '../random.ts';
import { fitScalability } from './scalability.ts';

const users = [50, 100, 200, 400, 800, 1600, 1200];

function pointsOf(law: { lambda: number; sigma: number; kappa: number }, noise: () => number = () => 0) {
  return users.map((count) => ({ users: count, throughput: throughputAt(law, count) * (1 + noise()) }));
}

function isNear(actual: number, expected: number, share: number): void {
  assert.ok(Math.abs(actual - expected) <= share * expected, `${actual} is not within ${share} of ${expected}`);
}

describe('the Universal Scalability Law', () => {
  it('is found again in what follows it exactly', () => {
    const law = { lambda: 0.31, sigma: 0.0004, kappa: 2e-7 };
    const fit = fitScalability(pointsOf(law));
    isNear(fit?.lambda ?? 0, law.lambda, 1e-6);
    isNear(fit?.sigma ?? 0, law.sigma, 1e-4);
    isNear(fit?.kappa ?? 0, law.kappa, 1e-4);
    isNear(fit?.peakUsers ?? 0, Math.sqrt((1 - law.sigma) / law.kappa), 1e-3);
    isNear(fit?.r2 ?? 0, 1, 1e-9);
  });

  it('is found again through noise', () => {
    const random = createRandom(5);
    const law = { lambda: 0.31, sigma: 0.0008, kappa: 1e-6 };
    const fit = fitScalability(pointsOf(law, () => (random() - 0.5) * 0.02));
    isNear(fit?.lambda ?? 0, law.lambda, 0.03);
    isNear(fit?.peakUsers ?? 0, Math.sqrt((1 - law.sigma) / law.kappa), 0.1);
    assert.ok((fit?.r2 ?? 0) > 0.98);
  });

  it('has no maximum where throughput only rises', () => {
    const fit = fitScalability(pointsOf({ lambda: 0.3, sigma: 0, kappa: 0 }));
    isNear(fit?.lambda ?? 0, 0.3, 1e-6);
    assert.equal(fit?.peakUsers, null);
    isNear(1 + (fit?.sigma ?? 1), 1, 1e-9);
  });

  it('never has contention or coherency below zero, even where more users get more than their share', () => {
    const points = users.map((count) => ({ users: count, throughput: 0.3 * count * (1 + count / 10_000) }));
    const fit = fitScalability(points);
    assert.deepEqual([fit?.sigma, fit?.kappa], [0, 0]);
  });

  it('is not fitted to too few points', () => {
    assert.equal(fitScalability(pointsOf({ lambda: 1, sigma: 0, kappa: 0 }).slice(0, 2)), null);
    assert.equal(fitScalability([1, 2, 3].map(() => ({ users: 50, throughput: 10 }))), null);
  });
});

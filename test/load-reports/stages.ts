/** The stages of a made-up stress test, and the results derived from them. */
import type { LoadReport } from '#features/monitor/load-report.ts';
import { behave, createNoise } from './model.ts';

type Stress = NonNullable<LoadReport['stress']>;
type Stage = Stress['stages'][number];

/** Doubled up to the first miss, narrowed, and confirmed going down. */
const plan = [
  [50, 'up'],
  [100, 'up'],
  [200, 'up'],
  [400, 'up'],
  [800, 'up'],
  [1600, 'up'],
  [1200, 'up'],
  [1400, 'up'],
  [1500, 'up'],
  [1400, 'down'],
] as const;
export const SETTLE_S = 8;
export const STAGE_S = 15;

function buildStages(): Stage[] {
  const noise = createNoise(23);
  return plan.map(([users, direction], index): Stage => {
    const { requestsPerSecond, p50: _p50, p99: _p99, p95, ...resources } = behave(users);
    const measured = p95 * (1 + 0.05 * noise());
    const met = measured < 500;
    return {
      users,
      direction,
      from: index * (SETTLE_S + STAGE_S) + SETTLE_S,
      seconds: STAGE_S,
      requestsPerSecond: requestsPerSecond * (1 + 0.015 * noise()),
      errorRate: users > 1500 ? 0.0031 : 0,
      p95: measured,
      lateness: 1.2 + (users / 1600) * 9,
      met,
      missed: met ? [] : [`p95 below 500 ms in every step: saveFile ${Math.round(measured)} ms`],
      resources,
    };
  });
}

export function buildStress(): Stress {
  const stages = buildStages();
  return {
    stages,
    holds: Math.max(...stages.filter(({ met }) => met).map(({ users }) => users)),
    breaks: Math.min(...stages.filter(({ met }) => !met).map(({ users }) => users)),
    fit: { lambda: 0.3342, sigma: 0.000012, kappa: 3.1e-8, r2: 0.987, peakUsers: 5679 },
    limit: {
      resource: 'server CPU',
      evidence: 'At 1 600 users the server used 1.24 of 2 cores, the generator 0.30 and PostgreSQL 0.40: together the machine was full.',
    },
  };
}

/** The Universal Scalability Law as a curve. Neil Gunther, 1993; `scalability` in load-report.ts explains its terms. */
import type { LoadReport } from '#features/monitor/load-report.ts';

export type Scalability = NonNullable<NonNullable<LoadReport['stress']>['fit']>;

/** @returns requests per second that the law predicts for a number of users */
export function throughputAt({ lambda, sigma, kappa }: Pick<Scalability, 'lambda' | 'sigma' | 'kappa'>, users: number): number {
  return (lambda * users) / (1 + sigma * (users - 1) + kappa * users * (users - 1));
}

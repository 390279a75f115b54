/** The Universal Scalability Law as a curve. Neil Gunther, 1993; its terms are explained at `scalability` in load-report.ts. */
import type { LoadReport } from '#features/monitor/load-report.ts';

export type Scalability = NonNullable<NonNullable<LoadReport['stress']>['fit']>;

/** @returns requests a second that the law expects of so many users */
export function throughputAt({ lambda, sigma, kappa }: Pick<Scalability, 'lambda' | 'sigma' | 'kappa'>, users: number): number {
  return (lambda * users) / (1 + sigma * (users - 1) + kappa * users * (users - 1));
}

/** The Universal Scalability Law as a curve. Gunther, 1993; the terms are explained at `scalability` in load-report.ts. */
import type { LoadReport } from '#features/monitor/load-report.ts';

type Fit = NonNullable<NonNullable<LoadReport['stress']>['fit']>;

/** Requests a second that the fit expects of so many users. */
export function throughputAt(users: number, { lambda, sigma, kappa }: Pick<Fit, 'lambda' | 'sigma' | 'kappa'>): number {
  return (lambda * users) / (1 + sigma * (users - 1) + kappa * users * (users - 1));
}

/**
 * PostgreSQL's clock, as known to this process. Timestamps that are stored, or compared with stored ones, use it, because servers' clocks
 * differ. Each response from PostgreSQL bounds the offset between its clock and our monotonic one; the bounds narrow while they agree.
 */

import type { Metrics } from './metrics.ts';

/** How much two healthy clocks drift apart. */
const DRIFT = 0.0002;

export type Clock = ReturnType<typeof createDuePoller>;

export function createDuePoller() {
  /**
   * Lower and upper bound, in milliseconds since 1970, of PostgreSQL's clock at `performance.now()` 0. Our own clock until the first
   * response.
   */
  let low = Date.now() - performance.now();
  let high = low;
  let askedAt: number | undefined;

  const now = () => performance.now() + (low + high) / 2;

  return {
    /** @returns milliseconds since 1970 */
    now,
    /** @param serverTime milliseconds since 1970 on PostgreSQL's clock, at some time between `sentAt` and `receivedAt` of `performance.now()` */
    observe(serverTime: number, sentAt: number, receivedAt: number): void {
      const drift = askedAt === undefined ? 0 : (receivedAt - askedAt) * DRIFT;
      const consistent = askedAt !== undefined && serverTime - receivedAt <= high + drift && serverTime - sentAt >= low - drift;
      // Bounds that do not overlap: one of the clocks was set.
      low = consistent ? Math.max(low - drift, serverTime - receivedAt) : serverTime - receivedAt;
      high = consistent ? Math.min(high + drift, serverTime - sentAt) : serverTime - sentAt;
      askedAt = receivedAt;
    },
    /** How far this server's clock is ahead of PostgreSQL's, in milliseconds, give or take `within`; undefined until the first response. */
    difference: () => (askedAt === undefined ? undefined : { milliseconds: Date.now() - now(), within: (high - low) / 2 }),
  };
}

export function registerClock(metrics: Metrics, clock: Clock): void {
  metrics.gauge(
    'database_clock_difference_seconds',
    'Seconds by which this server’s clock is ahead of PostgreSQL’s',
    (gauge) => {
      const found = clock.difference();
      if (found) gauge.set(found.milliseconds / 1000);
    },
    { aggregator: 'first' },
  );
}

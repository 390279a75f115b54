/**
 * PostgreSQL's clock, as this process knows it. Instants that are stored, or compared with stored ones, go by it: servers' clocks differ.
 * Each answer of PostgreSQL bounds how far its clock is from our monotonic one; the bounds narrow while they agree.
 */

import type { Metrics } from './metrics.ts';

/** How much two good clocks drift apart. */
const DRIFT = 0.0002;

export type Clock = ReturnType<typeof createDuePoller>;

export function createDuePoller() {
  /** Milliseconds since 1970 at `performance.now()` 0, by PostgreSQL's clock: at least and at most. Our own clock until it was asked. */
  let low = Date.now() - performance.now();
  let high = low;
  let askedAt: number | undefined;

  const now = () => performance.now() + (low + high) / 2;

  return {
    /** @returns milliseconds since 1970 */
    now,
    /** @param told milliseconds since 1970 by PostgreSQL, at some time between `sentAt` and `receivedAt` of `performance.now()` */
    observe(told: number, sentAt: number, receivedAt: number): void {
      const drift = askedAt === undefined ? 0 : (receivedAt - askedAt) * DRIFT;
      const known = askedAt !== undefined && told - receivedAt <= high + drift && told - sentAt >= low - drift;
      // Bounds that do not meet: one of the clocks was set.
      low = known ? Math.max(low - drift, told - receivedAt) : told - receivedAt;
      high = known ? Math.min(high + drift, told - sentAt) : told - sentAt;
      askedAt = receivedAt;
    },
    /** How far this server's clock is ahead of PostgreSQL's, in milliseconds, give or take `within`; undefined until it was asked. */
    difference: () => (askedAt === undefined ? undefined : { milliseconds: Date.now() - now(), within: (high - low) / 2 }),
  };
}

export function registerClock(metrics: Metrics, clock: Clock): void {
  metrics.gauge(
    'database_clock_difference_seconds',
    'How far the clock of this server is ahead of PostgreSQL’s',
    (gauge) => {
      const found = clock.difference();
      if (found) gauge.set(found.milliseconds / 1000);
    },
    { aggregator: 'first' },
  );
}

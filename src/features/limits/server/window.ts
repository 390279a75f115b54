/**
 * The count of one key in its current window, as one server sees it. Counts are leased from PostgreSQL, which never grants
 * more than the limit to all servers together; the lease is used up here without asking again, and what lies idle goes back.
 */
export interface Lease {
  /** Granted and not used yet. */
  left: number;
  /** Of the limit, granted to nobody when we last asked. */
  unclaimed: number;
  /** The window's end by PostgreSQL's clock, which tells one window from the next; undefined for counts it did not grant. */
  window?: string | undefined;
  /** `performance.now()` at which PostgreSQL was last found away, and this process counted by itself. */
  localSince?: number;
  /** The window in which the other servers were asked to give back what they hold. */
  reclaimedWindow?: string | undefined;
  /** `performance.now()` at which the window ends. */
  endsAt: number;
  /** `performance.now()` of the last use, or of when we last asked. */
  usedAt: number;
}

export interface LimitResult {
  allowed: boolean;
  /** Requests left in this window. */
  remaining: number;
  /** Milliseconds until the window ends. */
  reset: number;
}

export function use(lease: Lease, now: number): LimitResult {
  const allowed = lease.left > 0;
  if (allowed) {
    lease.left--;
    lease.usedAt = now;
  }
  return { allowed, remaining: lease.left + lease.unclaimed, reset: Math.max(0, lease.endsAt - now) };
}

/** Is there nothing left to use here, and nothing left to take? */
export function isUsedUp({ left, unclaimed }: Lease): boolean {
  return left === 0 && unclaimed === 0;
}

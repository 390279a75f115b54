/**
 * The count of one key in its current window, as seen by one server. Counts are leased from PostgreSQL, which never grants all servers
 * together more than the limit; the lease is used up here without further queries, and idle counts are released.
 */
export interface Lease {
  /** Granted and not yet used. */
  left: number;
  /** Counts of the limit that nobody had leased at the last query. */
  unclaimed: number;
  /** The window's end by PostgreSQL's clock, which identifies the window; undefined for counts it did not grant. */
  window?: string | undefined;
  /** `performance.now()` at which PostgreSQL was last found unreachable and this process counted locally. */
  localSince?: number;
  /** The window in which the other servers were asked to release their leases. */
  reclaimedWindow?: string | undefined;
  /** `performance.now()` at which the window ends. */
  endsAt: number;
  /** `performance.now()` of the last use or the last query. */
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

/** Whether nothing is left to use here or to lease. */
export function isUsedUp({ left, unclaimed }: Lease): boolean {
  return left === 0 && unclaimed === 0;
}

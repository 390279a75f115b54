/** Counts the requests of a key against one limit, exactly, across servers. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createBoundedMap } from '#kernel/bounded-map.ts';
import type { Database } from '#kernel/database/pool.ts';
import { databaseUnavailable, HttpProblem } from '#kernel/errors.ts';
import * as sql from './queries.ts';
import { isUsedUp, type Lease, type LimitResult, use } from './window.ts';

/** An unused lease is released after this long; sooner when another server finds nothing left and reclaims it. */
const IDLE_MS = 30_000;
/** How long others have to release their counts: several times the latency of a NOTIFY. */
const RECLAIM_WAIT_MS = 50;
/**
 * Retry interval: for a rejected request, because counts may have been released; for a server that counts locally, because PostgreSQL may
 * be back.
 */
const ASK_AGAIN_MS = 1000;
/** Each statement leases 1/25 of the remaining counts, so a server that dies loses at most 4 % of the limit. */
const SHARE = 25;
const MAX_KEYS = 100_000;

interface LimiterOptions {
  db: Database;
  /** api, auth, agent, autonomy, devmode, webhook: the prefix of the stored keys. */
  name: string;
  limit: number;
  windowMs: number;
  /** Count every single request in PostgreSQL, and reject requests while it is unreachable: for sign-in. */
  strict?: boolean;
  /** Asks the other servers to release their leases of a key. */
  reclaim: (key: string) => Promise<void>;
  /** How many processes share the limit: while PostgreSQL is down, each counts its part. */
  processes: () => number;
  /** Called when PostgreSQL was unreachable and this process counted locally. */
  onFallback: (error: unknown) => void;
}

interface LeasedKey {
  key: string;
  lease: Lease;
}

export type Limiter = ReturnType<typeof createLimiter>;

export function createLimiter({ db, name, limit, windowMs, strict = false, reclaim, processes, onFallback }: LimiterOptions) {
  const leases = createBoundedMap<Lease>(MAX_KEYS);
  const asking = new Map<string, Promise<void>>();

  /** Leases counts from PostgreSQL. The window's end is measured from before the query, so it is never too late. */
  async function acquire(key: string): Promise<Lease> {
    const asked = performance.now();
    const [row] = await sql.leaseCounts(db, { key: `${name}:${key}`, limit, windowMs, share: strict ? limit : SHARE });
    if (!row) throw new Error('PostgreSQL answered nothing to a count');
    // More than the limit may be used: a restart with a lower limit finds windows that began under the higher one.
    const unclaimed = Math.max(0, limit - row.used);
    return { left: row.granted, unclaimed, window: row.window, endsAt: asked + row.left, usedAt: asked };
  }

  async function reclaimAndAcquire(key: string): Promise<Lease> {
    await reclaim(key);
    await sleep(RECLAIM_WAIT_MS);
    return acquire(key);
  }

  async function ask(key: string): Promise<void> {
    const reclaimedWindow = leases.get(key)?.reclaimedWindow;
    let lease = await acquire(key);
    if (!strict && isUsedUp(lease) && reclaimedWindow !== lease.window) {
      // Other servers may hold unused leases. Reclaimed once per window: from then on, all lease one count at a time.
      leases.set(key, lease);
      lease = await reclaimAndAcquire(key).catch(() => lease);
    }
    leases.set(key, { ...lease, reclaimedWindow: isUsedUp(lease) ? lease.window : reclaimedWindow });
  }

  /** This process's part of the counts while PostgreSQL cannot grant any. */
  const partOf = (counts: number) => Math.floor(counts / processes());

  /** While PostgreSQL is down, this process counts locally, starting from what it knows. */
  function countLocally(key: string, now: number): LimitResult {
    const known = leases.get(key);
    const fresh = () => ({ left: Math.max(1, partOf(limit)), unclaimed: 0, endsAt: now + windowMs, usedAt: now });
    const lease: Lease = known && known.endsAt > now ? known : fresh();
    lease.localSince = now;
    leases.set(key, lease);
    if (lease.left === 0 && lease.unclaimed > 0) {
      lease.left = partOf(lease.unclaimed);
      lease.unclaimed = 0;
      // Counts that PostgreSQL did not grant must not be released.
      delete lease.window;
    }
    return use(lease, now);
  }

  async function askOnce(key: string): Promise<void> {
    const running = asking.get(key);
    if (running) return running;
    const question = ask(key).finally(() => asking.delete(key));
    asking.set(key, question);
    return question;
  }

  async function askAndCount(key: string): Promise<LimitResult> {
    try {
      // A request that waited for another's lease may find it used up, and leases again.
      for (let lease: Lease | undefined; ; ) {
        await askOnce(key);
        lease = leases.get(key);
        if (lease && (lease.left > 0 || lease.unclaimed === 0)) return use(lease, performance.now());
      }
    } catch (error) {
      if (strict) throw error instanceof HttpProblem ? error : databaseUnavailable(error);
      // PostgreSQL is up, but this process is too busy to query it: counting locally now would let too many through.
      if (error instanceof HttpProblem && error.code === 'busy') throw error;
      onFallback(error);
      return countLocally(key, performance.now());
    }
  }

  async function releaseLeases(leased: LeasedKey[]): Promise<void> {
    for (const { key } of leased) leases.delete(key);
    // Counts that PostgreSQL did not grant, taken while it was down, are not released.
    const granted = leased.filter(({ lease }) => lease.window);
    if (granted.length === 0) return;
    const keys = granted.map(({ key }) => `${name}:${key}`);
    const counts = granted.map(({ lease }) => lease.left);
    const windows = granted.map(({ lease }) => lease.window ?? '');
    await sql.releaseCounts(db, { keys, counts, windows }).catch(() => undefined);
  }

  return {
    name,
    limit,
    windowMs,
    /** As in the RateLimit-Policy header. */
    policy: `q=${limit};w=${Math.round(windowMs / 1000)}`,
    /** @returns synchronously while the lease lasts or is known to be used up; otherwise after one statement */
    count(key: string): LimitResult | Promise<LimitResult> {
      const now = performance.now();
      const lease = leases.get(key);
      if (!lease || lease.endsAt <= now) return askAndCount(key);
      if (lease.localSince !== undefined && now - lease.localSince >= ASK_AGAIN_MS) return askAndCount(key);
      if (lease.left > 0) return use(lease, now);
      // Used up everywhere: nothing to lease until the window ends, unless another server releases some.
      if (lease.unclaimed === 0 && now - lease.usedAt < ASK_AGAIN_MS && (strict || lease.reclaimedWindow === lease.window))
        return use(lease, now);
      return askAndCount(key);
    },
    /** Releases idle leases; all of them when this server stops. */
    async release({ all = false } = {}): Promise<void> {
      const now = performance.now();
      const idle: LeasedKey[] = [];
      for (const [key, lease] of leases.entries()) {
        if (lease.left === 0 || lease.endsAt <= now || (!all && now - lease.usedAt < IDLE_MS)) continue;
        idle.push({ key, lease });
      }
      await releaseLeases(idle);
    },
    /** Forgets these keys, whose windows were deleted: the next request begins a new one. */
    forget(isGone: (key: string) => boolean): void {
      for (const key of [...leases.keys()]) if (isGone(key)) leases.delete(key);
    },
    /** Releases the lease of one key, for another server that has none. */
    async releaseKey(key: string): Promise<void> {
      const lease = leases.peek(key);
      if (lease && lease.left > 0) await releaseLeases([{ key, lease }]);
    },
  };
}

/**
 * Limits guesses at one account from many addresses. After ten failures, browsers that never signed in to it share one try per 30 seconds
 * across all servers. A browser that did is not slowed down, so attackers cannot lock people out of their accounts.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '#kernel/database/pool.ts';
import { HttpProblem } from '#kernel/errors.ts';
import * as sql from './password-tries-queries.ts';

const MAX_FAILURES = 10;
/** Between two tries after ten failures. */
const PAUSE_S = 30;
/** Failures are forgotten after this long without another. */
const REMEMBERED_S = 3600;
/** How long a try waits for others under way: no more tries run at once than could bring the failures to ten. */
const WAIT_TIMEOUT_MS = 3000;
const POLL_EVERY_MS = 100;

/** @param rateLimited creates the error for a try that must wait this many seconds */
export function createPasswordTries({ db, rateLimited }: { db: Database; rateLimited: (seconds: number) => HttpProblem }) {
  /** @throws 429 */
  async function begin(account: string): Promise<sql.TryOutcome> {
    const until = performance.now() + WAIT_TIMEOUT_MS;
    for (;;) {
      const [row] = await sql.beginTry(db, { account, maxFailures: MAX_FAILURES, pauseSeconds: PAUSE_S, rememberedSeconds: REMEMBERED_S });
      if (!row) throw new Error('PostgreSQL answered nothing to a try');
      if (row.told === 'counted' || row.told === 'turn') return row.told;
      if (row.told === 'refused') throw rateLimited(Math.min(PAUSE_S, Math.max(1, Math.ceil(row.left))));
      if (performance.now() > until) throw rateLimited(1);
      await sleep(POLL_EVERY_MS * (0.5 + Math.random()));
    }
  }

  return {
    /**
     * Counted before the password is checked, so a hundred guesses at once are no more than ten.
     * @param account its key
     * @param attempt throws 401 for a wrong password; nothing else counts as a failure
     * @throws 429
     */
    async tryOnce<T>(account: string, attempt: () => Promise<T>): Promise<T> {
      const outcome = await begin(account);
      let failed = false;
      try {
        return await attempt();
      } catch (error) {
        failed = error instanceof HttpProblem && error.status === 401;
        throw error;
      } finally {
        if (outcome === 'counted')
          await sql.endTry(db, {
            account,
            failed: failed ? 1 : 0,
            maxFailures: MAX_FAILURES,
            pauseSeconds: PAUSE_S,
            rememberedSeconds: REMEMBERED_S,
          });
      }
    },
    cleanUp: async (): Promise<number> => (await sql.deleteForgotten(db)).length,
  };
}

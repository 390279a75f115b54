/**
 * Counts requests with an invalid signature, by the trigger they name. It counts in memory, whether or not the trigger exists: a write only
 * for existing ones would reveal them through timing. A flood of requests costs one statement a second.
 */
import type { Database } from '#kernel/database/pool.ts';
import * as sql from './queries.ts';

const STORE_AFTER_MS = 1000;
/** Most ids counted at once, since a sender can invent any number of them. */
const MAX_NAMED = 1000;

export function createUnauthenticatedSenders({ db }: { db: Database }) {
  let counts = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;

  async function store(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const counted = counts;
    counts = new Map();
    // The count is a hint for people who set up a trigger: losing it does no harm.
    if (counted.size > 0)
      await sql.countUnauthenticated(db, { ids: [...counted.keys()], times: [...counted.values()] }).catch(() => undefined);
  }

  return {
    note(triggerId: string): void {
      if (counts.size >= MAX_NAMED && !counts.has(triggerId)) return;
      counts.set(triggerId, (counts.get(triggerId) ?? 0) + 1);
      timer ??= setTimeout(() => void store(), STORE_AFTER_MS).unref();
    },
    store,
  };
}

/**
 * Counts requests whose signature was wrong, by the trigger they name. In memory first, whether there is such a trigger or not: a
 * write for those that there are would tell, by the time it takes, and a flood of requests costs one statement a second.
 */
import type { Database } from '#kernel/database/pool.ts';
import * as sql from './queries.ts';

const STORE_AFTER_MS = 1000;
/** Names that are counted at once; anybody can make up more. */
const MAX_NAMED = 1000;

export function createUnauthenticatedSenders({ db }: { db: Database }) {
  let counts = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;

  async function store(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const counted = counts;
    counts = new Map();
    // It is a hint for whoever sets a trigger up: a count that is lost does no harm.
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

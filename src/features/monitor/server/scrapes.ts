/** Remembers when the metrics were last requested, so the doctor can tell whether anything monitors this installation. */
import type { Database } from '#kernel/database/pool.ts';
import type { EventBus } from '#kernel/event-bus.ts';
import { recordScrape } from '#kernel/server-liveness.ts';

const EVERY_MS = 15_000;

export function createScrapes({ db, eventBus }: { db: Database; eventBus: EventBus }) {
  let recordedAt = -Infinity;

  return {
    /** Returns at once. A database that rejects writes, or is away, makes no difference to who reads the metrics. */
    note(): void {
      const server = eventBus.serverNumber();
      if (server === 0 || performance.now() - recordedAt < EVERY_MS) return;
      recordedAt = performance.now();
      recordScrape(db, server).catch(() => undefined);
    },
  };
}

/**
 * Announces queued runs. The server that queued one claims it at once. The others hear of it by notification and look a moment later, for
 * those that the first one has no room for or died with; otherwise each of them would ask PostgreSQL for nothing at every start.
 */
import type { Database, Transaction } from '#kernel/database/pool.ts';
import { type EventBus, publish } from '#kernel/event-bus.ts';

/** How long another server leaves a run to the one that queued it, in milliseconds. */
const LEAVE_MS = 100;

export type RunQueue = ReturnType<typeof createRunQueue>;

export function createRunQueue(eventBus: EventBus) {
  const listeners = new Set<() => void>();
  let timer: NodeJS.Timeout | undefined;

  function wake(): void {
    clearTimeout(timer);
    timer = undefined;
    for (const listener of listeners) listener();
  }

  eventBus.subscribe('run-queued', () => {
    timer ??= setTimeout(wake, LEAVE_MS).unref();
  });

  return {
    /** Once the transaction has committed. */
    announce(tx: Transaction): void {
      tx.withCommit(publish(tx, 'run-queued'));
      tx.afterCommit(wake);
    },
    /** Runs that were queued and are committed already, for the other servers to claim. */
    announceToOthers: (db: Database): Promise<void> => publish(db, 'run-queued'),
    /** Calls back when runs may wait for a worker. */
    onQueued: (listener: () => void): void => void listeners.add(listener),
  };
}

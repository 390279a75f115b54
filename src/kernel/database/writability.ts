/**
 * Tracks whether the database accepts writes: learned from PostgreSQL's errors and from the write probe. Health and metrics read it here.
 */
import type { Log } from '#kernel/log.ts';
import type { Metrics } from '#kernel/metrics.ts';

export const writeRejections = {
  storage_full: 'The disk of the database is full: nothing can be saved, only read. Make room on it.',
  database_read_only:
    'The database takes no changes, only reads. Check whether it is a standby, or default_transaction_read_only is set for it or its user.',
} as const;
export type WriteRejection = keyof typeof writeRejections;

export const isWriteRejection = (code: string): code is WriteRejection => Object.hasOwn(writeRejections, code);

export type Writability = ReturnType<typeof createWritability>;

export function createWritability({ log, metrics }: { log: Log; metrics: Metrics }) {
  let rejection: WriteRejection | undefined;

  metrics.gauge(
    'database_writes_refused',
    'Processes whose last write PostgreSQL rejected, by reason',
    (gauge) => {
      for (const reason of Object.keys(writeRejections)) gauge.set({ reason }, rejection === reason ? 1 : 0);
    },
    { labelNames: ['reason'] },
  );

  return {
    /** Why the last write was rejected; undefined while writes work. */
    rejection: () => rejection,
    note(now: WriteRejection | undefined): void {
      if (now === rejection) return;
      rejection = now;
      if (now) log.error({ code: now }, `writes are refused. ${writeRejections[now]}`);
      else log.info('the database takes writes again');
    },
  };
}

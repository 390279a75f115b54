/**
 * Tracks whether the database accepts writes: learned from PostgreSQL's errors and from the write probe. Health and metrics read it here.
 */
import type { Log } from '#kernel/log.ts';
import type { Metrics } from '#kernel/metrics.ts';
import { texts } from '#kernel/texts.ts';

const writeRejections = ['storage_full', 'database_read_only'] as const;
export type WriteRejection = (typeof writeRejections)[number];

export const isWriteRejection = (code: string): code is WriteRejection => (writeRejections as readonly string[]).includes(code);

export const describeRejection = (code: WriteRejection): string => texts.writeRejections[code];

export type Writability = ReturnType<typeof createWritability>;

export function createWritability({ log, metrics }: { log: Log; metrics: Metrics }) {
  let rejection: WriteRejection | undefined;

  metrics.gauge(
    'database_writes_refused',
    'Processes whose last write PostgreSQL rejected, by reason',
    (gauge) => {
      for (const reason of writeRejections) gauge.set({ reason }, rejection === reason ? 1 : 0);
    },
    { labelNames: ['reason'] },
  );

  return {
    /** Why the last write was rejected; undefined while writes work. */
    rejection: () => rejection,
    note(now: WriteRejection | undefined): void {
      if (now === rejection) return;
      rejection = now;
      if (now) log.error({ code: now }, `writes are refused. ${describeRejection(now)}`);
      else log.info('the database takes writes again');
    },
  };
}

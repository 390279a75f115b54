/**
 * Polls for due times, on every server. Only PostgreSQL's clock counts: a server whose clock jumps starts nothing early or twice. Each
 * server asks for the time until the next due time and polls again then, or after a second. If a server dies, another one claims its leased
 * work some seconds later.
 */
import { createClaimLoop } from '#kernel/claim-loop.ts';
import type { Database } from '#kernel/database/pool.ts';
import { HttpProblem } from '#kernel/errors.ts';
import type { Log } from '#kernel/log.ts';
import type { Outgoing } from '#kernel/outgoing.ts';
import * as sql from './due-queries.ts';
import type { createStartDue } from './start-due.ts';

const POLL_EVERY_MS = 1000;
/** Several times what a start takes. */
const LEASE_SECONDS = 10;
/** A slow model does not block other schedules. */
const MAX_AT_ONCE = 10;

interface Options {
  db: Database;
  log: Log;
  startDue: ReturnType<typeof createStartDue>;
  outgoing: Pick<Outgoing, 'isHeld' | 'onChange'>;
}

export function createDuePoller({ db, log, startDue, outgoing }: Options) {
  /** After a temporary failure the schedule stays leased for some seconds, then it is retried. */
  async function process(due: sql.DueRow): Promise<void> {
    try {
      await startDue.processDue(due);
    } catch (error) {
      if (!(error instanceof HttpProblem)) throw error;
      await startDue.postpone(due, error).catch(() => undefined);
    }
  }

  const loop = createClaimLoop<sql.DueRow>({
    log,
    what: 'due times',
    everyMs: POLL_EVERY_MS,
    max: MAX_AT_ONCE,
    dueInMs: async () => (outgoing.isHeld() ? POLL_EVERY_MS : ((await sql.selectWait(db))[0]?.wait ?? Number.POSITIVE_INFINITY)),
    claim: (capacity) => sql.claimDue(db, { seconds: LEASE_SECONDS, limit: capacity }),
    process,
    onError: (error, due) => log.error({ err: error, schedule: due.id }, 'a due time could not be processed'),
  });
  outgoing.onChange(loop.wake);
  return loop;
}

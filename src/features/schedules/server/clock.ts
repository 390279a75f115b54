/**
 * Looks for due times, on every server. The clock is PostgreSQL's alone: a server whose own jumps starts nothing early or twice.
 * Each server asks how long it is until the next due time, sleeps that long or a second, and takes in hand what is due and nobody
 * has; what a server that dies had in hand is taken by another one some seconds later.
 */
import type { Database } from '#kernel/database/pool.ts';
import { Refusal } from '#kernel/errors.ts';
import type { Log } from '#kernel/log.ts';
import * as sql from './due-queries.ts';
import type { createStartDue } from './start-due.ts';

const LOOK_EVERY_MS = 1000;
/** Others have it in hand, and say so in a moment. */
const LOOK_SOON_MS = 50;
/** Several times what a start takes. */
const IN_HAND_SECONDS = 10;
/** Due times that a server deals with at the same time. */
const AT_ONCE = 10;

interface Options {
  db: Database;
  log: Log;
  startDue: ReturnType<typeof createStartDue>;
}

export function createClock({ db, log, startDue }: Options) {
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | undefined;
  const dealing = new Set<Promise<void>>();
  let closing = false;

  /** @returns milliseconds until it is worth to look again */
  async function dealWithDue(): Promise<number> {
    const [next] = await sql.selectWait(db);
    if (!next) return LOOK_EVERY_MS;
    if (next.wait > 0) return Math.min(LOOK_EVERY_MS, Math.ceil(next.wait));
    const room = AT_ONCE - dealing.size;
    const due = room > 0 && !closing ? await sql.claimDue(db, { seconds: IN_HAND_SECONDS, limit: room }) : [];
    for (const each of due) {
      // Not waited for: one whose model is slow to answer must not hold up the others.
      const work = deal(each).finally(() => dealing.delete(work));
      dealing.add(work);
    }
    return due.length > 0 ? 0 : LOOK_SOON_MS;
  }

  /** What fails for now is in hand for some seconds yet, and tried again after them. */
  async function deal(due: sql.DueRow): Promise<void> {
    try {
      await startDue.deal(due);
    } catch (error) {
      if (!(error instanceof Refusal)) return log.error({ err: error, schedule: due.id }, 'a due time could not be dealt with');
      await startDue.postpone(due, error).catch(() => undefined);
    }
  }

  function look(): void {
    looking = dealWithDue()
      .catch((error: unknown) => {
        log.debug({ err: error }, 'could not look for due times');
        return LOOK_EVERY_MS;
      })
      .then((wait) => {
        if (!closing) timer = setTimeout(look, wait);
      });
  }

  return {
    start: look,
    /** What it has in hand is dealt with first. */
    async close(): Promise<void> {
      closing = true;
      clearTimeout(timer);
      await looking;
      await Promise.all(dealing);
    },
  };
}

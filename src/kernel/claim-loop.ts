/**
 * The claim loop: work that stands in the database is done by whichever server claims it first. Each server polls, leases as much as
 * it has room for, and processes it; what is released or runs out of its lease is claimed by another. What a lease is (a time, or a
 * fence that only a living server holds) is the feature's, and so is that an effect commits once: a server that dies between any two
 * lines leaves a lease that ends.
 */
import type { Log } from './log.ts';
import { createPoller } from './poller.ts';

interface Options<T> {
  log: Log;
  /** Plural, as in `could not claim ${what}`. */
  what: string;
  /** From one poll to the next; `wake` brings it forward. */
  everyMs: number;
  /** Items this process works on at a time. */
  max: number;
  /** At each poll, even where there is no room: what has to be looked after besides. */
  maintain?: () => Promise<void>;
  /**
   * Where it is known: milliseconds until there is something to claim, and only then is it claimed. May be negative. The next poll
   * comes when it is due.
   */
  dueInMs?: () => Promise<number>;
  /** Leases up to `room` items, so that no other server has them. */
  claim: (room: number) => Promise<readonly T[]>;
  /**
   * Processes one item, and settles its lease. When it is done, the next poll comes at once; when it rejects, in its time, so that
   * what fails again and again does not keep a server busy.
   * @param stop aborted when this has to end before it is done; may be used to that end by the feature, too
   */
  process: (item: T, stop: AbortController) => Promise<void>;
  onError: (error: unknown, item: T, stop: AbortSignal) => void;
  /** At the close: what is being processed gets so long, then `stop` is aborted; without one, as long as it takes. */
  patienceMs?: number;
  /** With which `stop` is aborted at the close. */
  closeReason?: Error;
}

/** Due, and claimed by another server, which settles it in a moment. */
const CONTENDED_MS = 50;

export function createClaimLoop<T>({ log, what, everyMs, max, patienceMs, closeReason, ...work }: Options<T>) {
  const processing = new Map<AbortController, Promise<void>>();

  function begin(item: T): void {
    const stop = new AbortController();
    const done = work
      .process(item, stop)
      .finally(() => processing.delete(stop))
      .then(poller.wake, (error: unknown) => work.onError(error, item, stop.signal));
    processing.set(stop, done);
  }

  const poller = createPoller({
    log,
    purpose: `claim ${what}`,
    everyMs,
    async poll() {
      await work.maintain?.();
      const room = max - processing.size;
      // The next that is done wakes us.
      if (room <= 0) return undefined;
      const wait = (await work.dueInMs?.()) ?? 0;
      if (wait > 0) return Math.ceil(wait);
      const items = await work.claim(room);
      for (const item of items) begin(item);
      if (!work.dueInMs) return undefined;
      return items.length > 0 ? 0 : CONTENDED_MS;
    },
  });

  function abort(reason?: Error): void {
    for (const stop of processing.keys()) stop.abort(reason);
  }

  return {
    start: poller.start,
    /** Polls now: something may be there to claim. */
    wake: () => poller.wake(),
    /** Ends all that is being processed. */
    abort,
    count: () => processing.size,
    /** Claims nothing more, and waits for what is being processed. */
    async close(): Promise<void> {
      await poller.close();
      const timer = patienceMs === undefined ? undefined : setTimeout(() => abort(closeReason), patienceMs);
      await Promise.all(processing.values());
      clearTimeout(timer);
    },
  };
}

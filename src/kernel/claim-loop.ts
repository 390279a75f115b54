/**
 * The claim loop: whichever server claims work in the database first processes it. Each server polls, leases as many items as it has
 * capacity for, and processes them; released items and expired leases are claimed by another server. The feature defines what a lease is (a
 * time, or a fence that only a living server holds) and ensures that an effect commits once: a server that dies between any two lines
 * leaves a lease that ends.
 */
import type { Log } from './log.ts';
import { createPoller } from './poller.ts';

interface Options<T> {
  log: Log;
  /** Plural, as in `could not claim ${what}`. */
  what: string;
  /** Between polls; `wake` polls earlier. */
  everyMs: number;
  /** Maximum number of items this process works on at once. */
  max: number;
  /** Called at each poll, even without free capacity, for maintenance that must not overlap a claim. */
  maintain?: () => Promise<void>;
  /**
   * If defined: milliseconds until there is something to claim; nothing is claimed before. May be negative. The next poll runs when the
   * work is due.
   */
  dueInMs?: () => Promise<number>;
  /** Leases up to `room` items, so no other server gets them. */
  claim: (room: number) => Promise<readonly T[]>;
  /**
   * Processes one item and ends its lease. When it resolves and there may be more than there was room for, the next poll runs at once; when
   * it rejects, at the regular time, so repeated failures do not keep a server busy.
   * @param stop aborted when processing must end early; the feature may abort it for that, too
   */
  process: (item: T, stop: AbortController) => Promise<void>;
  onError: (error: unknown, item: T, stop: AbortSignal) => void;
  /** On close, processing gets this long before `stop` is aborted; if undefined, as long as it takes. */
  patienceMs?: number;
  /** The reason passed to `stop` on close. */
  closeReason?: Error;
}

/** The due items were claimed by another server, which ends their leases in a moment. */
const CONTENDED_MS = 50;

export function createClaimLoop<T>({ log, what, everyMs, max, patienceMs, closeReason, ...work }: Options<T>) {
  const processing = new Map<AbortController, Promise<void>>();
  /** Whether the last poll may have left items for lack of room. */
  let isMore = false;

  function begin(item: T): void {
    const stop = new AbortController();
    const done = work
      .process(item, stop)
      .finally(() => processing.delete(stop))
      .then(
        () => {
          if (isMore) poller.wake();
        },
        (error: unknown) => work.onError(error, item, stop.signal),
      );
    processing.set(stop, done);
  }

  const poller = createPoller({
    log,
    purpose: `claim ${what}`,
    everyMs,
    async poll() {
      await work.maintain?.();
      const room = max - processing.size;
      isMore = room <= 0;
      if (isMore) return undefined;
      const wait = (await work.dueInMs?.()) ?? 0;
      if (wait > 0) return Math.ceil(wait);
      const items = await work.claim(room);
      isMore = items.length >= room;
      for (const item of items) begin(item);
      // Some finished while these were claimed.
      if (isMore && processing.size < max) return 0;
      if (!work.dueInMs) return undefined;
      return items.length > 0 ? 0 : CONTENDED_MS;
    },
  });

  function abort(reason?: Error): void {
    for (const stop of processing.keys()) stop.abort(reason);
  }

  return {
    start: poller.start,
    /** Polls now: there may be something to claim. */
    wake: () => poller.wake(),
    /** Aborts all processing. */
    abort,
    count: () => processing.size,
    /** Stops claiming, and waits for the items being processed. */
    async close(): Promise<void> {
      await poller.close();
      const timer = patienceMs === undefined ? undefined : setTimeout(() => abort(closeReason), patienceMs);
      await Promise.all(processing.values());
      clearTimeout(timer);
    },
  };
}

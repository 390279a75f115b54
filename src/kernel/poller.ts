/** Polls: again and again, sooner when woken, never twice at a time. */
import type { Log } from './log.ts';

interface PollerOptions {
  log: Log;
  /** What a poll does, as in `could not ${purpose}`. */
  purpose: string;
  /** From the end of a poll to the next one. */
  everyMs: number;
  /** @returns milliseconds until the next poll, where `everyMs` is too long */
  poll: () => Promise<number | undefined> | Promise<void>;
}

/** A poll that fails is logged, quietly since a database that is away is reported elsewhere, and comes again in its time. */
export function createPoller({ log, purpose, everyMs, poll }: PollerOptions) {
  let state: 'new' | 'open' | 'closed' = 'new';
  let timer: NodeJS.Timeout | undefined;
  let polling: Promise<void> | undefined;
  let again = false;

  async function pollOnce(): Promise<void> {
    let wait = everyMs;
    try {
      wait = (await poll()) ?? everyMs;
    } catch (error) {
      log.debug({ err: error }, `could not ${purpose}`);
    }
    polling = undefined;
    if (again) wake();
    else if (state === 'open') timer = setTimeout(wake, Math.min(wait, everyMs)).unref();
  }

  /** Polls now; once more after the poll that goes on, since that may have looked too early. */
  function wake(): void {
    again = polling !== undefined;
    if (again || state !== 'open') return;
    clearTimeout(timer);
    polling = pollOnce();
  }

  return {
    wake,
    start(): void {
      state = 'open';
      wake();
    },
    /** No poll begins any more, and the one that goes on has ended. */
    async close(): Promise<void> {
      state = 'closed';
      clearTimeout(timer);
      await polling;
    },
  };
}

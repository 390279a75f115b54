/** Polls at an interval, sooner when woken, never twice at a time. */
import type { Log } from './log.ts';

interface PollerOptions {
  log: Log;
  /** The purpose of a poll, as in `could not ${purpose}`. */
  purpose: string;
  /** From the end of a poll to the next one. */
  everyMs: number;
  /** @returns milliseconds until the next poll, if `everyMs` is too long */
  poll: () => Promise<number | undefined> | Promise<void>;
}

/** A failed poll is logged at a low level, since an unavailable database is reported elsewhere, and repeats at the next interval. */
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

  /** Polls now; during a poll, polls once more after it, since it may have read too early. */
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
    /** Starts no more polls, and waits for the current one. */
    async close(): Promise<void> {
      state = 'closed';
      clearTimeout(timer);
      await polling;
    },
  };
}

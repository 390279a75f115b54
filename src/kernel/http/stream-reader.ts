/**
 * One reader of an event stream, with bounded memory however slow it is: what it has not taken waits in its connection, nothing more
 * is sent until it has taken that, and then it catches up from what is stored. One that takes nothing for a minute is cut off; a
 * browser comes back by itself and reads on.
 */
import type { EventStream } from './event-stream.ts';

/** How long a reader may take nothing. */
const DRAIN_MS = 60_000;

interface Options {
  /** Sends what the reader has not got yet, or begins to: there is something newer, and it is ready. */
  catchUp: () => void;
  /** A reader that was there has left; not called where the stream had closed before. */
  onClose: () => void;
  /** Where tests do not want to wait. */
  drainMs?: number;
}

export type StreamReader = ReturnType<typeof createStreamReader>;

export function createStreamReader(stream: EventStream, { catchUp, onClose, drainMs = DRAIN_MS }: Options) {
  let state: 'ready' | 'draining' | 'behind' | 'closed' = 'ready';
  let cutOff: NodeJS.Timeout | undefined;

  function drained(): void {
    clearTimeout(cutOff);
    const missed = state === 'behind';
    if (state !== 'closed') state = 'ready';
    if (missed) catchUp();
  }

  let wasOpen = false;
  stream.onClose(() => {
    clearTimeout(cutOff);
    state = 'closed';
    if (wasOpen) onClose();
  });
  wasOpen = true;

  return {
    /** Only then is anything sent. */
    isReady: () => state === 'ready',
    isClosed: () => state === 'closed',
    /** @param text one or more events; to a reader that is ready */
    send(text: string): void {
      if (stream.send(text)) return;
      state = 'draining';
      cutOff = setTimeout(() => stream.destroy(), drainMs).unref();
      stream.onDrain(drained);
    },
    /** There is something newer: it catches up now, or when it has taken what it was sent. */
    notify(): void {
      if (state === 'ready') catchUp();
      else if (state === 'draining') state = 'behind';
    },
    end: () => stream.end(),
    sendAway: () => stream.sendAway(),
  };
}

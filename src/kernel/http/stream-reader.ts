/**
 * One reader of an event stream, with bounded memory however slow it is: unread events wait in its connection, nothing more is sent until
 * they are read, and then it catches up from the database. A reader that stalls for a minute is disconnected; a browser reconnects by
 * itself and continues.
 */
import type { EventStream } from './event-stream.ts';

/** How long a reader may stall. */
const DRAIN_MS = 60_000;

interface Options {
  /** Sends what the reader is missing, or starts to: there are newer events, and it is ready. */
  catchUp: () => void;
  /** An open reader has left; not called if the stream had already closed. */
  onClose: () => void;
  /** For tests that cannot wait. */
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
    /** Send only while this is true. */
    isReady: () => state === 'ready',
    isClosed: () => state === 'closed',
    /** @param text one or more events; call only while ready */
    send(text: string): void {
      if (stream.send(text)) return;
      state = 'draining';
      cutOff = setTimeout(() => stream.destroy(), drainMs).unref();
      stream.onDrain(drained);
    },
    /** There are newer events: the reader catches up now, or after reading what it was sent. */
    notify(): void {
      if (state === 'ready') catchUp();
      else if (state === 'draining') state = 'behind';
    },
    end: () => stream.end(),
    sendAway: () => stream.sendAway(),
  };
}

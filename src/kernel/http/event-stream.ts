/** Server-sent events: one response that stays open, with bounded memory however slow its reader is. */
import type { Request, Response } from 'express';

const KEEP_ALIVE_MS = 15_000;
/** How soon a browser reconnects when its stream breaks. */
const RETRY_MS = 500;
/** How soon a browser asks again for a stream whose right has ended. */
const REVOKED_RETRY_MS = 50;
/** A server that stops spreads its readers' reconnects over this time, so they do not all reach the next one at once. */
const SPREAD_MS = 1500;
/** A stream whose right has ended is checked this often until it closes, since the database may be unreachable just then. */
const RECHECK_EVERY_MS = 250;
/** The longest that a timer can wait. */
const MAX_TIMER_MS = 2 ** 31 - 1;

export interface EventStream {
  /** The number in Last-Event-ID, or 0: the last event the reader has. */
  readonly lastEventId: number;
  /**
   * @param text one or more events as `formatEvent` makes them
   * @returns false if the reader is slow or the stream has ended: send no more before `onDrain` calls back
   */
  send(text: string): boolean;
  onDrain(callback: () => void): void;
  onClose(callback: () => void): void;
  end(): void;
  /** Ends it with a retry delay: the reader continues on another server. */
  sendAway(): void;
  /** Closes the connection of a stalled reader. */
  destroy(): void;
  /** Checks again whether the reader may read this, and ends the stream if not. */
  recheck(): Promise<void>;
}
/** The streams of this process, to end them gracefully at shutdown. */
export type OpenStreams = Set<EventStream>;

export const eventStreamHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  // Otherwise nginx would buffer events.
  'x-accel-buffering': 'no',
};

/**
 * @param stillAllowed rechecked while the stream is open; false ends the stream
 * @param endsIn milliseconds until the right to read ends by itself; nothing: it does not
 */
export function openEventStream(
  response: Response,
  open: OpenStreams,
  stillAllowed: () => Promise<boolean>,
  endsIn: () => number | undefined | null = () => undefined,
): EventStream {
  response.writeHead(200, eventStreamHeaders);
  response.write(`retry: ${RETRY_MS}\n\n`);
  // A slow reader's connection outlives the end of the stream until everything is read; writing to it then would end the process.
  const write = (text: string) => !response.writableEnded && response.write(text);
  const keepAlive = setInterval(() => write(':\n\n'), KEEP_ALIVE_MS);
  const closing: (() => void)[] = [];
  let ending: NodeJS.Timeout | undefined;

  const stream: EventStream = {
    lastEventId: lastEventIdOf(response.req),
    send: write,
    onDrain: (callback: () => void) => void response.once('drain', callback),
    // The reader may have left while its rights were checked.
    onClose: (callback: () => void) => (response.closed ? callback() : void closing.push(callback)),
    end: () => void response.end(),
    sendAway: () => void (response.writableEnded || response.end(`retry: ${Math.round(200 + Math.random() * SPREAD_MS)}\n\n`)),
    destroy: () => void response.destroy(),
    recheck: async () => {
      // The next request tells the reader that its right has ended.
      if (!(await stillAllowed()) && !response.writableEnded) response.end(`retry: ${REVOKED_RETRY_MS}\n\n`);
    },
  };
  /** Checks again when the right ends, and from then on until the stream does. */
  function awaitEnd(): void {
    const left = endsIn();
    if (typeof left !== 'number' || response.closed) return;
    const wait = Math.min(Math.max(left, RECHECK_EVERY_MS), MAX_TIMER_MS);
    ending = setTimeout(() => void stream.recheck().then(awaitEnd), wait);
  }
  function close(): void {
    clearInterval(keepAlive);
    clearTimeout(ending);
    open.delete(stream);
    for (const callback of closing) callback();
  }
  open.add(stream);
  if (response.closed) close();
  else {
    response.once('close', close);
    awaitEnd();
  }
  return stream;
}

/** @returns the number in Last-Event-ID, the last event the reader has; 0 if absent */
export const lastEventIdOf = (request: Request): number =>
  Number(/^\d{1,15}$/.exec(String(request.headers['last-event-id'] ?? ''))?.[0] ?? 0);

export function formatEvent(id: number, type: string, data: unknown): string {
  return `id: ${id}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
}

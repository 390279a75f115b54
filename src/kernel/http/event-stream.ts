/** Server-sent events: one reply that stays open, with bounded memory however slow its reader is. */
import type { Request, Response } from 'express';

const KEEP_ALIVE_MS = 15_000;
/** How soon a browser comes back when its stream breaks. */
const RETRY_MS = 500;
/** A server that stops spreads its readers over this time, so that they do not all come to the next one at once. */
const SPREAD_MS = 1500;

export interface EventStream {
  /** The number in Last-Event-ID, or 0: what the reader has already. */
  readonly lastEventId: number;
  /**
   * @param text one or more events as `formatEvent` makes them
   * @returns false when the reader is slow or has been sent the end: send no more before `onDrain` calls back
   */
  send(text: string): boolean;
  onDrain(callback: () => void): void;
  onClose(callback: () => void): void;
  end(): void;
  /** Ends it with a hint when to come back: there is more to read, at another server. */
  sendAway(): void;
  /** Cuts the connection of a reader that takes nothing any more. */
  destroy(): void;
  /** Looks again whether the reader may read this, and sends it away if not. */
  recheck(): Promise<void>;
}
/** The streams of this process, to end them politely at shutdown. */
export type OpenStreams = Set<EventStream>;

export const eventStreamHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  // nginx would otherwise collect events before it passes them on.
  'x-accel-buffering': 'no',
};

/** @param stillAllowed asked again while the stream is open; false sends the reader away */
export function openEventStream(response: Response, open: OpenStreams, stillAllowed: () => Promise<boolean>): EventStream {
  response.writeHead(200, eventStreamHeaders);
  response.write(`retry: ${RETRY_MS}\n\n`);
  // A slow reader's connection stays after the end until it has taken all; writing to it then would end the process.
  const write = (text: string) => !response.writableEnded && response.write(text);
  const keepAlive = setInterval(() => write(':\n\n'), KEEP_ALIVE_MS);
  const closing: (() => void)[] = [];

  const stream: EventStream = {
    lastEventId: lastEventIdOf(response.req),
    send: write,
    onDrain: (callback: () => void) => void response.once('drain', callback),
    // A reader may have left while its rights were looked up.
    onClose: (callback: () => void) => (response.closed ? callback() : void closing.push(callback)),
    end: () => void response.end(),
    sendAway: () => void (response.writableEnded || response.end(`retry: ${Math.round(200 + Math.random() * SPREAD_MS)}\n\n`)),
    destroy: () => void response.destroy(),
    recheck: async () => {
      if (!(await stillAllowed())) stream.sendAway();
    },
  };
  function close(): void {
    clearInterval(keepAlive);
    open.delete(stream);
    for (const callback of closing) callback();
  }
  open.add(stream);
  if (response.closed) close();
  else response.once('close', close);
  return stream;
}

/** @returns the number in Last-Event-ID: what a reader has already; 0 without one */
export const lastEventIdOf = (request: Request): number =>
  Number(/^\d{1,15}$/.exec(String(request.headers['last-event-id'] ?? ''))?.[0] ?? 0);

export function formatEvent(id: number, type: string, data: unknown): string {
  return `id: ${id}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
}

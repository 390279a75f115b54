/** An event stream that says, ahead of its events, which position their reader must see when it reads what they are about. */
import { formatPosition, POSITION_EVENT } from '#wire/position.ts';
import type { EventStream } from './event-stream.ts';

/**
 * Events wait until the primary has said where it is, which it is asked after they came. They come from what had been committed by then,
 * on whichever server.
 */
export const createPositionedStream =
  ({ ask }: { ask: () => Promise<number> }) =>
  (stream: EventStream): EventStream => {
    let waiting = '';
    let sending: Promise<void> | undefined;
    let isReady = true;
    let last = -1;

    async function sendWaiting(): Promise<void> {
      while (waiting !== '') {
        const text = waiting;
        waiting = '';
        const position = await ask();
        // No id: a browser that reconnects continues after the last event.
        const ahead = position !== last ? `event: ${POSITION_EVENT}\ndata: ${formatPosition(position)}\n\n` : '';
        last = position;
        isReady = stream.send(ahead + text);
        if (!isReady) stream.onDrain(() => (isReady = true));
      }
      sending = undefined;
    }

    return {
      ...stream,
      send(text: string): boolean {
        waiting += text;
        sending ??= sendWaiting();
        return isReady;
      },
      end: () => void (sending ? sending.then(stream.end) : stream.end()),
    };
  };

/**
 * Throws away what is left of bodies that nobody reads, so that their connections can take the next request. Left to Node, that goes
 * as fast as it comes: up to two megabytes of each connection before anybody else's turn, which a few dozen of them notice.
 */
import type { IncomingMessage } from 'node:http';

/**
 * One piece of 64 kB at a time, some 6 MB a second of all such requests together: a client that sends ten megabytes before it reads its
 * answer waits for two seconds. Each piece is memory outside the heap, which makes V8 mark the whole heap: at 40 MB a second it did so
 * up to twice a second, for 20 to 190 ms on a busy machine.
 */
const EVERY_MS = 10;

const waiting = new Set<IncomingMessage>();
let timer: NodeJS.Timeout | undefined;

function goOn(): void {
  for (const request of waiting) {
    waiting.delete(request);
    request.resume();
    break;
  }
  if (waiting.size > 0) return;
  clearInterval(timer);
  timer = undefined;
}

/** Takes what is left piece by piece; all such requests take turns. To be called before Node does so itself, when the response ends. */
export function discard(request: IncomingMessage): void {
  if (request.destroyed || request.readableEnded) return;
  function pause(): void {
    request.pause();
    waiting.add(request);
    timer ??= setInterval(goOn, EVERY_MS).unref();
  }
  // Counts as reading: else Node would begin to discard by itself.
  request.read(0);
  request
    .on('data', pause)
    .on('error', () => undefined)
    .on('close', () => waiting.delete(request));
  pause();
}

/** May more of its body come than one piece? */
export function hasLargeBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 64 * 1024;
}

/**
 * Discards unread request bodies, so their connections can serve the next request. Node itself discards as fast as data arrives: up to two
 * megabytes of each connection before any other work, which a few dozen connections make noticeable.
 */
import type { IncomingMessage } from 'node:http';

/**
 * One 64 kB chunk at a time, about 6 MB per second across all such requests: a client that sends ten megabytes before reading the response
 * waits two seconds. Each chunk is memory outside the heap, which makes V8 mark the whole heap: at 40 MB per second it did so up to twice a
 * second, for 20 to 190 ms on a busy machine.
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

/**
 * Reads the rest chunk by chunk, round-robin across all such requests. Call it before Node discards the body itself, when the response
 * ends.
 */
export function discard(request: IncomingMessage): void {
  if (request.destroyed || request.readableEnded) return;
  function pause(): void {
    request.pause();
    waiting.add(request);
    timer ??= setInterval(goOn, EVERY_MS).unref();
  }
  // Counts as reading: otherwise Node would start to discard by itself.
  request.read(0);
  request
    .on('data', pause)
    .on('error', () => undefined)
    .on('close', () => waiting.delete(request));
  pause();
}

/** Whether more than one chunk of its body may follow. */
export function hasLargeBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 64 * 1024;
}

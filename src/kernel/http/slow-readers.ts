/**
 * Cuts off clients that do not take their response: until they do, it is in this process's memory. Streams and large files have bounds of
 * their own; this is for the rest of a response once it is complete.
 */
import type { ServerResponse } from 'node:http';
import { DEFAULT_SLOWNESS } from './receive.ts';

/** @param slowness how slowly a response may be read: the same as for bodies that are sent here */
export function cutOffIfSlow(response: ServerResponse, { graceMs, bytesPerSecond } = DEFAULT_SLOWNESS): void {
  // Emitted once the whole response has been written, to the system or to the socket's queue.
  response.prependListener('prefinish', () => {
    const queued = response.socket?.writableLength ?? 0;
    if (queued === 0) return;
    const timer = setTimeout(() => response.destroy(), graceMs + (queued * 1000) / bytesPerSecond);
    response.once('close', () => clearTimeout(timer));
  });
}

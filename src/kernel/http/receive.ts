/** Reads a request's bytes into one buffer that grows with what arrives. */
import type { Request } from 'express';
import { HttpProblem, tooLarge } from '#kernel/errors.ts';
import { texts } from '#kernel/texts.ts';
import type { ByteReservation } from './byte-quota.ts';

/** How slowly a body may arrive. */
export interface Slowness {
  /** Milliseconds granted to every body. */
  graceMs: number;
  /** The minimum average after that, in bytes per second. */
  bytesPerSecond: number;
}

/** A sign-in over a bad connection fits the grace; ten megabytes that trickle in would block others. */
export const DEFAULT_SLOWNESS: Slowness = { graceMs: 10_000, bytesPerSecond: 16 * 1024 };
const FIRST_BYTES = 16 * 1024;
const LARGE_CHUNK = 16 * 1024;

/**
 * @param max bytes
 * @param reservation counts the buffer, not the content-length: a client that sends nothing blocks nobody
 * @throws 413 as soon as it is known, to stop useless uploads and, in chunks, endless ones; 503 if other bodies use all memory; 408 for a
 * slow sender; 400 if the sender disconnects
 */
export function receive(request: Request, max: number, reservation: ByteReservation, slowness = DEFAULT_SLOWNESS): Promise<Buffer> {
  const promised = Number(request.headers['content-length'] ?? Number.NaN);
  if (promised > max) throw tooLarge(max);
  return new Promise((resolve, reject) => {
    const begun = performance.now();
    // One buffer instead of a list: a body in one-byte chunks would make a list of ten million objects.
    let buffer: Buffer = Buffer.alloc(0);
    let length = 0;
    let timer: NodeJS.Timeout | undefined;
    let over = false;

    function end(error?: unknown): void {
      clearTimeout(timer);
      request.off('data', take).off('end', finish).off('close', breakOff).off('error', breakOff);
      over = true;
      if (!error) return resolve(buffer.subarray(0, length));
      // Ignores late errors of the connection. The rest of the body is discarded after the response.
      request.on('error', () => undefined).pause();
      reject(error);
    }
    /** A single connection may have megabytes ready; let other work run first. */
    function letOthersGoFirst(): void {
      request.pause();
      setImmediate(() => {
        if (!over) request.resume();
      });
    }
    function take(chunk: Buffer): void {
      try {
        if (length + chunk.length > max) throw tooLarge(max);
        makeRoom(chunk);
        length += chunk.length;
        if (chunk.length >= LARGE_CHUNK && length !== promised) letOthersGoFirst();
      } catch (error) {
        end(error);
      }
    }
    /** Doubles the buffer, up to the announced length, so copying stays linear. */
    function makeRoom(chunk: Buffer): void {
      const needed = length + chunk.length;
      if (needed > buffer.length) {
        // Usually the whole body arrives in one chunk, which is used without copying.
        const whole = length === 0 && chunk.length === promised;
        const size = Math.min(Math.max(needed, 2 * buffer.length, FIRST_BYTES), Math.max(needed, promised || max));
        reservation.reserve((whole ? needed : size) - buffer.length);
        if (whole) {
          buffer = chunk;
          return;
        }
        const larger = Buffer.allocUnsafeSlow(size);
        buffer.copy(larger, 0, 0, length);
        buffer = larger;
      }
      chunk.copy(buffer, length);
    }
    function finish(): void {
      end();
    }
    function breakOff(cause?: Error): void {
      end(new HttpProblem(400, 'aborted', texts.problems.aborted, { cause }));
    }
    function look(): void {
      const left = slowness.graceMs + (length * 1000) / slowness.bytesPerSecond - (performance.now() - begun);
      if (left <= 0) end(tooSlow());
      else timer = setTimeout(look, left);
    }

    if (request.destroyed) return breakOff();
    timer = setTimeout(look, slowness.graceMs);
    request.on('data', take).on('end', finish).on('close', breakOff).on('error', breakOff);
  });
}

export const tooSlow = () =>
  new HttpProblem(408, 'too_slow', texts.problems.tooSlow, {
    headers: { connection: 'close' },
  });

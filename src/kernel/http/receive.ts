/** Takes a request's bytes off the wire into one buffer that grows with what arrives. */
import type { Request } from 'express';
import { HttpProblem, tooLarge } from '#kernel/errors.ts';
import type { ByteReservation } from './byte-quota.ts';

/** How slowly a body may come. */
export interface Slowness {
  /** Milliseconds that every body gets. */
  graceMs: number;
  /** Bytes a second that it must reach on average after that. */
  bytesPerSecond: number;
}

/** A sign-in over a bad line fits the grace; ten megabytes that trickle in would keep others out. */
const DEFAULT_SLOWNESS: Slowness = { graceMs: 10_000, bytesPerSecond: 16 * 1024 };
const FIRST_BYTES = 16 * 1024;
const LARGE_CHUNK = 16 * 1024;

/**
 * @param max bytes
 * @param reservation counts the buffer, not what was promised by content-length: who sends nothing keeps nobody out
 * @throws 413 as soon as it is known, so that nobody uploads for nothing or, in chunks, without end; 503 when other bodies take all
 *   there is; 408 for a sender that is too slow; 400 for one that went away
 */
export function receive(request: Request, max: number, reservation: ByteReservation, slowness = DEFAULT_SLOWNESS): Promise<Buffer> {
  const promised = Number(request.headers['content-length'] ?? Number.NaN);
  if (promised > max) throw tooLarge(max);
  return new Promise((resolve, reject) => {
    const begun = performance.now();
    // One buffer instead of a list: a body in chunks of one byte would make a list of ten million objects.
    let buffer: Buffer = Buffer.alloc(0);
    let length = 0;
    let timer: NodeJS.Timeout | undefined;
    let over = false;

    function end(error?: unknown): void {
      clearTimeout(timer);
      request.off('data', take).off('end', finish).off('close', breakOff).off('error', breakOff);
      over = true;
      if (!error) return resolve(buffer.subarray(0, length));
      // A late error of the connection is nobody's any more. What is left of the body is discarded once the answer has gone.
      request.on('error', () => undefined).pause();
      reject(error);
    }
    /** One connection may have megabytes at hand; the others come first. */
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
    /** Doubles what there is, as far as the promised length, so that copying stays linear. */
    function makeRoom(chunk: Buffer): void {
      const needed = length + chunk.length;
      if (needed > buffer.length) {
        // Mostly the whole body comes at once, and is used as it came.
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
      end(new HttpProblem(400, 'aborted', 'The request ended before its body was complete.', { cause }));
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

const tooSlow = () =>
  new HttpProblem(408, 'too_slow', 'The body arrived too slowly and was cut off. Check the connection and send it again.', {
    headers: { connection: 'close' },
  });

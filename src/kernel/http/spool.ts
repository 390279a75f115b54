/** Receives a request's body into a file: for bodies too large for memory. */
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request } from 'express';
import { badRequest, HttpProblem, tooLarge, unsupportedMedia } from '#kernel/errors.ts';
import { texts } from '#kernel/texts.ts';
import type { SpooledBody } from '#wire/contract.ts';
import { type ByteReservation, createByteQuota } from './byte-quota.ts';
import { tooSlow } from './receive.ts';

/** Disk space of all bodies together, and of one person’s, in largest bodies. */
const MAX_LARGEST = 4;
const MAX_LARGEST_OF_PERSON = 2;
/** Without a byte for this long, the sender is considered gone. */
const STALLED_MS = 30_000;

/** @param maxBytes of one body */
export function createSpool({ maxBytes }: { maxBytes: number }) {
  const disk = createByteQuota({ max: MAX_LARGEST * maxBytes, share: MAX_LARGEST_OF_PERSON * maxBytes });

  return {
    /**
     * @param owner a person's id
     * @returns the body, and a function that deletes it
     * @throws 400 if the sender breaks off, 408 if it stalls, 413, 415, 503 `busy`
     */
    async receive(request: Request, owner: string): Promise<{ value: SpooledBody; release: () => void }> {
      if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
      if ((request.headers['content-encoding'] ?? 'identity') !== 'identity') throw unsupportedMedia(texts.problems.notPlain);
      const reservation = disk.reserveFor(owner);
      let folder: string | undefined;
      const release = () => {
        reservation.release();
        if (folder) void rm(folder, { recursive: true, force: true });
      };
      try {
        folder = await mkdtemp(join(tmpdir(), 'guildhall-'));
        const path = join(folder, 'body');
        return { value: { path, size: await write(request, path, maxBytes, reservation) }, release };
      } catch (error) {
        release();
        throw error;
      }
    },
    /** Bytes of bodies on disk. */
    inFlight: disk.inFlight,
  };
}

/** @returns how many bytes came */
async function write(request: Request, path: string, maxBytes: number, reservation: ByteReservation): Promise<number> {
  let size = 0;
  const stalled = new AbortController();
  const timer = setTimeout(() => stalled.abort(), STALLED_MS);
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      timer.refresh();
      size += chunk.length;
      try {
        if (size > maxBytes) throw tooLarge(maxBytes);
        reservation.reserve(chunk.length);
        done(null, chunk);
      } catch (error) {
        done(error as Error);
      }
    },
  });
  // `pipeline` would destroy the request, and with it the connection that the problem is sent over.
  const source = request.iterator({ destroyOnReturn: false });
  try {
    await pipeline(source, count, createWriteStream(path, { mode: 0o600 }), { signal: stalled.signal });
    if (!request.complete) throw badRequest('aborted', texts.problems.aborted);
    return size;
  } catch (error) {
    if (error instanceof HttpProblem) throw error;
    if (stalled.signal.aborted) throw tooSlow();
    if (request.destroyed) throw new HttpProblem(400, 'aborted', texts.problems.aborted, { cause: error });
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

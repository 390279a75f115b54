/** Receives a request's body into a file: for bodies too large for memory. */
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request } from 'express';
import { badRequest, busy, HttpProblem, tooLarge, unsupportedMedia } from '#kernel/errors.ts';
import type { SpooledBody } from '#wire/contract.ts';

/** Bodies on disk at once, of one person and in all: together with the largest body, they bound the disk space. */
const MAX_OF_PERSON = 2;
const MAX_AT_ONCE = 8;
const RETRY_AFTER_S = 10;
/** Without a byte for this long, the sender is considered gone. */
const STALLED_MS = 30_000;

export type Spool = ReturnType<typeof createSpool>;

/** @param maxBytes of one body */
export function createSpool({ maxBytes }: { maxBytes: number }) {
  const owners: string[] = [];

  return {
    /**
     * @param owner a person's id
     * @returns the body, and a function that deletes it
     * @throws 400 if the sender breaks off, 408 if it stalls, 413, 415, 503 `busy`
     */
    async receive(request: Request, owner: string): Promise<{ value: SpooledBody; release: () => void }> {
      if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
      if ((request.headers['content-encoding'] ?? 'identity') !== 'identity')
        throw unsupportedMedia('plain bytes, without a content-encoding');
      if (owners.length >= MAX_AT_ONCE || owners.filter((each) => each === owner).length >= MAX_OF_PERSON) throw busy(RETRY_AFTER_S);
      owners.push(owner);
      let folder: string | undefined;
      const release = () => {
        owners.splice(owners.indexOf(owner), 1);
        if (folder) void rm(folder, { recursive: true, force: true });
      };
      try {
        folder = await mkdtemp(join(tmpdir(), 'guildhall-'));
        const path = join(folder, 'body');
        return { value: { path, size: await write(request, path, maxBytes) }, release };
      } catch (error) {
        release();
        throw error;
      }
    },
    /** Bodies on disk. */
    inFlight: () => owners.length,
  };
}

/** @returns how many bytes came */
async function write(request: Request, path: string, maxBytes: number): Promise<number> {
  let size = 0;
  const stalled = new AbortController();
  const timer = setTimeout(() => stalled.abort(), STALLED_MS);
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      timer.refresh();
      size += chunk.length;
      done(size > maxBytes ? tooLarge(maxBytes) : null, chunk);
    },
  });
  // `pipeline` would destroy the request, and with it the connection that the problem is sent over.
  const source = request.iterator({ destroyOnReturn: false });
  try {
    await pipeline(source, count, createWriteStream(path, { mode: 0o600 }), { signal: stalled.signal });
    if (!request.complete) throw badRequest('aborted', 'The request ended before its body was complete.');
    return size;
  } catch (error) {
    if (error instanceof HttpProblem) throw error;
    if (stalled.signal.aborted)
      throw new HttpProblem(408, 'too_slow', 'The body arrived too slowly and was cut off. Check the connection and send it again.', {
        headers: { connection: 'close' },
      });
    if (request.destroyed) throw new HttpProblem(400, 'aborted', 'The request ended before its body was complete.', { cause: error });
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

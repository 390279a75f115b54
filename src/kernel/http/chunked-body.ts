/** A reply that is read while it is sent: of a large file, only one piece is in memory, however slowly it is taken. */
import type { Response } from 'express';

/** Without any progress; a slow reader makes some. */
const STALLED_MS = 60_000;

export interface ChunkedBody {
  /** Bytes of all of them. */
  length: number;
  chunks: AsyncIterable<Uint8Array>;
}

export const isChunkedBody = (body: unknown): body is ChunkedBody => typeof body === 'object' && body !== null && 'chunks' in body;

/** @throws what reading throws; the reply may have begun by then */
export async function sendChunked(response: Response, status: number, { length, chunks }: ChunkedBody): Promise<void> {
  response.statusCode = status;
  response.setHeader('content-length', length);
  if (response.req.method === 'HEAD') return void response.end();
  // Node then closes the connection, unless some of it was taken meanwhile.
  response.setTimeout(STALLED_MS);
  for await (const chunk of chunks) {
    if (response.closed) return;
    if (!response.write(chunk)) await drained(response);
  }
  response.end();
}

function drained(response: Response): Promise<void> {
  return new Promise((resolve) => {
    function done(): void {
      response.off('drain', done).off('close', done);
      resolve();
    }
    if (response.closed) resolve();
    else response.on('drain', done).on('close', done);
  });
}

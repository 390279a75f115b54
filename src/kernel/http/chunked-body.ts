/** A response that is read while it is sent: only one chunk of a large file is in memory, however slow the client. */
import type { Response } from 'express';

/** Without any progress; a slow reader makes some. */
const STALLED_MS = 60_000;

export interface ChunkedBody {
  /** Total bytes, if they are known before. */
  length?: number;
  chunks: AsyncIterable<Uint8Array>;
}

export const isChunkedBody = (body: unknown): body is ChunkedBody => typeof body === 'object' && body !== null && 'chunks' in body;

/**
 * @param mayContinue asked before each chunk but the first; false closes the connection: a slow client may take hours
 * @throws what reading throws; the response may have started by then
 */
export async function sendChunked(
  response: Response,
  status: number,
  { length, chunks }: ChunkedBody,
  mayContinue: () => Promise<boolean>,
): Promise<void> {
  response.statusCode = status;
  if (length !== undefined) response.setHeader('content-length', length);
  if (response.req.method === 'HEAD') return void response.end();
  // Node then closes the connection, unless the client has read some of it.
  response.setTimeout(STALLED_MS);
  let first = true;
  for await (const chunk of chunks) {
    if (response.closed) return;
    if (!first && !(await mayContinue())) return void response.destroy();
    first = false;
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

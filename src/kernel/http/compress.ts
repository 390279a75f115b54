/** Compresses text responses for clients that accept gzip: a list of 520 files is 230 kB plain and 30 kB compressed. */
import { promisify } from 'node:util';
import { gzip, gzipSync } from 'node:zlib';
import type { Request } from 'express';

/** Bytes; a smaller response fits into one packet anyway. */
const MIN_BYTES = 1024;
/** Bytes; a larger one is a download, which would occupy a pool thread for 50 ms or more. */
const MAX_BYTES = 2 * 1024 * 1024;
/** Bytes that compress faster than a round trip to another thread: 0.2 ms at most. */
const MAX_SYNC_BYTES = 16 * 1024;
const options = { level: 4 };

const gzipInThread = promisify(gzip);

/** Whether a response of this type and size is worth compressing. If so, its bytes depend on Accept-Encoding. */
export const isCompressible = (type: unknown, bytes: number): boolean =>
  bytes >= MIN_BYTES && bytes <= MAX_BYTES && /^(?:text\/(?!event-stream)|application\/(?:[\w.-]+\+)?json)/.test(String(type));

/** Whether the client accepts gzip. RFC 9110, section 12.5.3; `q=0` rejects it. */
export function takesGzip({ headers }: Request): boolean {
  const accepted = headers['accept-encoding'];
  return accepted !== undefined && /\bgzip\b(?!\s*;\s*q=0(?:\.0{0,3})?\s*(?:,|$))/i.test(String(accepted));
}

/** @returns synchronously for a small body */
export const compress = (body: Uint8Array): Buffer | Promise<Buffer> =>
  body.byteLength <= MAX_SYNC_BYTES ? gzipSync(body, options) : gzipInThread(body, options);

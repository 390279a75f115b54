/** Compresses replies that are text, where the client takes gzip: a list of 520 files is 230 kB plain and 30 kB compressed. */
import { promisify } from 'node:util';
import { gzip, gzipSync } from 'node:zlib';
import type { Request } from 'express';

/** Bytes; a smaller reply fits into one packet anyway. */
const MIN_BYTES = 1024;
/** Bytes; a larger one is a download, which would hold a thread of the pool for 50 ms and more. */
const MAX_BYTES = 2 * 1024 * 1024;
/** Bytes that take less time than handing them to another thread and back: 0.2 ms at most. */
const MAX_SYNC_BYTES = 16 * 1024;
const options = { level: 4 };

const gzipInThread = promisify(gzip);

/** Is a reply of this type and size worth compressing at all? Its bytes then depend on Accept-Encoding. */
export const isCompressible = (type: unknown, bytes: number): boolean =>
  bytes >= MIN_BYTES && bytes <= MAX_BYTES && /^(?:text\/(?!event-stream)|application\/(?:[\w.-]+\+)?json)/.test(String(type));

/** Does the client take gzip? RFC 9110, section 12.5.3; `q=0` refuses it. */
export function takesGzip({ headers }: Request): boolean {
  const accepted = headers['accept-encoding'];
  return accepted !== undefined && /\bgzip\b(?!\s*;\s*q=0(?:\.0{0,3})?\s*(?:,|$))/i.test(String(accepted));
}

/** @returns at once for a small body */
export const compress = (body: Uint8Array): Buffer | Promise<Buffer> =>
  body.byteLength <= MAX_SYNC_BYTES ? gzipSync(body, options) : gzipInThread(body, options);

/** Writes a response: JSON with an ETag if it is cacheable, 304 if the client already has it. */
import { hash } from 'node:crypto';
import type { Request, Response } from 'express';
import { compress, isCompressible, takesGzip } from './compress.ts';

/** JSON ready to send, with a tag that identifies its version. */
export interface ReadyJson {
  body: Buffer;
  etag: string;
  /** Created for the first client that accepts it. */
  gzipped?: Buffer | Promise<Buffer>;
}

/** Whether If-None-Match contains this tag. Weak comparison, as RFC 9110 specifies for reads. */
export function isFresh(request: Request, etag: string): boolean {
  const known = request.headers['if-none-match'];
  if (!known) return false;
  const bare = etag.replace(/^W\//, '');
  return known.split(',').some((tag) => tag.trim().replace(/^W\//, '') === bare);
}

export function prepareJson(value: unknown): ReadyJson {
  const body = Buffer.from(JSON.stringify(value));
  return { body, etag: `W/"${hash('sha1', body, 'base64url')}"` };
}

/**
 * A response that may be requested again. Clients that cached it send its tag and get a 304.
 * @param keep allow the browser to cache it on disk
 */
export function sendReady(response: Response, ready: ReadyJson, keep: boolean): void {
  const { body, etag } = ready;
  response.setHeader('content-type', 'application/json; charset=utf-8');
  if (keep) response.setHeader('cache-control', 'private, no-cache');
  response.setHeader('etag', etag);
  if (isFresh(response.req, etag)) return end(response, 304);
  endWith(response, 200, body, () => (ready.gzipped ??= compress(body)));
}

/** A response to this request only. */
export function sendJson(response: Response, status: number, value: unknown, type = 'application/json'): void {
  response.setHeader('content-type', `${type}; charset=utf-8`);
  response.setHeader('cache-control', 'no-store');
  end(response, status, Buffer.from(JSON.stringify(value)));
}

/** @param body undefined for a response without one */
export function end(response: Response, status: number, body?: Uint8Array): void {
  endWith(response, status, body, compress);
}

/** @param compressed the body as gzip, synchronously if already compressed */
function endWith(
  response: Response,
  status: number,
  body: Uint8Array | undefined,
  compressed: (body: Uint8Array) => Buffer | Promise<Buffer>,
): void {
  response.statusCode = status;
  if (!body) return void response.end();
  // A range refers to the uncompressed bytes.
  if (status === 206 || !isCompressible(response.getHeader('content-type'), body.byteLength)) return endPlain(response, body);
  response.appendHeader('vary', 'Accept-Encoding');
  if (response.req.method === 'HEAD' || !takesGzip(response.req)) return endPlain(response, body);
  const small = compressed(body);
  if (!(small instanceof Promise)) return endGzipped(response, small);
  small.then(
    (late) => endGzipped(response, late),
    () => endPlain(response, body),
  );
}

function endPlain(response: Response, body: Uint8Array): void {
  response.setHeader('content-length', body.byteLength);
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

function endGzipped(response: Response, body: Buffer): void {
  response.setHeader('content-encoding', 'gzip');
  response.setHeader('content-length', body.byteLength);
  // A strong tag identifies exact bytes, and belongs to the uncompressed ones.
  const etag = response.getHeader('etag');
  if (typeof etag === 'string' && !etag.startsWith('W/')) response.setHeader('etag', `W/${etag}`);
  response.end(body);
}

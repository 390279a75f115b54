/** Writes a reply: JSON with an ETag where it may be asked for again, 304 when the client has it already. */
import { hash } from 'node:crypto';
import type { Request, Response } from 'express';

/** JSON as it goes over the wire, with the tag that tells it from other versions of itself. */
export interface ReadyJson {
  body: Buffer;
  etag: string;
}

/** Does If-None-Match name this tag? Weak comparison, as RFC 9110 wants it for reads. */
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

/** A reply that may be asked for again. */
export function sendReady(response: Response, { body, etag }: ReadyJson): void {
  response.setHeader('content-type', 'application/json; charset=utf-8');
  response.setHeader('cache-control', 'private, no-cache');
  response.setHeader('etag', etag);
  if (isFresh(response.req, etag)) end(response, 304);
  else end(response, 200, body);
}

/** A reply to this request only. */
export function sendJson(response: Response, status: number, value: unknown, type = 'application/json'): void {
  response.setHeader('content-type', `${type}; charset=utf-8`);
  response.setHeader('cache-control', 'no-store');
  end(response, status, Buffer.from(JSON.stringify(value)));
}

/** @param body undefined for a reply without one */
export function end(response: Response, status: number, body?: Uint8Array): void {
  response.statusCode = status;
  if (!body) return void response.end();
  response.setHeader('content-length', body.byteLength);
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

/** Writes a reply: JSON with an ETag where it may be asked for again, 304 when the client has it already. */
import { hash } from 'node:crypto';
import type { Request, Response } from 'express';

/** Does If-None-Match name this tag? Weak comparison, as RFC 9110 wants it for reads. */
export function isFresh(request: Request, etag: string): boolean {
  const known = request.headers['if-none-match'];
  if (!known) return false;
  const bare = etag.replace(/^W\//, '');
  return known.split(',').some((tag) => tag.trim().replace(/^W\//, '') === bare);
}

export function sendJson(response: Response, status: number, value: unknown, type = 'application/json'): void {
  const body = JSON.stringify(value);
  const { req } = response;
  const readable = status === 200 && (req.method === 'GET' || req.method === 'HEAD');
  response.setHeader('content-type', `${type}; charset=utf-8`);
  if (!response.hasHeader('cache-control')) response.setHeader('cache-control', readable ? 'private, no-cache' : 'no-store');
  if (readable) {
    const etag = `W/"${hash('sha1', body, 'base64url')}"`;
    response.setHeader('etag', etag);
    if (isFresh(req, etag)) return end(response, 304);
  }
  end(response, status, Buffer.from(body));
}

/** @param body undefined for a reply without one */
export function end(response: Response, status: number, body?: Uint8Array): void {
  response.statusCode = status;
  if (!body) return void response.end();
  response.setHeader('content-length', body.byteLength);
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

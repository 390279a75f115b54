/** Names every request: its reply and its log line carry the same id, pages and files included. */
import { randomUUID } from 'node:crypto';
import type { NextFunction, Request, Response } from 'express';

const HEADER = 'x-request-id';

/** The client's own id where it is fit to be logged, else a new one. */
export function nameRequest(request: Request, response: Response, next: NextFunction): void {
  const given = request.headers[HEADER];
  response.setHeader(HEADER, typeof given === 'string' && /^[\w.-]{8,64}$/.test(given) ? given : randomUUID());
  response.setHeader('x-content-type-options', 'nosniff');
  next();
}

export function requestIdOf(response: Response): string {
  return String(response.getHeader(HEADER));
}

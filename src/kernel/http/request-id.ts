/** Assigns every request an id, which its response and log line share, including pages and files. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { NextFunction, Request, Response } from 'express';

const HEADER = 'x-request-id';

/** Visible characters that are safe in a header, a log line and a shell. */
const usable = /^[\w.~:/+=@#,;|!$*()-]{1,128}$/;

/** W3C Trace Context: version, trace id, parent id, flags; versions after 00 may add more. */
const trace = /^(?:00(?=.{53}$)|(?!00|ff)[\da-f]{2})-(?!0{32})([\da-f]{32})-(?!0{16})[\da-f]{16}-[\da-f]{2}(?:-|$)/;

/** The client's own id if it is safe to log, else a new one. */
export function requestIdFor(request: IncomingMessage): string {
  const given = request.headers[HEADER];
  return typeof given === 'string' && usable.test(given) ? given : randomUUID();
}

export function nameRequest(request: Request, response: Response, next: NextFunction): void {
  response.setHeader(HEADER, requestIdFor(request));
  next();
}

export function requestIdOf(response: Response): string {
  return String(response.getHeader(HEADER));
}

/** @returns the trace that a proxy or another system assigned to this request */
export function traceIdOf(request: Request): string | undefined {
  const given = request.headers['traceparent'];
  return typeof given === 'string' ? trace.exec(given)?.[1] : undefined;
}

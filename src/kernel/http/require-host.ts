/**
 * Rejects requests for another site's name. A page of that site could make its name resolve to this server (DNS rebinding), and would then
 * share Guildhall's origin in the browser; an IP address cannot be redirected that way.
 */
import { isIP } from 'node:net';
import type { NextFunction, Request, Response } from 'express';
import { forbidden } from '#kernel/errors.ts';
import { texts } from '#kernel/texts.ts';

/** For probes, which use any name of a server and receive no personal data. */
const EXEMPT = /^\/(?:metrics|api\/health(?:\/\w+)?)$/;
const MAX_SHOWN = 100;

/** @param publicUrl where people reach this Guildhall @returns middleware to run first */
export function requireHost(publicUrl: string) {
  const own = new Set(['localhost', new URL(publicUrl).hostname]);
  return (request: Request, _response: Response, next: NextFunction): void => {
    const { host } = request.headers;
    // Every browser sends it.
    if (!host || EXEMPT.test(request.path)) return next();
    const name = nameOf(host);
    if (name !== undefined && (own.has(name) || isIP(name.replace(/^\[|\]$/g, '')) !== 0)) return next();
    const shown = host.slice(0, MAX_SHOWN);
    next(forbidden(texts.problems.wrongHost(shown, publicUrl), 'wrong_host'));
  };
}

/** @returns the name or address of a Host header, in lower case and without a port; undefined if invalid */
function nameOf(host: string): string | undefined {
  if (/[\s/?#@\\]/.test(host) || !URL.canParse(`http://${host}`)) return undefined;
  return new URL(`http://${host}`).hostname.replace(/\.$/, '');
}

/**
 * Refuses requests for another site's name. A page of that site could have its name point here once it is open (DNS rebinding),
 * and would then be the same origin as Guildhall for the browser; a number cannot be made to point elsewhere.
 */
import { isIP } from 'node:net';
import type { NextFunction, Request, Response } from 'express';
import { forbidden } from '#kernel/errors.ts';

/** For probes, which name a server by whatever they know of it, and are told nothing of anybody. */
const EXEMPT = /^\/(?:metrics|api\/health(?:\/\w+)?)$/;
const MAX_SHOWN = 100;

/** @param publicUrl where people reach this Guildhall @returns middleware for before everything else */
export function requireHost(publicUrl: string) {
  const own = new Set(['localhost', new URL(publicUrl).hostname]);
  return (request: Request, _response: Response, next: NextFunction): void => {
    const { host } = request.headers;
    // No browser leaves it out.
    if (!host || EXEMPT.test(request.path)) return next();
    const name = nameOf(host);
    if (name !== undefined && (own.has(name) || isIP(name.replace(/^\[|\]$/g, '')) !== 0)) return next();
    const shown = host.slice(0, MAX_SHOWN);
    next(
      forbidden(`Nothing is served under the name ${shown}. Use ${publicUrl}, or set PUBLIC_URL to the address people use.`, 'wrong_host'),
    );
  };
}

/** @returns the name or number of a Host header, in lower case and without a port; undefined for what is none */
function nameOf(host: string): string | undefined {
  if (/[\s/?#@\\]/.test(host) || !URL.canParse(`http://${host}`)) return undefined;
  return new URL(`http://${host}`).hostname.replace(/\.$/, '');
}

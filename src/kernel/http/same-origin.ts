/** Refuses changes that another site makes with a person's cookie. The rule of Go's net/http CrossOriginProtection. */
import type { Request } from 'express';
import { forbidden } from '#kernel/errors.ts';

/** @throws 403 when a browser says that the request comes from elsewhere; clients that are no browsers say nothing and pass */
export function requireSameOrigin(request: Request): void {
  const site = request.headers['sec-fetch-site'];
  if (site === 'same-origin' || site === 'none') return;
  const { origin, host } = request.headers;
  if (site === undefined && (origin === undefined || hostOf(origin) === host)) return;
  throw forbidden('This request was made by another site. Use Guildhall at its own address.', 'cross_origin');
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

/** Was this read made by a page of Guildhall itself? Over plain HTTP browsers name the page in Referer alone. */
export function isOwnPage({ headers }: Request): boolean {
  const site = headers['sec-fetch-site'];
  return site === undefined ? headers.referer !== undefined && hostOf(headers.referer) === headers.host : site === 'same-origin';
}

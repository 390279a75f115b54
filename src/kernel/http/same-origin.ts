/** Rejects changes that another site makes with a person's cookie. The rule of Go's net/http CrossOriginProtection. */
import type { Request } from 'express';
import { forbidden } from '#kernel/errors.ts';
import { texts } from '#kernel/texts.ts';

/** @throws 403 if a browser reports another origin; clients that are not browsers report nothing and pass */
export function requireSameOrigin(request: Request): void {
  const site = request.headers['sec-fetch-site'];
  if (site === 'same-origin' || site === 'none') return;
  const { origin, host } = request.headers;
  if (site === undefined && (origin === undefined || hostOf(origin) === host)) return;
  throw forbidden(texts.problems.crossOrigin, 'cross_origin');
}

/** @returns an empty text for `null` and other origins without a host: no request without Host may match it */
function hostOf(origin: string): string {
  return URL.canParse(origin) ? new URL(origin).host : '';
}

/** Whether a page of Guildhall itself made this read. Over plain HTTP, browsers name the page only in Referer. */
export function isOwnPage({ headers }: Request): boolean {
  const site = headers['sec-fetch-site'];
  return site === undefined ? headers.referer !== undefined && hostOf(headers.referer) === headers.host : site === 'same-origin';
}

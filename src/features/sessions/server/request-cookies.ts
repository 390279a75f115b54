/** All values of a request's cookie: another site below the same domain may have set one of the same name. */
import type { Request } from 'express';

/** @returns decoded values, in the browser's order; undecodable ones are skipped */
export function cookiesOf(request: Request, name: string): string[] {
  const header = request.headers.cookie;
  if (!header?.includes(name)) return [];
  return header.split(';').flatMap((pair) => {
    const equals = pair.indexOf('=');
    if (equals < 0 || pair.slice(0, equals).trim() !== name) return [];
    try {
      return [decodeURIComponent(pair.slice(equals + 1).trim())];
    } catch {
      return [];
    }
  });
}

/** All values of a cookie that a request carries: another site below the same domain may have set one of that name, too. */
import type { Request } from 'express';

/** @returns decoded values, in the order in which the browser sent them; what cannot be decoded is left out */
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

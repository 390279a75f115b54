import type { Request } from 'express';

/** The client's address, as proxies that are trusted tell it; IPv4 in its own notation also on a socket for both. */
export function addressOf(request: Request): string {
  return (request.ip ?? '').replace(/^::ffff:(?=\d+\.)/, '');
}

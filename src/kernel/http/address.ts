import { isIP } from 'node:net';
import type { Request } from 'express';

/**
 * The client's address, as proxies that are trusted tell it; IPv4 in its own notation also on a socket for both. What a header
 * tells that is no address counts as told by nobody: it would become a key of limits, of any length.
 */
export function addressOf(request: Request): string {
  const told = request.ip ?? '';
  const address = isIP(told) ? told : (request.socket.remoteAddress ?? '');
  return address.replace(/^::ffff:(?=\d+\.)/, '');
}

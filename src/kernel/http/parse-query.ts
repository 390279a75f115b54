import { type ParsedUrlQuery, parse } from 'node:querystring';
import { badRequest } from '#kernel/errors.ts';

/**
 * Node decodes broken UTF-8 to U+FFFD, and two files that differ would become one.
 * @param text null for an address without one
 * @throws 400 for what is not percent-encoded UTF-8
 */
export function parseQuery(text: string | null): ParsedUrlQuery {
  if (text?.includes('%')) {
    try {
      decodeURIComponent(text);
    } catch {
      throw badRequest('malformed_query', 'The part of the address after ? is not percent-encoded UTF-8. Encode it and send it again.');
    }
  }
  return parse(text ?? '');
}

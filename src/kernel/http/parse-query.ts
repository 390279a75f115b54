import { type ParsedUrlQuery, parse } from 'node:querystring';
import { badRequest } from '#kernel/errors.ts';
import { texts } from '#kernel/texts.ts';

/**
 * Node decodes invalid UTF-8 to U+FFFD, so two different files would become one.
 * @param text null for a URL without a query
 * @throws 400 if it is not percent-encoded UTF-8
 */
export function parseQuery(text: string | null): ParsedUrlQuery {
  if (text?.includes('%')) {
    try {
      decodeURIComponent(text);
    } catch {
      throw badRequest('malformed_query', texts.problems.malformedQuery);
    }
  }
  return parse(text ?? '');
}

import { busy, problemOf } from '#kernel/errors.ts';

const RETRY_AFTER_S = 2;

/** The 503 `busy` for a request of which nothing more than its id is known. */
export function createRefusal(requestId: string): { headers: Record<string, string | number>; body: Buffer } {
  const { problem, headers } = problemOf(busy(RETRY_AFTER_S), requestId);
  const body = Buffer.from(JSON.stringify(problem));
  const type = { 'content-type': 'application/problem+json; charset=utf-8', 'cache-control': 'no-store', 'x-request-id': requestId };
  return { headers: { ...type, ...headers, 'content-length': body.byteLength }, body };
}

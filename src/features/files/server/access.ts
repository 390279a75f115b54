/** Whose share of the comparison thread is used, and who a change is by. */
import { unauthenticated } from '#kernel/errors.ts';
import type { Identity, RequestContext } from '#kernel/http/route.ts';
import { rights } from '#wire/rights.ts';
import type { Asker } from './comparer.ts';
import type { ChangeAuthor } from './record.ts';

/** The caller, until the response is sent or the request aborted. @throws 401 */
export function askerOf({ identity, signal }: RequestContext): Asker {
  if (!identity) throw unauthenticated();
  return { kind: 'person', id: identity.id, signal };
}

/** The caller as the author of a change. */
export function authorOf({ id, token }: Identity): ChangeAuthor {
  const accepts = token === undefined || token.scopes.includes(rights['instructions.accept'].scope);
  return { userId: id, runId: null, ...(!accepts && { accepts }) };
}

/** Whose share of the comparison thread is used. */
import { unauthenticated } from '#kernel/errors.ts';
import type { RequestContext } from '#kernel/http/route.ts';
import type { Asker } from './comparer.ts';

/** The author of what a person changes. */
export const authorOf = ({ identity }: { identity: { id: string } }) => ({ userId: identity.id, runId: null });

/** The caller, until the response is sent or the request aborted. @throws 401 */
export function askerOf({ identity, signal }: RequestContext): Asker {
  if (!identity) throw unauthenticated();
  return { kind: 'person', id: identity.id, signal };
}

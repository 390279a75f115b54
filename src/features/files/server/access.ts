/** On whose turn something is compared. */
import { unauthenticated } from '#kernel/errors.ts';
import type { RequestContext } from '#kernel/http/route.ts';
import type { Asker } from './comparer.ts';

/** Whoever asks, for as long as they wait for the answer. @throws 401 */
export function askerOf({ identity, signal }: RequestContext): Asker {
  if (!identity) throw unauthenticated();
  return { kind: 'person', id: identity.id, signal };
}

/**
 * Addresses that have signed correctly for a trigger. They no longer count as unknown senders there, so other senders behind the same
 * address, such as a cloud's, cannot exhaust their limit. In process memory: a server that does not know a sender yet counts one request.
 */
import { createBoundedMap } from '#kernel/bounded-map.ts';
import { networkOf } from '#kernel/http/address.ts';

const MAX_SENDERS = 20_000;

export function createSenders() {
  const known = createBoundedMap<string>(MAX_SENDERS);
  const keyOf = (triggerId: string, address: string) => `${triggerId.toLowerCase()} ${networkOf(address)}`;

  return {
    knows: (triggerId: string, address: string): boolean => known.get(keyOf(triggerId, address)) !== undefined,
    remember: (triggerId: string, address: string): void => void known.set(keyOf(triggerId, address), ''),
  };
}

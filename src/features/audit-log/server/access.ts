import { unauthenticated } from '#kernel/errors.ts';
import type { RequestContext } from '#kernel/http/route.ts';

/** The actor of a recorded action. */
export interface Actor {
  /** Null if no person acts: a timeout, an unauthenticated webhook sender. */
  userId: string | null;
  /** The person's name; `Guildhall` or a description if no person acts. */
  name: string;
  /** Set if a run acts on behalf of the person. */
  runId?: string | undefined;
  address?: string | undefined;
  /** Name of the token that the person used. */
  token?: string | undefined;
}

/** A signed-in person. */
export interface Person extends Actor {
  userId: string;
}

/** @returns the caller and their address @throws 401 */
export function actorOf({ identity, address }: RequestContext): Person {
  if (!identity) throw unauthenticated();
  return { userId: identity.id, name: identity.name, address, token: identity.token?.name };
}

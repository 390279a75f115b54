import { unauthenticated } from '#kernel/errors.ts';
import type { RequestContext } from '#kernel/http/route.ts';

/** Who does something that is recorded. */
export interface Actor {
  /** Null where it is nobody: a time that is up, a stranger at a webhook. */
  userId: string | null;
  /** Of the person; `Guildhall` or a description where it is nobody. */
  name: string;
  /** A run does it, on behalf of the person. */
  runId?: string | undefined;
  address?: string | undefined;
}

/** Somebody who is signed in. */
export interface Person extends Actor {
  userId: string;
}

/** Whoever asks, and from where. @throws 401 */
export function actorOf({ identity, address }: RequestContext): Person {
  if (!identity) throw unauthenticated();
  return { userId: identity.id, name: identity.name, address };
}

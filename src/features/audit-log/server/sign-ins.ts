/** Who signs up, in and out, and who may not. A person belongs to several organizations, so each of them has the entry in its log. */
import type { Database } from '#kernel/database/pool.ts';
import type { Queryable } from '#kernel/database/statement.ts';
import { toJsonb } from '#kernel/database/to-jsonb.ts';
import type { Identity, Visit } from '#kernel/http/route.ts';
import type { Log } from '#kernel/log.ts';
import * as sql from './queries.ts';
import { recordOf } from './record.ts';
import { createPace } from './refused-access.ts';

interface Who {
  id: string;
  name: string;
}

/** Failed attempts at one account that are recorded in a minute; a flood of them says no more. */
const MAX_FAILED = 10;
/** Of those that were refused unheard, because there were too many, one of each account is. */
const LIMITED_WINDOW_MS = 15 * 60_000;

export function createSignIns({ db, log }: { db: Database; log: Log | undefined }) {
  const pace = createPace(MAX_FAILED);
  const paceOfLimited = createPace(1, LIMITED_WINDOW_MS);
  const actorOf = ({ id: userId, name }: Who, { address }: Visit) => ({ userId, name, address });

  return {
    signedUp: (on: Queryable, who: Who, visit: Visit): Promise<void> =>
      recordOf(on, { actor: actorOf(who, visit), action: 'account.create' }),

    signedIn: (who: Who, visit: Visit, device: string): Promise<void> =>
      recordOf(db, { actor: actorOf(who, visit), action: 'session.begin', detail: { device } }),

    /** Waits for nothing, so that an address with an account takes no longer than one without. */
    refused(email: string, { address }: Visit, reason: 'wrong_password' | 'rate_limited' = 'wrong_password'): void {
      const isLimited = reason === 'rate_limited';
      if (!(isLimited ? paceOfLimited : pace).allows(email.trim().toLowerCase())) return;
      sql
        .insertFailedSignIn(db, { email: email.trim(), address, detail: isLimited ? toJsonb({ reason }) : null })
        .catch((error: unknown) => log?.warn({ err: error }, 'a failed sign-in was not recorded'));
    },

    signedOut: (who: Identity, visit: Visit): Promise<void> => recordOf(db, { actor: actorOf(who, visit), action: 'session.end' }),

    /** @param session one that the person ended, with its device */
    ended: (on: Queryable, who: Identity, visit: Visit, session: { id: string; device: string }): Promise<void> =>
      recordOf(on, {
        actor: actorOf(who, visit),
        action: 'session.revoke',
        subject: { kind: 'session', id: session.id, name: session.device },
      }),

    endedOthers: (on: Queryable, who: Identity, visit: Visit, sessions: number): Promise<void> =>
      recordOf(on, { actor: actorOf(who, visit), action: 'session.revoke_others', detail: { sessions } }),
  };
}

/**
 * Records sign-ups, sign-ins, sign-outs and failed attempts. A person may belong to several organizations, so each of them gets the entry.
 */
import type { Database } from '#kernel/database/pool.ts';
import type { Queryable } from '#kernel/database/statement.ts';
import { toJsonb } from '#kernel/database/to-jsonb.ts';
import type { Identity, RequestContext } from '#kernel/http/route.ts';
import type { Log } from '#kernel/log.ts';
import { createPace } from './denied-access.ts';
import * as sql from './queries.ts';
import { recordOf } from './record.ts';

interface Who {
  id: string;
  name: string;
}

/** Failed attempts at one account recorded per minute; more would add no information. */
const MAX_FAILED = 10;
/** Of attempts rejected by the rate limit, one per account is recorded in this window. */
const LIMITED_WINDOW_MS = 15 * 60_000;

export function createSignIns({ db, log }: { db: Database; log: Log | undefined }) {
  const pace = createPace(MAX_FAILED);
  const paceOfLimited = createPace(1, LIMITED_WINDOW_MS);
  const actorOf = ({ id: userId, name }: Who, { address }: RequestContext) => ({ userId, name, address });

  return {
    signedUp: (on: Queryable, who: Who, ctx: RequestContext): Promise<void> =>
      recordOf(on, { actor: actorOf(who, ctx), action: 'account.create' }),

    signedIn: (who: Who, ctx: RequestContext, device: string): Promise<void> =>
      recordOf(db, { actor: actorOf(who, ctx), action: 'session.begin', detail: { device } }),

    /** Runs in the background, so an address with an account takes no longer than one without. */
    rejected(email: string, { address }: RequestContext, reason: 'wrong_password' | 'rate_limited' = 'wrong_password'): void {
      const isLimited = reason === 'rate_limited';
      if (!(isLimited ? paceOfLimited : pace).allows(email.trim().toLowerCase())) return;
      sql
        .insertFailedSignIn(db, { email: email.trim(), address, detail: isLimited ? toJsonb({ reason }) : null })
        .catch((error: unknown) => log?.warn({ err: error }, 'a failed sign-in was not recorded'));
    },

    /** Proved again who they are, before a sensitive change. */
    confirmed: (who: Identity, ctx: RequestContext): Promise<void> => recordOf(db, { actor: actorOf(who, ctx), action: 'account.confirm' }),

    signedOut: (who: Identity, ctx: RequestContext): Promise<void> => recordOf(db, { actor: actorOf(who, ctx), action: 'session.end' }),

    /** @param session one that the person ended, with its device */
    ended: (on: Queryable, who: Identity, ctx: RequestContext, session: { id: string; device: string }): Promise<void> =>
      recordOf(on, {
        actor: actorOf(who, ctx),
        action: 'session.revoke',
        subject: { kind: 'session', id: session.id, name: session.device },
      }),

    endedOthers: (on: Queryable, who: Identity, ctx: RequestContext, sessions: number): Promise<void> =>
      recordOf(on, { actor: actorOf(who, ctx), action: 'session.revoke_others', detail: { sessions } }),
  };
}

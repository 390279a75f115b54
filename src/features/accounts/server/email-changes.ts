/** Email addresses: confirming one, and changing to another, which takes effect once it is confirmed. */
import { conflict, violates } from '#kernel/errors.ts';
import type { Identity, RequestContext } from '#kernel/http/route.ts';
import * as sql from './email-queries.ts';
import * as linkSql from './link-queries.ts';
import { createLink, hashOf, linkInvalid } from './links.ts';
import { type createPasswordChanges, type PasswordOptions, tooManyLinks } from './password-changes.ts';
import { lockUser } from './password-queries.ts';
import { type Place, texts } from './texts.ts';

const HOURS = 24;
const MAX_PER_HOUR = 5;

const isSame = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();

interface Options extends Omit<PasswordOptions, 'limits'> {
  checkPassword: ReturnType<typeof createPasswordChanges>['check'];
}

export function createEmailChanges({ db, auditLog, mail, log, checkPassword }: Options) {
  /** The latest link replaces those before it. */
  const linkTo = (userId: string, email: string) =>
    db.transaction(async (tx) => {
      await lockUser(tx, { userId });
      const link = await createLink(tx, { userId, purpose: 'email', email, hours: HOURS, maxPerHour: MAX_PER_HOUR });
      if (!link) throw tooManyLinks();
      await linkSql.endLinks(tx, { userId, purpose: 'email', except: hashOf(link.token) });
      return link.token;
    });

  return {
    /** Asks for a confirmation of a person's address, in the background. */
    confirm({ id, email }: { id: string; email: string }): void {
      const { post } = mail;
      if (!post) return;
      linkTo(id, email)
        .then((token) => post(email, texts.mail.confirmEmail(token), id))
        .catch((error: unknown) => log.error({ err: error }, 'a link to confirm an address could not be made'));
    },

    /**
     * Reveals nothing about other accounts: whether an address is taken shows only to those who can read its mail.
     * @throws 403 `invalid_credentials`, 409 `mail_not_set_up`, 429
     */
    async request(ctx: RequestContext, identity: Identity, { email, password }: { email: string; password: string }): Promise<string> {
      await checkPassword(ctx, identity, password);
      const { post } = mail;
      if (!post) throw conflict('mail_not_set_up', texts.email.noMail);
      const token = await linkTo(identity.id, email);
      if (isSame(email, identity.email)) post(email, texts.mail.confirmEmail(token), identity.id);
      else {
        post(email, texts.mail.confirmNewEmail(token), identity.id);
        post(identity.email, texts.mail.emailWillChange(), identity.id);
      }
      const actor = { userId: identity.id, name: identity.name, address: ctx.address };
      await auditLog.recordOf(db, { actor, action: 'account.email_request' });
      return texts.email.sent;
    },

    /** @returns the confirmed address, and whose it is @throws 403 `link_invalid`, 409 `email_taken` */
    async verify({ address }: RequestContext, token: string): Promise<{ userId: string; email: string }> {
      const tokenHash = hashOf(token);
      const confirmed = db.transaction(async (tx) => {
        const [link] = await linkSql.findLink(tx, { tokenHash, purpose: 'email' });
        if (link) await lockUser(tx, { userId: link.user_id });
        const [used] = await linkSql.useLink(tx, { tokenHash, purpose: 'email' });
        if (!link?.email || !used) throw linkInvalid();
        const { user_id: userId, email, current_email: former, name } = link;
        await sql.confirmEmail(tx, { userId, email });
        const changed = !isSame(email, former);
        // Links that were sent to the former address.
        if (changed) await linkSql.endLinks(tx, { userId, purpose: null, except: null });
        const actor = { userId, name, address };
        const what = changed ? ({ action: 'account.email', detail: { from: former, to: email } } as const) : undefined;
        tx.withCommit(auditLog.recordOf(tx, { actor, ...(what ?? { action: 'account.email_confirm' }) }));
        return { userId, email };
      });
      return confirmed.catch((error: unknown) => {
        throw violates(error, 'users_email') ? conflict('email_taken', texts.email.taken) : error;
      });
    },

    /** Tells a person about a sign-in in a browser that never signed in to their account. */
    noticeSignIn: ({ id, email }: { id: string; email: string }, place: Place): void => mail.post?.(email, texts.mail.newDevice(place), id),
  };
}

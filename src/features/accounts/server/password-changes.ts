/**
 * Ways to a new password: with the current one, with a link by email, and with a link that an admin or operator passes on. Each ends the
 * person's other links for passwords, and the sessions, which the caller ends in the same transaction.
 */
import type { Actor, AuditLog } from '#features/audit-log/server/audit-log.ts';
import type { Mail } from '#features/mail/server/mail.ts';
import type { Database, Transaction } from '#kernel/database/pool.ts';
import { forbidden, HttpProblem } from '#kernel/errors.ts';
import type { Identity, RequestContext } from '#kernel/http/route.ts';
import type { Log } from '#kernel/log.ts';
import type { OrganizationAuth } from './access.ts';
import { findByEmail } from './find-user.ts';
import * as linkSql from './link-queries.ts';
import { createLink, hashOf, linkInvalid } from './links.ts';
import type { createPasswords } from './password.ts';
import * as sql from './password-queries.ts';
import { requireHardToGuess } from './password-rules.ts';
import { isStillOwned, requireOwned } from './standing.ts';
import { texts } from './texts.ts';

/** For a link by email, and for one that somebody passes on. */
const EMAIL_HOURS = 1;
export const PASSED_ON_HOURS = 24;
/** Emails that unauthenticated senders can cause. */
const MAX_EMAILS_PER_HOUR = 5;
export const MAX_PASSED_ON_PER_HOUR = 50;

export interface PasswordOptions {
  db: Database;
  auditLog: AuditLog;
  mail: Pick<Mail, 'post'>;
  log: Log;
  limits: { tryPassword<T>(ctx: RequestContext, email: string, attempt: () => Promise<T>): Promise<T> };
}

type EndSessions = (tx: Transaction, userId: string) => Promise<unknown>;

export function createPasswordChanges({ db, auditLog, mail, log, limits }: PasswordOptions, passwords: ReturnType<typeof createPasswords>) {
  /** @returns the hash that the password fits @throws 403 `invalid_credentials`, 429 */
  async function check(ctx: RequestContext, { id: userId, email }: Identity, password: string): Promise<string> {
    const attempt = limits.tryPassword(ctx, email, async () => {
      const [row] = await sql.selectPasswordHash(db, { userId });
      const matches = await passwords.verify(password, row?.password_hash);
      // 401 for what counts the tries; the client would take it for the end of the session.
      if (!row || !matches) throw new HttpProblem(401, 'invalid_credentials', texts.password.wrong);
      return row.password_hash;
    });
    return attempt.catch((error: unknown) => {
      throw error instanceof HttpProblem && error.status === 401 ? forbidden(error.message, error.code) : error;
    });
  }

  async function replace(tx: Transaction, userId: string, passwordHash: string, former: string | null, endSessions: EndSessions) {
    // The row first: a sign-in with the old password that is under way waits for it, and finds its password outdated.
    const [changed] = await sql.changePassword(tx, { userId, passwordHash, former });
    if (!changed) throw forbidden(texts.password.changedMeanwhile, 'invalid_credentials');
    // Also a change of address that somebody else began, who knows the former password.
    await linkSql.endLinks(tx, { userId, purpose: null, except: null });
    await endSessions(tx, userId);
    return changed.email;
  }

  /** In the background, so an address with an account takes no longer than one without. */
  async function sendLink({ id, name, email }: { id: string; name: string; email: string }, address: string): Promise<void> {
    const wanted = { userId: id, purpose: 'password', email, hours: EMAIL_HOURS, maxPerHour: MAX_EMAILS_PER_HOUR } as const;
    const link = await createLink(db, wanted);
    if (!link) return;
    const subject = { kind: 'account', id, name };
    const actor = { userId: null, name: 'Somebody', address };
    await auditLog.recordAbout(db, id, { actor, action: 'account.password_forgotten', subject });
    mail.post?.(email, texts.mail.resetPassword(link.token), null);
  }

  return {
    check,

    /** @returns the hash of the new password @throws 403 `invalid_credentials` for a wrong current one, 422 for one that is easily guessed, 429 */
    async change(
      ctx: RequestContext,
      identity: Identity,
      { current, password }: { current: string; password: string },
      endSessions: EndSessions,
    ): Promise<string> {
      const former = await check(ctx, identity, current);
      requireHardToGuess(password, identity);
      const passwordHash = await passwords.hash(password);
      const actor = { userId: identity.id, name: identity.name, address: ctx.address };
      const email = await db.transaction(async (tx) => {
        const changed = await replace(tx, identity.id, passwordHash, former, endSessions);
        tx.withCommit(auditLog.recordOf(tx, { actor, action: 'account.password' }));
        return changed;
      });
      mail.post?.(email, texts.mail.passwordChanged(), identity.id);
      return passwordHash;
    },

    /** @returns what to answer: the same words whether or not the address has an account */
    async forgot(email: string, address: string): Promise<string> {
      const user = await findByEmail(db, email);
      if (!mail.post) return texts.forgot.noMail;
      if (user) sendLink(user, address).catch((error: unknown) => log.error({ err: error }, 'a link for a new password could not be made'));
      return texts.forgot.sent;
    },

    /** @returns the person's address @throws 403 `link_invalid`, 422 for a password that is easily guessed */
    async reset({ address }: RequestContext, { token, password }: { token: string; password: string }, endSessions: EndSessions) {
      const tokenHash = hashOf(token);
      const [link] = await linkSql.findLink(db, { tokenHash, purpose: 'password' });
      if (!link || (link.email !== null && link.email !== link.current_email)) throw linkInvalid();
      const { user_id: userId, name, current_email: email } = link;
      // Before the link is used up, so that another password can be tried.
      requireHardToGuess(password, { name, email });
      const passwordHash = await passwords.hash(password);
      const actor = { userId, name, address };
      await db.transaction(async (tx) => {
        await sql.lockUser(tx, { userId });
        const [used] = await linkSql.useLink(tx, { tokenHash, purpose: 'password' });
        if (!used) throw linkInvalid();
        // A link without an address is an admin's.
        if (link.email === null && !(await isStillOwned(tx, userId, link.created_by))) throw linkInvalid();
        await replace(tx, userId, passwordHash, null, endSessions);
        // Somebody else may have used the account and left other ways in.
        await sql.deleteOwnTokens(tx, { userId });
        await sql.forgetWebhook(tx, { userId });
        await sql.revokeInvitations(tx, { userId });
        if (link.email !== null) await sql.confirmEmail(tx, { userId });
        tx.withCommit(auditLog.recordOf(tx, { actor, action: 'account.password_reset' }));
      });
      mail.post?.(email, texts.mail.passwordChanged(), null);
      return email;
    },

    /** For a member whom an admin helps. @throws 404, 403 for an account that is not theirs to give */
    async createLinkFor(auth: OrganizationAuth, actor: Actor, userId: string): Promise<{ token: string; expiresAt: string }> {
      const { organizationId, identity } = auth;
      const { link, email } = await db.transaction(async (tx) => {
        const member = await requireOwned(tx, auth, 'members.password', userId);
        const wanted = { userId, purpose: 'password', email: null, hours: PASSED_ON_HOURS, maxPerHour: MAX_PASSED_ON_PER_HOUR } as const;
        const created = await createLink(tx, { ...wanted, createdBy: identity.id });
        if (!created) throw tooManyLinks();
        const subject = { kind: 'member', id: userId, name: member.name };
        tx.withCommit(auditLog.record(tx, { organizationId, actor, action: 'member.password_link', subject }));
        return { link: created, email: member.email };
      });
      mail.post?.(email, texts.mail.passwordLinkCreated(), identity.id);
      return link;
    },

    /** Whether a person's password is still the one that fits this hash, once changes under way are done. */
    async isStill(userId: string, passwordHash: string): Promise<boolean> {
      const [row] = await sql.lockPasswordHash(db, { userId });
      return row?.password_hash === passwordHash;
    },
  };
}

export const tooManyLinks = () => new HttpProblem(429, 'too_many_links', texts.email.tooMany, { headers: { 'retry-after': String(3600) } });

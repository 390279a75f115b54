import { statement } from '#kernel/database/statement.ts';
import type { Role } from '#wire/role.ts';

export const selectPasswordHash = statement<{ password_hash: string }, { userId: string }>(
  'accounts.select-password-hash',
  `select password_hash from users where id = $userId and kind = 'person'`,
);

/** Waits for a change under way. */
export const lockPasswordHash = statement<{ password_hash: string }, { userId: string }>(
  'accounts.lock-password-hash',
  'select password_hash from users where id = $userId for share',
);

/** @param former replaces only this hash; null: whatever it is */
export const changePassword = statement<{ email: string }, { userId: string; passwordHash: string; former: string | null }>(
  'accounts.change-password',
  `update users set password_hash = $passwordHash where id = $userId and password_hash = coalesce($former::text, password_hash)
   returning email`,
);

interface StandingRow {
  name: string;
  email: string;
  operator: boolean;
  organization_id: string;
  role: Role;
  /** The other person's role in the same organization. */
  other_role: Role | null;
}

/**
 * One change of a person's credentials at a time. Taken before any lock on their links and sessions, so that two never wait for each other.
 */
export const lockUser = statement<never, { userId: string }>(
  'accounts.lock-user',
  'select from users where id = $userId for no key update',
);

/** The memberships of a person, and what another person is there. They stay as they are until the transaction ends. */
export const lockStanding = statement<StandingRow, { userId: string; otherId: string }>(
  'accounts.lock-standing',
  `select u.name, u.email, u.operator, t.organization_id, t.role, o.role as other_role
   from users u join members t on t.user_id = u.id
   left join members o on o.organization_id = t.organization_id and o.user_id = $otherId
   where u.id = $userId and u.kind = 'person' order by t.organization_id for share of t`,
);

/** Personal ones, in all organizations. */
export const deleteOwnTokens = statement<never, { userId: string }>(
  'accounts.delete-own-tokens',
  'delete from tokens where user_id = $userId and organization_id is null',
);

export const forgetWebhook = statement<never, { userId: string }>(
  'accounts.forget-webhook',
  'update notification_settings set webhook_url = null, webhook_secret = null, changed_at = now() where user_id = $userId',
);

/** Open ones, in all organizations. */
export const revokeInvitations = statement<never, { userId: string }>(
  'accounts.revoke-invitations',
  'update invitations set revoked_at = now() where invited_by = $userId and accepted_at is null and revoked_at is null',
);

/** A link that was mailed to the address has shown that it is theirs. */
export const confirmEmail = statement<never, { userId: string }>(
  'accounts.confirm-email-by-link',
  'update users set email_confirmed_at = coalesce(email_confirmed_at, now()) where id = $userId',
);

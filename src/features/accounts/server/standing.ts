/** What an admin may do with the account of a member, which may be more powerful elsewhere than it is in their organization. */
import type { Transaction } from '#kernel/database/pool.ts';
import { forbidden, notFound } from '#kernel/errors.ts';
import { mayGrant, type RightOf, rights } from '#wire/rights.ts';
import { atLeast } from '#wire/role.ts';
import { type OrganizationAuth, roleTooSmall } from './access.ts';
import * as sql from './password-queries.ts';
import { texts } from './texts.ts';

interface Managed {
  name: string;
  email: string;
}

/**
 * Both roles are read again: they may have changed since the request began.
 * @throws 404 for anyone else, 403 for a role above one's own
 */
export async function requireManaged(
  tx: Transaction,
  { identity, organizationId }: OrganizationAuth,
  right: RightOf<'organization'>,
  userId: string,
): Promise<Managed & { onlyHere: boolean }> {
  await sql.lockUser(tx, { userId });
  const rows = await sql.lockStanding(tx, { userId, otherId: identity.id });
  const here = rows.find((row) => row.organization_id === organizationId);
  if (!here) throw notFound('member');
  const required = rights[right].role;
  const organization = { id: organizationId };
  if (!here.other_role || !atLeast(here.other_role, required)) throw roleTooSmall(required, here.other_role ?? 'viewer', organization);
  if (!mayGrant(here.other_role, here.role)) throw roleTooSmall(here.role, here.other_role, organization);
  return { name: here.name, email: here.email, onlyHere: rows.length === 1 && !here.operator };
}

/** As `requireManaged`, for what gives an admin the whole account. @throws 403 if it belongs elsewhere too, or is an operator's */
export async function requireOwned(
  tx: Transaction,
  auth: OrganizationAuth,
  right: RightOf<'organization'>,
  userId: string,
): Promise<Managed> {
  if (userId === auth.identity.id) throw forbidden(texts.member.self, 'own_account');
  const member = await requireManaged(tx, auth, right, userId);
  if (!member.onlyHere) throw forbidden(texts.member.otherAccounts, 'account_elsewhere', auth.organizationId);
  return member;
}

/** Whether a link that an admin made is still theirs to give: the person may have become more powerful since. */
export async function isStillOwned(tx: Transaction, userId: string, adminId: string | null): Promise<boolean> {
  if (adminId === null) return false;
  const [row, ...others] = await sql.lockStanding(tx, { userId, otherId: adminId });
  if (!row?.other_role || others.length > 0 || row.operator) return false;
  return atLeast(row.other_role, rights['members.password'].role) && mayGrant(row.other_role, row.role);
}

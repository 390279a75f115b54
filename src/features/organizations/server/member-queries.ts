import { statement } from '#kernel/database/statement.ts';
import type { Role } from '#wire/role.ts';

export interface MemberRow {
  user_id: string;
  name: string;
  email: string;
  role: Role;
  created_at: string;
  seen_at: string | null;
  picture_changed_at: string | null;
}

const columns = `m.user_id, u.name, u.email, m.role, m.created_at,
  (select max(s.seen_at) from sessions s where s.user_id = m.user_id and s.expire > now()) as seen_at,
  (select i.changed_at from user_pictures i where i.user_id = m.user_id) as picture_changed_at`;
const people = `members m join users u on u.id = m.user_id and u.kind = 'person'`;

/** By name. @param name with `id`, of the member after whom the page starts; null: the first page */
export const selectMembers = statement<MemberRow, { organizationId: string; name: string | null; id: string | null; limit: number }>(
  'organizations.select-members',
  `select ${columns} from ${people}
   where m.organization_id = $organizationId and ($name::text is null or (lower(u.name), m.user_id) > (lower($name::text), $id::uuid))
   order by lower(u.name), m.user_id limit $limit`,
);

export const selectMember = statement<MemberRow, { organizationId: string; userId: string }>(
  'organizations.select-member',
  `select ${columns} from ${people} where m.organization_id = $organizationId and m.user_id = $userId`,
);

/** Also of a token's service account. */
export const selectRole = statement<{ role: Role }, { organizationId: string; userId: string }>(
  'organizations.select-role',
  'select role from members where organization_id = $organizationId and user_id = $userId',
);

/** Until the transaction ends, no other changes who is a member or with which role. */
export const lockOrganization = statement<{ id: string }, { id: string }>(
  'organizations.lock',
  'select id from organizations where id = $id for no key update',
);

export const countOwners = statement<{ owners: number }, { organizationId: string }>(
  'organizations.count-owners',
  `select count(*)::int as owners from ${people} where m.organization_id = $organizationId and m.role = 'owner'`,
);

/** Does nothing for a member. */
export const insertMember = statement<{ user_id: string }, { organizationId: string; userId: string; role: Role }>(
  'organizations.insert-member',
  `insert into members (organization_id, user_id, role) values ($organizationId, $userId, $role)
   on conflict do nothing returning user_id`,
);

export const changeRole = statement<never, { organizationId: string; userId: string; role: Role }>(
  'organizations.change-role',
  'update members set role = $role where organization_id = $organizationId and user_id = $userId',
);

/** The links of somebody who may no longer give a role. */
export const revokeInvitationsBy = statement<never, { organizationId: string; userId: string; roles: readonly Role[] }>(
  'organizations.revoke-invitations-by',
  `update invitations set revoked_at = now()
   where organization_id = $organizationId and invited_by = $userId and role = any ($roles) and accepted_at is null and revoked_at is null`,
);

/** The links that would let somebody back in who was removed. */
export const revokeInvitationsFor = statement<never, { organizationId: string; email: string }>(
  'organizations.revoke-invitations-for',
  `update invitations set revoked_at = now()
   where organization_id = $organizationId and lower(email) = lower($email) and accepted_at is null and revoked_at is null`,
);

/**
 * The service accounts of the organization's tokens that somebody created, and with them the tokens and invitations: they know the secrets.
 */
export const deleteServiceAccountsBy = statement<never, { organizationId: string; userId: string }>(
  'organizations.delete-service-accounts-by',
  `delete from users u using tokens t
   where t.user_id = u.id and u.kind = 'service' and t.organization_id = $organizationId and t.created_by = $userId`,
);

/** Also deletes their roles in projects and their invitations. */
export const deleteMember = statement<never, { organizationId: string; userId: string }>(
  'organizations.delete-member',
  'delete from members where organization_id = $organizationId and user_id = $userId',
);

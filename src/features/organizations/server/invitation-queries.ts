import { statement } from '#kernel/database/statement.ts';
import type { ProjectRole, Role } from '#wire/role.ts';

export interface InvitationRow {
  id: string;
  organization_id: string;
  email: string | null;
  role: Role;
  invited_by: string;
  inviter: string;
  created_at: string;
  sent_at: string | null;
  expires_at: string;
  expired: boolean;
  projects: { projectId: string; name: string; role: ProjectRole }[];
}

const columns = `i.id, i.organization_id, i.email, i.role, i.invited_by, u.name as inviter, i.created_at, i.sent_at, i.expires_at,
  i.expires_at <= now() as expired,
  coalesce((
    select jsonb_agg(jsonb_build_object('projectId', p.id, 'name', p.name, 'role', ip.role) order by lower(p.name), p.id)
    from invitation_projects ip join projects p on p.id = ip.project_id where ip.invitation_id = i.id
  ), '[]') as projects`;
const from = 'invitations i join users u on u.id = i.invited_by';
const open = 'i.accepted_at is null and i.revoked_at is null';

/** Neither accepted nor revoked, the newest first. */
export const selectInvitations = statement<InvitationRow, { organizationId: string; limit: number }>(
  'organizations.select-invitations',
  `select ${columns} from ${from} where i.organization_id = $organizationId and ${open} order by i.created_at desc, i.id desc limit $limit`,
);

export const selectInvitation = statement<InvitationRow, { id: string }>(
  'organizations.select-invitation',
  `select ${columns} from ${from} where i.id = $id and ${open}`,
);

export const countInvitations = statement<{ open: number }, { organizationId: string }>(
  'organizations.count-invitations',
  `select count(*)::int as open from invitations i where i.organization_id = $organizationId and ${open} and i.expires_at > now()`,
);

/** Whether an address is a member's or that of an invitation which is listed, expired or not. */
export const findAddress = statement<{ member: boolean; invited: boolean }, { organizationId: string; email: string }>(
  'organizations.find-address',
  `select
     exists (
       select from users u join members m on m.user_id = u.id and m.organization_id = $organizationId
       where lower(u.email) = lower($email)
     ) as member,
     exists (select from invitations i where i.organization_id = $organizationId and lower(i.email) = lower($email) and ${open}) as invited`,
);

export const insertInvitation = statement<
  never,
  { id: string; organizationId: string; email: string | null; role: Role; tokenHash: Buffer; invitedBy: string; days: number }
>(
  'organizations.insert-invitation',
  `insert into invitations (id, organization_id, email, role, token_hash, invited_by, expires_at)
   values ($id, $organizationId, $email, $role, $tokenHash, $invitedBy, now() + make_interval(days => $days))`,
);

/** Stores those that belong to the invitation's organization, and returns them. */
export const insertInvitationProjects = statement<
  { project_id: string },
  { invitationId: string; organizationId: string; projectIds: readonly string[]; roles: readonly ProjectRole[] }
>(
  'organizations.insert-invitation-projects',
  `insert into invitation_projects (invitation_id, project_id, role)
   select $invitationId::uuid, p.id, listed.role from unnest($projectIds::uuid[], $roles::text[]) as listed (project_id, role)
   join projects p on p.id = listed.project_id and p.organization_id = $organizationId::uuid
   returning project_id`,
);

export const revokeInvitation = statement<{ id: string }, { id: string }>(
  'organizations.revoke-invitation',
  'update invitations i set revoked_at = now() where i.id = $id and i.accepted_at is null and i.revoked_at is null returning id',
);

/** A new link replaces the old one, and is its maker’s. */
export const renewInvitation = statement<{ id: string }, { id: string; tokenHash: Buffer; days: number; invitedBy: string }>(
  'organizations.renew-invitation',
  `update invitations i set token_hash = $tokenHash, expires_at = now() + make_interval(days => $days), invited_by = $invitedBy
   where i.id = $id and i.accepted_at is null and i.revoked_at is null returning id`,
);

export const markSent = statement<never, { id: string }>(
  'organizations.mark-invitation-sent',
  'update invitations set sent_at = now() where id = $id',
);

export interface FoundInvitation {
  id: string;
  organization_id: string;
  organization_name: string;
  email: string | null;
  role: Role;
  inviter: string;
  inviter_role: Role;
  state: 'open' | 'accepted' | 'revoked' | 'expired';
}

const found = `select i.id, i.organization_id, o.name as organization_name, i.email, i.role, u.name as inviter, m.role as inviter_role,
   case when i.accepted_at is not null then 'accepted' when i.revoked_at is not null then 'revoked'
     when i.expires_at <= now() then 'expired' else 'open' end as state
   from invitations i join organizations o on o.id = i.organization_id join users u on u.id = i.invited_by
   join members m on m.organization_id = i.organization_id and m.user_id = i.invited_by
   where i.token_hash = $tokenHash and (u.kind = 'person' or exists (
     select from tokens t where t.user_id = u.id and (t.expires_at is null or t.expires_at > now())
   ))`;

export const findInvitation = statement<FoundInvitation, { tokenHash: Buffer }>('organizations.find-invitation', found);

/** Of two people who accept it at once, the second waits, and finds it accepted. */
export const lockInvitation = statement<FoundInvitation, { tokenHash: Buffer }>(
  'organizations.lock-invitation',
  `${found} for update of i`,
);

export const markAccepted = statement<never, { id: string; userId: string }>(
  'organizations.mark-invitation-accepted',
  'update invitations set accepted_at = now(), accepted_by = $userId where id = $id',
);

/** Roles in projects that the invitation names, for somebody who is a member by now. */
export const openProjects = statement<never, { invitationId: string; organizationId: string; userId: string }>(
  'organizations.open-projects',
  `insert into project_members (project_id, organization_id, user_id, role)
   select p.id, p.organization_id, $userId::uuid, ip.role
   from invitation_projects ip join projects p on p.id = ip.project_id and p.organization_id = $organizationId
   where ip.invitation_id = $invitationId
   on conflict (project_id, user_id) do nothing`,
);

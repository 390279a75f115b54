import { statement } from '#kernel/database/statement.ts';
import type { ProjectRole, Role } from '#wire/role.ts';

interface UserRow {
  id: string;
  name: string;
  email: string;
  password_hash: string;
}

export const findUserByEmail = statement<UserRow, { email: string }>(
  'accounts.find-user-by-email',
  `select id, name, email, password_hash from users where lower(email) = lower($email) and kind = 'person'`,
);

type Membership = { organization_id: string; organization_name: string; role: Role; operates: boolean };
type UserColumns = {
  name: string;
  email: string;
  operator: boolean;
  default_organization_id: string | null;
  email_confirmed: boolean;
  picture_changed_at: string | null;
};
type MembershipRow = UserColumns & (Membership | Record<keyof Membership, null>);

/** One row per organization of the user, or a single row without one. */
export const selectMemberships = statement<MembershipRow, { userId: string }>(
  'accounts.select-memberships',
  `select u.name, u.email, u.operator, u.default_organization_id, u.email_confirmed_at is not null as email_confirmed,
     p.changed_at as picture_changed_at, o.id as organization_id, o.name as organization_name, m.role,
     o.id = (select id from organizations order by created_at, id limit 1) as operates
   from users u
   left join user_pictures p on p.user_id = u.id
   left join members m on m.user_id = u.id
   left join organizations o on o.id = m.organization_id
   where u.id = $userId
   order by m.created_at, o.id`,
);

export const selectProjectRoles = statement<{ project_id: string; role: ProjectRole }, { userId: string }>(
  'accounts.select-project-roles',
  'select project_id, role from project_members where user_id = $userId',
);

export const insertUser = statement<never, { id: string; name: string; email: string; passwordHash: string; operator: boolean }>(
  'accounts.insert-user',
  'insert into users (id, name, email, password_hash, operator) values ($id, $name, $email, $passwordHash, $operator)',
);

export const insertOrganization = statement<never, { id: string; name: string }>(
  'accounts.insert-organization',
  'insert into organizations (id, name) values ($id, $name)',
);

export const insertMember = statement<never, { organizationId: string; userId: string; role: Role }>(
  'accounts.insert-member',
  'insert into members (organization_id, user_id, role) values ($organizationId, $userId, $role)',
);

/** Until the transaction ends, no other sign-up can check whether it is the first. */
export const lockSignup = statement<never>('accounts.lock-signup', 'select pg_advisory_xact_lock(7301002)');

export const selectAnyUser = statement<{ found: boolean }>('accounts.select-any-user', 'select exists (select from users) as found');

export const changeName = statement<{ former: string }, { userId: string; name: string }>(
  'accounts.change-name',
  `update users u set name = $name from (select id, name from users where id = $userId for update) f
   where u.id = f.id returning f.name as former`,
);

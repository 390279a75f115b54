import { statement } from '#kernel/database/statement.ts';
import type { Scope } from '#wire/rights.ts';
import type { Role } from '#wire/role.ts';

/** What a request with the token needs. */
export interface UsableRow {
  id: string;
  name: string;
  user_id: string;
  scopes: Scope[];
  projects: string[] | null;
  expires_at: string | null;
  last_used_at: string | null;
}

export const findToken = statement<UsableRow, { tokenHash: Buffer }>(
  'tokens.find',
  'select id, name, user_id, scopes, projects, expires_at, last_used_at from tokens where token_hash = $tokenHash',
);

/** Several servers may record the same use. */
export const touchToken = statement<never, { id: string; seconds: number }>(
  'tokens.touch',
  `update tokens set last_used_at = now()
   where id = $id and (last_used_at is null or last_used_at <= now() - make_interval(secs => $seconds))`,
);

export interface TokenRow {
  id: string;
  name: string;
  organization_id: string | null;
  role: Role | null;
  scopes: Scope[];
  projects: string[] | null;
  created_by: string;
  creator: string;
  created_at: string;
  expires_at: string | null;
  last_used_at: string | null;
}

const columns = `t.id, t.name, t.organization_id, m.role, t.scopes, t.projects, t.created_by, c.name as creator, t.created_at, t.expires_at,
  t.last_used_at`;
const from = `tokens t join users c on c.id = t.created_by
  left join members m on m.organization_id = t.organization_id and m.user_id = t.user_id`;

export const selectTokensOfPerson = statement<TokenRow, { userId: string }>(
  'tokens.select-of-person',
  `select ${columns} from ${from} where t.user_id = $userId and t.organization_id is null order by t.created_at desc, t.id desc`,
);

export const selectTokensOfOrganization = statement<TokenRow, { organizationId: string }>(
  'tokens.select-of-organization',
  `select ${columns} from ${from} where t.organization_id = $organizationId order by t.created_at desc, t.id desc`,
);

export const selectToken = statement<TokenRow, { id: string }>('tokens.select', `select ${columns} from ${from} where t.id = $id`);

/** Whose token it is. */
interface OwnedRow {
  id: string;
  name: string;
  user_id: string;
  organization_id: string | null;
  token_hash: Buffer;
}

export const selectOwner = statement<OwnedRow, { id: string }>(
  'tokens.select-owner',
  'select id, name, user_id, organization_id, token_hash from tokens where id = $id',
);

/** Until the transaction ends, nobody else creates a token of this owner. @param ownerId a person or organization */
export const lockCreations = statement<never, { ownerId: string }>(
  'tokens.lock-creations',
  `select pg_advisory_xact_lock(hashtextextended('tokens of ' || $ownerId::uuid, 0))`,
);

/** Until the transaction ends, the role stays the same: a demotion waits, and then revokes the new token. */
export const lockRole = statement<{ role: Role }, { organizationId: string; userId: string }>(
  'tokens.lock-role',
  'select role from members where organization_id = $organizationId and user_id = $userId for share',
);

export const countLive = statement<{ live: number }, { userId: string; organizationId: string | null }>(
  'tokens.count-live',
  `select count(*)::int as live from tokens
   where case when $organizationId::uuid is null then user_id = $userId and organization_id is null else organization_id = $organizationId end
     and (expires_at is null or expires_at > now())`,
);

/** Nobody can sign in as it: no password has this hash. */
export const insertServiceAccount = statement<never, { id: string; name: string; email: string; passwordHash: string }>(
  'tokens.insert-service-account',
  `insert into users (id, name, email, password_hash, kind) values ($id, $name, $email, $passwordHash, 'service')`,
);

export const insertMember = statement<never, { organizationId: string; userId: string; role: Role }>(
  'tokens.insert-member',
  'insert into members (organization_id, user_id, role) values ($organizationId, $userId, $role)',
);

/** Which of these projects somebody has access to. */
export const selectAccessible = statement<{ project_id: string }, { userId: string; projects: readonly string[] }>(
  'tokens.select-accessible',
  'select project_id from project_roles where user_id = $userId and project_id = any ($projects)',
);

export const insertToken = statement<
  never,
  {
    id: string;
    tokenHash: Buffer;
    name: string;
    userId: string;
    organizationId: string | null;
    scopes: readonly Scope[];
    projects: readonly string[] | null;
    createdBy: string;
    expiresAt: string | null;
  }
>(
  'tokens.insert',
  `insert into tokens (id, token_hash, name, user_id, organization_id, scopes, projects, created_by, expires_at)
   values ($id, $tokenHash, $name, $userId, $organizationId, $scopes, $projects, $createdBy, $expiresAt)`,
);

export const deleteToken = statement<{ id: string }, { id: string }>('tokens.delete', 'delete from tokens where id = $id returning id');

/** Also deletes its token and membership. */
export const deleteServiceAccount = statement<{ id: string }, { id: string }>(
  'tokens.delete-service-account',
  `delete from users where id = $id and kind = 'service' returning id`,
);

export const deleteExpired = statement<{ id: string }, { days: number }>(
  'tokens.delete-expired',
  'delete from tokens where expires_at < now() - make_interval(days => $days) returning id',
);

/** Their tokens went with those who created them. */
export const deleteServiceAccountsWithoutToken = statement<{ id: string }>(
  'tokens.delete-service-accounts-without-token',
  `delete from users u where kind = 'service' and not exists (select from tokens t where t.user_id = u.id) returning id`,
);

/** The person behind an account, the account, and the service accounts whose tokens that person created. */
export const selectAccountsOfPerson = statement<{ id: string }, { userId: string }>(
  'tokens.select-accounts-of-person',
  `with person as (
     select coalesce((select created_by from tokens where user_id = $userId and organization_id is not null limit 1), $userId::uuid) as id
   )
   select id from person union select $userId::uuid
   union select t.user_id from tokens t join person p on p.id = t.created_by where t.organization_id is not null`,
);

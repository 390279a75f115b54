import { statement } from '#kernel/database/statement.ts';
import type { Role } from '#wire/role.ts';

export const lockOperators = statement<never>('accounts.lock-operators', 'select pg_advisory_xact_lock(7301003)');

export const setOperator = statement<never, { userId: string; operator: boolean }>(
  'accounts.set-operator',
  'update users set operator = $operator where id = $userId',
);

export const selectOperators = statement<{ id: string }>('accounts.select-operators', 'select id from users where operator');

interface ListedRow {
  id: string;
  name: string;
  email: string;
  operator: boolean;
  email_confirmed: boolean;
  created_at: string;
  organization: string | null;
  role: Role | null;
}

/** One row per organization of each person, or a single row without one. */
export const selectPeople = statement<ListedRow>(
  'accounts.select-people',
  `select u.id, u.name, u.email, u.operator, u.email_confirmed_at is not null as email_confirmed, u.created_at,
     o.name as organization, m.role
   from users u left join members m on m.user_id = u.id left join organizations o on o.id = m.organization_id
   where u.kind = 'person' order by lower(u.email), m.created_at, o.id`,
  { timeout: 30_000 },
);

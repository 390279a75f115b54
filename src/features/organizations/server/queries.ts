import type { Organization } from '#features/organizations/contract.ts';
import { statement } from '#kernel/database/statement.ts';
import type { Role } from '#wire/role.ts';

export interface OrganizationRow {
  id: string;
  name: string;
  created_at: string;
  settings: Partial<Pick<Organization, 'newProjects'>>;
}

const columns = 'id, name, created_at, settings';

export const selectOrganization = statement<OrganizationRow, { id: string }>(
  'organizations.select',
  `select ${columns} from organizations where id = $id`,
);

/** In the order in which the person joined them. */
export const selectOrganizationsOf = statement<OrganizationRow & { role: Role }, { userId: string }>(
  'organizations.select-of-user',
  `select o.id, o.name, o.created_at, o.settings, m.role from members m join organizations o on o.id = m.organization_id
   where m.user_id = $userId order by m.created_at, o.id`,
);

export const insertOrganization = statement<OrganizationRow, { id: string; name: string }>(
  'organizations.insert',
  `insert into organizations (id, name) values ($id, $name) returning ${columns}`,
);

/** Also returns the former name. */
export const changeOrganization = statement<OrganizationRow & { former: string }, { id: string; name: string | null; settings: string }>(
  'organizations.change',
  `with before as (select id, name as former from organizations where id = $id for update)
   update organizations o set name = coalesce($name, o.name), settings = o.settings || $settings::jsonb
   from before where o.id = before.id
   returning o.id, o.name, o.created_at, o.settings, before.former`,
);

export const setDefault = statement<never, { userId: string; organizationId: string }>(
  'organizations.set-default',
  'update users set default_organization_id = $organizationId where id = $userId',
);

/** By id or by name, whatever its case. */
export const findOrganizations = statement<{ id: string; name: string }, { named: string }>(
  'organizations.find',
  `select id, name from organizations where id::text = lower($named) or lower(name) = lower($named) order by created_at, id`,
);

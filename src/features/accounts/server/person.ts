/** A user, as every request needs them: read once, then cached until a notification says that they changed. */
import type { User } from '#features/accounts/contract.ts';
import type { Database } from '#kernel/database/pool.ts';
import type { Identity } from '#kernel/http/route.ts';
import * as sql from './queries.ts';

/** A user, apart from the session that makes the request. */
export type Person = Omit<Identity, 'sessionId' | 'confirmedAt' | 'token'>;

export async function loadPerson(db: Database, userId: string): Promise<Person | undefined> {
  const [rows, projectRoles] = await Promise.all([sql.selectMemberships(db, { userId }), sql.selectProjectRoles(db, { userId })]);
  const [first] = rows;
  if (!first) return undefined;
  const organizations = rows.flatMap((row) =>
    row.organization_id
      ? [{ id: row.organization_id, name: row.organization_name, role: row.role, ...(row.operates && { operates: true as const }) }]
      : [],
  );
  return {
    id: userId,
    name: first.name,
    email: first.email,
    emailConfirmed: first.email_confirmed,
    organizations,
    ...(first.picture_changed_at && { picture: pictureUrl(userId, first.picture_changed_at) }),
    ...(first.operator && { operator: true as const }),
    ...(first.default_organization_id && { defaultOrganizationId: first.default_organization_id }),
    projectRoles: new Map(projectRoles.map((row) => [row.project_id, row.role])),
  };
}

/** A person as the API shows them to themselves. */
export function describeUser(person: Person, { mayCreateOrganization }: { mayCreateOrganization: boolean }): User {
  const { id, name, email, emailConfirmed, picture, organizations, operator, defaultOrganizationId } = person;
  return {
    id,
    name,
    email,
    ...(emailConfirmed !== undefined && { emailConfirmed }),
    ...(picture !== undefined && { picture }),
    organizations: [...organizations],
    ...(operator && { operator }),
    ...(mayCreateOrganization && { mayCreateOrganization }),
    ...(defaultOrganizationId !== undefined && { defaultOrganizationId }),
  };
}

/** Changes with the picture, so browsers may keep it. */
export const pictureUrl = (userId: string, changedAt: string): string => `/api/users/${userId}/picture?v=${Date.parse(changedAt)}`;

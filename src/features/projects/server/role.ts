/** Who has which role in a project. The view `project_roles` says the same to statements about many people or projects. */
import type { Identity } from '#kernel/http/route.ts';
import { atLeast, type Role } from '#wire/role.ts';

export interface ProjectAccess {
  id: string;
  organizationId: string;
  /** Open to listed people, and to owners and admins; otherwise to the whole organization. */
  listedOnly: boolean;
}

/** @returns undefined without access */
export function roleIn(
  { organizations, projectRoles, token }: Identity,
  { id, organizationId, listedOnly }: ProjectAccess,
): Role | undefined {
  if (token?.projects && !token.projects.includes(id)) return undefined;
  const role = organizations.find((organization) => organization.id === organizationId)?.role;
  if (!role || atLeast(role, 'admin')) return role;
  return projectRoles.get(id) ?? (listedOnly ? undefined : role);
}

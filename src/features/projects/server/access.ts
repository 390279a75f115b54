/** Guards for a project, by role in it. */
import { type OrganizationsAuth, organizationOf, requireIdentity } from '#features/accounts/server/access.ts';
import { invalid } from '#kernel/errors.ts';
import { type Guard, type Identity, requires } from '#kernel/http/route.ts';
import type { Thing } from '#kernel/texts.ts';
import type { RightOf } from '#wire/rights.ts';
import type { Role } from '#wire/role.ts';
import type { Projects } from './projects.ts';
import { texts } from './texts.ts';

export interface ProjectAuth {
  identity: Identity;
  projectId: string;
  role: Role;
}

/** @param right in the project that the path names */
export function inProject(projects: Projects, right: RightOf<'project'>): Guard<ProjectAuth> {
  return {
    ...requires(right),
    async authorize(ctx, { projectId = '' }) {
      const identity = requireIdentity(ctx);
      return { identity, projectId, role: await projects.requireRight(identity, projectId, right) };
    },
  };
}

/**
 * Access to the project that a resource belongs to.
 * @param thing what it is called; the path names it by `<thing>Id`
 * @param projectOf throws 404 if there is no such resource
 */
export function inProjectOf(
  projects: Projects,
  thing: Thing,
  projectOf: (id: string) => Promise<string>,
  right: RightOf<'project'>,
): Guard<ProjectAuth> {
  return {
    ...requires(right, thing),
    async authorize(ctx, params) {
      const identity = requireIdentity(ctx);
      const projectId = await projectOf(params[`${thing}Id`] ?? '');
      return { identity, projectId, role: await projects.requireRight(identity, projectId, right, thing) };
    },
  };
}

/** The projects of the organization that the request names, or else of all the caller's. */
export const forProjects: Guard<OrganizationsAuth> = {
  ...requires('projects.list'),
  authorize(ctx) {
    const identity = requireIdentity(ctx);
    const { organizationId, named } = organizationOf(ctx);
    return { identity, organizationIds: named && organizationId ? [organizationId] : identity.organizations.map(({ id }) => id) };
  },
};

/** For a new project: the body may name its organization, so the right is checked when it is created. */
export const forNewProject: Guard<NewProjectAuth> = {
  ...requires('projects.create'),
  authorize(ctx) {
    const identity = requireIdentity(ctx);
    return { identity, ...organizationOf(ctx) };
  },
};

interface NewProjectAuth {
  identity: Identity;
  organizationId: string | undefined;
  /** Whether the request names the organization. */
  named: boolean;
}

/** @param inBody takes precedence over the default organization @throws 422 if the request names another one */
export function organizationFor(inBody: string | undefined, { organizationId, named }: NewProjectAuth): string | undefined {
  if (inBody !== undefined && named && inBody !== organizationId)
    throw invalid([{ path: 'organizationId', message: texts.problems.otherOrganization }]);
  return inBody ?? organizationId;
}

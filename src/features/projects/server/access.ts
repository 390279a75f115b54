/** Guards for a project, by role in its organization. */
import { unauthenticated } from '#kernel/errors.ts';
import type { Guard, Identity } from '#kernel/http/route.ts';
import type { Role } from '#wire/role.ts';
import type { Projects } from './projects.ts';

export interface ProjectAuth {
  identity: Identity;
  projectId: string;
  role: Role;
}

/** @param required the lowest sufficient role in the project that the path names */
export function inProject(projects: Projects, required: Role): Guard<ProjectAuth> {
  return {
    role: required,
    of: 'project',
    async authorize({ identity }, { projectId = '' }) {
      if (!identity) throw unauthenticated();
      return { identity, projectId, role: await projects.requireRole(identity, projectId, required) };
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
  thing: string,
  projectOf: (id: string) => Promise<string>,
  required: Role,
): Guard<ProjectAuth> {
  return {
    role: required,
    of: 'project',
    through: thing,
    async authorize({ identity }, params) {
      if (!identity) throw unauthenticated();
      const projectId = await projectOf(params[`${thing}Id`] ?? '');
      return { identity, projectId, role: await projects.requireRole(identity, projectId, required, thing) };
    },
  };
}

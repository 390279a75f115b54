/** Rights in a project, by role in its organization. */
import { unauthenticated } from '#kernel/errors.ts';
import type { Access, Identity } from '#kernel/http/route.ts';
import type { Role } from '#wire/role.ts';
import type { Projects } from './projects.ts';

export interface ProjectScope {
  identity: Identity;
  projectId: string;
  role: Role;
}

/** @param required the smallest role that passes, in the project that the path names */
export function inProject(projects: Projects, required: Role): Access<ProjectScope> {
  return {
    rule: `${required} of the project`,
    async enter({ identity }, { projectId = '' }) {
      if (!identity) throw unauthenticated();
      return { identity, projectId, role: await projects.requireRole(identity, projectId, required) };
    },
  };
}

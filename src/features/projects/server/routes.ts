import { actorOf } from '#features/audit-log/server/access.ts';
import * as contract from '#features/projects/contract.ts';
import { type Limit, type Route, reply, route } from '#kernel/http/route.ts';
import { forNewProject, forProjects, inProject, organizationFor } from './access.ts';
import type { Projects } from './projects.ts';

export const projectRoutes = ({ projects, limits: { api } }: { projects: Projects; limits: { api: Limit } }): Route[] => [
  route(contract.listProjects, [api], forProjects, async ({ query, auth }) => reply(200, await projects.list(auth, query.cursor)), {
    cache: {
      key: ({ identity, organizationIds }) => `${identity.id} ${identity.token?.projects ?? ''} ${organizationIds}`,
      invalidatedBy: {
        user: ({ identity }) => [identity.id],
        projects: ({ organizationIds }) => organizationIds,
      },
    },
  }),
  route(contract.createProject, [api], forNewProject, async ({ body, auth, ctx }) =>
    reply(201, { project: await projects.create(actorOf(ctx), auth.identity, body.name, organizationFor(body.organizationId, auth)) }),
  ),
  route(contract.getProject, [api], inProject(projects, 'project.read'), async ({ auth }) =>
    reply(200, { project: await projects.get(auth.projectId, auth.role) }),
  ),
  route(contract.renameProject, [api], inProject(projects, 'project.rename'), async ({ body, auth, ctx }) =>
    reply(200, { project: await projects.rename(actorOf(ctx), auth.projectId, body.name, auth.role) }),
  ),
  route(contract.deleteProject, [api], inProject(projects, 'project.delete'), async ({ auth, ctx }) => {
    await projects.remove(actorOf(ctx), auth.projectId);
    return reply(204);
  }),
  route(contract.getProjectMembers, [api], inProject(projects, 'project.read'), async ({ auth }) =>
    reply(200, await projects.members(auth.projectId)),
  ),
  route(contract.putProjectMembers, [api], inProject(projects, 'project.members.change'), async ({ body, auth, ctx }) =>
    reply(200, await projects.changeMembers(actorOf(ctx), auth.projectId, body)),
  ),
];

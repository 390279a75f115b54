import { signedIn } from '#features/accounts/server/access.ts';
import { actorOf } from '#features/audit-log/server/access.ts';
import * as contract from '#features/projects/contract.ts';
import { type Limit, type Route, reply, route } from '#kernel/http/route.ts';
import { inProject } from './access.ts';
import type { Projects } from './projects.ts';

export const projectRoutes = ({ projects, limits: { api } }: { projects: Projects; limits: { api: Limit } }): Route[] => [
  route(contract.listProjects, [api], signedIn, async ({ query, auth }) => reply(200, await projects.list(auth, query.cursor)), {
    cache: {
      key: ({ id }) => id,
      invalidatedBy: { user: ({ id }) => [id], projects: ({ organizations }) => organizations.map(({ id }) => id) },
    },
  }),
  route(contract.createProject, [api], signedIn, async ({ body, auth, ctx }) =>
    reply(201, { project: await projects.create(actorOf(ctx), auth, body.name, body.organizationId) }),
  ),
  route(contract.getProject, [api], inProject(projects, 'viewer'), async ({ auth }) =>
    reply(200, { project: await projects.get(auth.projectId, auth.role) }),
  ),
  route(contract.renameProject, [api], inProject(projects, 'member'), async ({ body, auth, ctx }) =>
    reply(200, { project: await projects.rename(actorOf(ctx), auth.projectId, body.name, auth.role) }),
  ),
  route(contract.deleteProject, [api], inProject(projects, 'admin'), async ({ auth, ctx }) => {
    await projects.remove(actorOf(ctx), auth.projectId);
    return reply(204);
  }),
];

import * as contract from '#features/files/presence-contract.ts';
import type { Files } from '#features/files/server/files.ts';
import { inProject } from '#features/projects/server/access.ts';
import type { Projects } from '#features/projects/server/projects.ts';
import { type Limit, type Route, reply, route } from '#kernel/http/route.ts';

interface Options {
  files: Files;
  projects: Projects;
  limits: { api: Limit };
}

export function presenceRoutes({ files, projects, limits: { api } }: Options): Route[] {
  return [
    route(contract.reportPresence, [api], inProject(projects, 'project.read'), async ({ body, auth }) => {
      const page = { projectId: auth.projectId, userId: auth.identity.id, page: body.page };
      if (!body.closed) return reply(200, { people: await files.live.report(page, body.path) });
      await files.live.close(page);
      return reply(200, { people: [] });
    }),
  ];
}

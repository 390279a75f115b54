import { actorOf } from '#features/audit-log/server/access.ts';
import * as contract from '#features/files/history-contract.ts';
import { askerOf, authorOf } from '#features/files/server/access.ts';
import type { Files } from '#features/files/server/files.ts';
import { inProject } from '#features/projects/server/access.ts';
import type { Projects } from '#features/projects/server/projects.ts';
import { type Limit, type Route, reply, route } from '#kernel/http/route.ts';

interface Options {
  files: Files;
  projects: Projects;
  limits: { api: Limit; devmode: Limit };
}

export function historyRoutes({ files: { history }, projects, limits: { api, devmode } }: Options): Route[] {
  const read = inProject(projects, 'project.read');
  const write = inProject(projects, 'files.write');
  return [
    route(contract.listChanges, [api], read, async ({ query, auth }) => reply(200, await history.listChanges(auth.projectId, query))),

    route(contract.compareStates, [api], read, async ({ query, auth, ctx }) =>
      reply(200, await history.compareStates(askerOf(ctx), auth.projectId, query)),
    ),

    route(contract.blameFile, [api], read, async ({ query, auth, ctx }) =>
      reply(200, await history.blameFile(askerOf(ctx), auth.projectId, query.path, query.at)),
    ),

    route(contract.restoreFiles, [api, devmode], write, async ({ body, auth }) =>
      reply(201, { change: await history.restore({ projectId: auth.projectId, by: authorOf(auth.identity), ...body }) }),
    ),

    route(contract.listPoints, [api], read, async ({ auth }) => reply(200, { points: await history.points.list(auth.projectId) })),

    route(contract.createPoint, [api, devmode], write, async ({ body, auth, ctx }) =>
      reply(201, { point: await history.points.create({ projectId: auth.projectId, actor: actorOf(ctx), ...body }) }),
    ),

    route(contract.deletePoint, [api, devmode], write, async ({ params, auth, ctx }) => {
      await history.points.delete(auth.projectId, actorOf(ctx), params.pointId);
      return reply(204);
    }),
  ];
}

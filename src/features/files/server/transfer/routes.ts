import { inOrganization } from '#features/accounts/server/access.ts';
import { actorOf } from '#features/audit-log/server/access.ts';
import { authorOf } from '#features/files/server/access.ts';
import type { Files } from '#features/files/server/files.ts';
import * as contract from '#features/files/transfer-contract.ts';
import { inProject } from '#features/projects/server/access.ts';
import type { Projects } from '#features/projects/server/projects.ts';
import { type Limit, type Route, reply, route } from '#kernel/http/route.ts';
import { attachment } from './attachment.ts';

interface Options {
  files: Files;
  projects: Projects;
  limits: { api: Limit; devmode: Limit };
}

export function transferRoutes({ files, projects, limits: { api, devmode } }: Options): Route[] {
  return [
    route(contract.importFiles, [api, devmode], inProject(projects, 'files.write'), async ({ query, body, auth, ctx }) => {
      const { projectId, identity } = auth;
      const input = { projectId, zip: body, base: query.path ?? '', conflicts: query.conflicts, by: authorOf(auth.identity) };
      return reply(201, await files.importZip(identity.id, ctx.signal, input));
    }),

    route(contract.exportFiles, [api], inProject(projects, 'project.read'), async ({ query, auth, ctx }) => {
      const wanted = { projectId: auth.projectId, path: query.path ?? '', at: query.at };
      const { name, chunks } = await files.exportZip(actorOf(ctx), ctx.signal, wanted);
      return reply(200, { chunks }, { 'content-type': 'application/zip', 'content-disposition': attachment(name) });
    }),

    route(contract.getStorage, [api], inOrganization('organization.read'), async ({ auth }) =>
      reply(200, await files.viewStorage(auth.organizationId, auth.identity.id)),
    ),
  ];
}

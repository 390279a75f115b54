import * as contract from '#features/files/contract.ts';
import { inProject, inProjectOf } from '#features/projects/server/access.ts';
import type { Projects } from '#features/projects/server/projects.ts';
import { readRange } from '#kernel/http/range.ts';
import { type Limit, type Route, reply, route } from '#kernel/http/route.ts';
import { isFresh } from '#kernel/http/send.ts';
import type { RightOf } from '#wire/rights.ts';
import { askerOf, authorOf } from './access.ts';
import { arrangeRoutes } from './arrange/routes.ts';
import { readCondition } from './condition.ts';
import type { Files } from './files.ts';
import { historyRoutes } from './history/routes.ts';
import { presenceRoutes } from './live/routes.ts';
import { mediaTypeOf, requireFileBytes } from './media-type.ts';
import { searchRoutes } from './search/routes.ts';
import { transferRoutes } from './transfer/routes.ts';
import type { Transfers } from './transfers.ts';

interface Options {
  files: Files;
  transfers: Transfers;
  projects: Projects;
  limits: { api: Limit; devmode: Limit };
}

export function fileRoutes({ files, transfers, projects, limits: { api, devmode } }: Options): Route[] {
  const inChange = (right: RightOf<'project'>) => inProjectOf(projects, 'change', files.projectOf, right);

  return [
    route(contract.listFiles, [api], inProject(projects, 'project.read'), async ({ query: { path, ...listed }, auth }) =>
      reply(200, await files.list(auth.projectId, path, listed)),
    ),

    route(contract.readFile, [api], inProject(projects, 'project.read'), async ({ query, auth, ctx }) => {
      const known = ctx.request.headers['if-none-match']?.replace(/^(?:W\/)?"(.*)"$/, '$1') ?? '';
      const { request, response } = ctx;
      const reservation = transfers.reserve(auth.identity.id);
      // Sent, aborted or rejected.
      response.once('close', reservation.release);
      const file = await transfers.open(
        auth.identity.id,
        { projectId: auth.projectId, path: query.path, at: query.at, known },
        reservation,
      );
      const etag = `"${file.version}"`;
      const headers = { etag, 'accept-ranges': 'bytes', 'content-type': mediaTypeOf(query.path, file.start) };
      if (file.start === null || isFresh(request, etag)) return reply(304, undefined, headers);
      const range = readRange(request, file.size, etag);
      if (!range) return reply(200, file.read(), headers);
      return reply(206, file.read(range), { ...headers, 'content-range': `bytes ${range.from}-${range.to - 1}/${file.size}` });
    }),

    route(contract.saveFile, [api, devmode], inProject(projects, 'files.write'), async ({ query, body, auth, ctx }) => {
      requireFileBytes(ctx.request.headers['content-type'], query.path);
      const input = {
        projectId: auth.projectId,
        path: query.path,
        content: body,
        condition: readCondition(ctx.request.headers),
        by: authorOf(auth.identity),
      };
      const { file, change, created } = await transfers.save(auth.identity.id, body.byteLength, () => files.write(input));
      const headers = { etag: `"${file.version}"` };
      return created && change ? reply(201, { file, change }, headers) : reply(200, { file, change }, headers);
    }),

    route(contract.createFolder, [api, devmode], inProject(projects, 'files.write'), async ({ body, auth }) => {
      await files.createFolder(auth.projectId, body.path);
      return reply(201, { folder: { path: body.path } });
    }),

    route(contract.deleteFile, [api, devmode], inProject(projects, 'files.write'), async ({ query, auth, ctx }) => {
      const input = {
        projectId: auth.projectId,
        path: query.path,
        condition: readCondition(ctx.request.headers),
        by: authorOf(auth.identity),
      };
      return reply(200, { change: await files.remove(input) });
    }),

    route(contract.moveFile, [api, devmode], inProject(projects, 'files.write'), async ({ body, auth }) =>
      reply(200, { change: await files.move({ projectId: auth.projectId, ...body, by: authorOf(auth.identity) }) }),
    ),

    ...arrangeRoutes({ files, projects, limits: { api, devmode } }),

    route(contract.getChange, [api], inChange('project.read'), async ({ params, query, ctx }) =>
      reply(200, await files.show(askerOf(ctx), params.changeId, query)),
    ),

    route(contract.revertChange, [api, devmode], inChange('files.write'), async ({ params, auth, ctx }) => {
      const undo = { projectId: auth.projectId, changeId: params.changeId, by: authorOf(auth.identity) };
      return reply(201, { change: await files.undo(askerOf(ctx), undo) });
    }),

    ...historyRoutes({ files, projects, limits: { api, devmode } }),
    ...presenceRoutes({ files, projects, limits: { api } }),
    ...transferRoutes({ files, projects, limits: { api, devmode } }),
    ...searchRoutes({ files, projects, limits: { api, devmode } }),
  ];
}

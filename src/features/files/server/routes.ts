import * as contract from '#features/files/contract.ts';
import { inProject } from '#features/projects/server/access.ts';
import type { Projects } from '#features/projects/server/projects.ts';
import type { Database } from '#kernel/database/pool.ts';
import { type Limit, type Route, reply, route } from '#kernel/http/route.ts';
import { isFresh } from '#kernel/http/send.ts';
import { readCondition } from './condition.ts';
import type { Files } from './files.ts';
import { mediaTypeOf } from './media-type.ts';

interface Options {
  db: Database;
  files: Files;
  projects: Projects;
  limits: { api: Limit; devmode: Limit };
}

export const fileRoutes = ({ db, files, projects, limits: { api, devmode } }: Options): Route[] => [
  route(contract.listFiles, [api], inProject(projects, 'viewer'), async ({ query, scope }) =>
    reply(200, await files.list(scope.projectId, query.path, query.depth)),
  ),

  route(contract.readFile, [api], inProject(projects, 'viewer'), async ({ query, scope, visit }) => {
    const known = visit.request.headers['if-none-match']?.replace(/^(?:W\/)?"(.*)"$/, '$1') ?? '';
    const { version, content } = await files.read(scope.projectId, query.path, { at: query.at, known });
    const etag = `"${version}"`;
    const headers = { etag, 'cache-control': 'private, no-cache', 'content-type': mediaTypeOf(query.path, content) };
    if (content === null || isFresh(visit.request, etag)) return reply(304, undefined, headers);
    return reply(200, content, headers);
  }),

  route(contract.saveFile, [api, devmode], inProject(projects, 'member'), async ({ query, body, scope, visit }) => {
    const input = {
      projectId: scope.projectId,
      path: query.path,
      content: body,
      condition: readCondition(visit.request.headers),
      by: author(scope),
    };
    const { file, change, created } = await db.transaction((tx) => files.write(tx, input));
    const headers = { etag: `"${file.version}"` };
    return created && change ? reply(201, { file, change }, headers) : reply(200, { file, change }, headers);
  }),

  route(contract.deleteFile, [api, devmode], inProject(projects, 'member'), async ({ query, scope, visit }) => {
    const input = { projectId: scope.projectId, path: query.path, condition: readCondition(visit.request.headers), by: author(scope) };
    return reply(200, { change: await db.transaction((tx) => files.remove(tx, input)) });
  }),

  route(contract.moveFile, [api, devmode], inProject(projects, 'member'), async ({ body, scope }) =>
    reply(200, { change: await db.transaction((tx) => files.move(tx, { projectId: scope.projectId, ...body, by: author(scope) })) }),
  ),

  route(contract.listChanges, [api], inProject(projects, 'viewer'), async ({ query, scope }) =>
    reply(200, await files.history(scope.projectId, query)),
  ),
];

function author(scope: { identity: { id: string } }) {
  return { userId: scope.identity.id, runId: null };
}

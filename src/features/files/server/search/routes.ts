import * as contract from '#features/files/search-contract.ts';
import { inProject } from '#features/projects/server/access.ts';
import type { Projects } from '#features/projects/server/projects.ts';
import { type Limit, type Route, reply, route } from '#kernel/http/route.ts';
import { askerOf, authorOf } from '../access.ts';
import type { Files } from '../files.ts';

interface Options {
  files: Files;
  projects: Projects;
  limits: { api: Limit; devmode: Limit };
}

export function searchRoutes({ files, projects, limits: { api, devmode } }: Options): Route[] {
  return [
    route(contract.searchFiles, [api], inProject(projects, 'project.read'), async ({ query, auth, ctx }) => {
      const { q, regex, case: matchCase, word, ...place } = query;
      const wanted = { text: q, regex: regex === 'true', matchCase: readFlag(matchCase), word: word === 'true', ...place };
      return reply(200, await files.search(askerOf(ctx), auth.projectId, wanted));
    }),

    route(contract.findNames, [api], inProject(projects, 'project.read'), async ({ query, auth, ctx }) =>
      reply(200, await files.findNames(auth.projectId, query.q, ctx.signal)),
    ),

    route(contract.previewReplacement, [api], inProject(projects, 'project.read'), async ({ body, auth, ctx }) => {
      const { files: found, matchCount } = await files.previewReplacement(askerOf(ctx), auth.projectId, readWanted(body));
      return reply(200, { files: found, fileCount: found.length, matchCount });
    }),

    route(contract.replaceInFiles, [api, devmode], inProject(projects, 'files.write'), async ({ body, auth, ctx }) => {
      const { files: named, ...wanted } = body;
      const input = { projectId: auth.projectId, files: named, wanted: readWanted(wanted), by: authorOf(auth.identity) };
      return reply(201, await files.replaceInFiles(askerOf(ctx), input));
    }),
  ];
}

const readFlag = (flag: 'true' | 'false' | undefined): boolean | undefined => (flag === undefined ? undefined : flag === 'true');

interface Body {
  q: string;
  case?: boolean | undefined;
}

function readWanted<B extends Body>({ q, case: matchCase, ...wanted }: B) {
  return { text: q, matchCase, ...wanted };
}

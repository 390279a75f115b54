import { arrangeFiles } from '#features/files/arrange-contract.ts';
import { inProject } from '#features/projects/server/access.ts';
import type { Projects } from '#features/projects/server/projects.ts';
import { type Limit, type Route, reply, route } from '#kernel/http/route.ts';
import { authorOf } from '../access.ts';
import type { Files } from '../files.ts';

interface Options {
  files: Pick<Files, 'arrange'>;
  projects: Projects;
  limits: { api: Limit; devmode: Limit };
}

export const arrangeRoutes = ({ files, projects, limits: { api, devmode } }: Options): Route[] => [
  route(arrangeFiles, [api, devmode], inProject(projects, 'files.write'), async ({ body, auth }) => {
    const change = await files.arrange({ ...body, projectId: auth.projectId, by: authorOf(auth.identity) });
    return reply(200, { change });
  }),
];

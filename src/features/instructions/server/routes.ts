import { inOrganizations } from '#features/accounts/server/access.ts';
import { actorOf } from '#features/audit-log/server/access.ts';
import { askerOf } from '#features/files/server/access.ts';
import * as contract from '#features/instructions/contract.ts';
import { inProject, type ProjectAuth } from '#features/projects/server/access.ts';
import type { Projects } from '#features/projects/server/projects.ts';
import { type Limit, type Route, reply, route } from '#kernel/http/route.ts';
import type { Instructions } from './instructions.ts';

interface Options {
  instructions: Instructions;
  projects: Projects;
  limits: { api: Limit };
}

export function instructionRoutes({ instructions, projects, limits: { api } }: Options): Route[] {
  const placeOf = async ({ projectId }: ProjectAuth) => ({ projectId, organizationId: await projects.organizationOf(projectId) });

  return [
    route(contract.listWaitingInstructions, [api], inOrganizations('inbox.read'), async ({ auth }) =>
      reply(200, { waiting: await instructions.listWaiting(auth.identity.id, auth.organizationIds) }),
    ),
    route(contract.getInstructions, [api], inProject(projects, 'project.read'), async ({ auth, ctx }) =>
      reply(200, await instructions.show(askerOf(ctx), auth.identity.id, await placeOf(auth))),
    ),
    route(contract.acceptInstructions, [api], inProject(projects, 'instructions.accept'), async ({ body, auth, ctx }) => {
      const place = await placeOf(auth);
      await instructions.accept(actorOf(ctx), place, body.number);
      return reply(200, await instructions.show(askerOf(ctx), auth.identity.id, place));
    }),
  ];
}

import { inOrganization, type OrganizationAuth } from '#features/accounts/server/access.ts';
import { actorOf } from '#features/audit-log/server/access.ts';
import * as contract from '#features/policies/contract.ts';
import { inProject } from '#features/projects/server/access.ts';
import type { Projects } from '#features/projects/server/projects.ts';
import { type Limit, type Route, reply, route } from '#kernel/http/route.ts';
import type { Policies } from './policies.ts';

interface Options {
  policies: Policies;
  projects: Projects;
  limits: { api: Limit; autonomy: Limit };
}

export const policyRoutes = ({ policies, projects, limits: { api, autonomy } }: Options): Route[] => [
  route(contract.getPolicy, [api], inOrganization('policy.read'), async ({ auth }) =>
    reply(200, await policies.ofOrganization(auth.organizationId)),
  ),
  route(contract.putPolicy, [api, autonomy], inOrganization('policy.change'), async ({ body, auth, ctx }) => {
    const { organizationId } = auth;
    const owner = { organizationId, projectId: null, name: nameOf(auth) };
    await policies.put(actorOf(ctx), owner, body.basedOn, body.policy);
    return reply(200, await policies.ofOrganization(organizationId));
  }),
  route(contract.getProjectPolicy, [api], inProject(projects, 'project.read'), async ({ auth: { projectId } }) =>
    reply(200, await policies.ofProject(await projects.organizationOf(projectId), projectId)),
  ),
  route(
    contract.putProjectPolicy,
    [api, autonomy],
    inProject(projects, 'project.policy.change'),
    async ({ body, auth: { projectId, role }, ctx }) => {
      const { organizationId, name } = await projects.get(projectId, role);
      await policies.put(actorOf(ctx), { organizationId, projectId, name }, body.basedOn, body.policy);
      return reply(200, await policies.ofProject(organizationId, projectId));
    },
  ),
];

const nameOf = ({ identity, organizationId }: OrganizationAuth) =>
  identity.organizations.find(({ id }) => id === organizationId)?.name ?? '';

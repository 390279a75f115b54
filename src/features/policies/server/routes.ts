import { inOrganization, type OrganizationScope } from '#features/accounts/server/access.ts';
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
  route(contract.getPolicy, [api], inOrganization('member'), async ({ scope }) =>
    reply(200, await policies.ofOrganization(scope.organizationId)),
  ),
  route(contract.putPolicy, [api, autonomy], inOrganization('admin'), async ({ body, scope, visit }) => {
    const { organizationId } = scope;
    const owner = { organizationId, projectId: null, name: nameOf(scope) };
    await policies.put(actorOf(visit), owner, body.basedOn, body.policy);
    return reply(200, await policies.ofOrganization(organizationId));
  }),
  route(contract.getProjectPolicy, [api], inProject(projects, 'viewer'), async ({ scope: { projectId } }) =>
    reply(200, await policies.ofProject(await projects.organizationOf(projectId), projectId)),
  ),
  route(contract.putProjectPolicy, [api, autonomy], inProject(projects, 'admin'), async ({ body, scope: { projectId, role }, visit }) => {
    const { organizationId, name } = await projects.get(projectId, role);
    await policies.put(actorOf(visit), { organizationId, projectId, name }, body.basedOn, body.policy);
    return reply(200, await policies.ofProject(organizationId, projectId));
  }),
];

const nameOf = ({ identity, organizationId }: OrganizationScope) =>
  identity.organizations.find(({ id }) => id === organizationId)?.name ?? '';

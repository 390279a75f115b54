import { inOrganization, type OrganizationScope } from '#features/accounts/server/access.ts';
import { actorOf } from '#features/audit/server/access.ts';
import type { Audit } from '#features/audit/server/audit.ts';
import { readOverview } from '#features/inbox/server/overview.ts';
import { unless } from '#features/limits/server/limits.ts';
import * as contract from '#features/policies/contract.ts';
import { inProject } from '#features/projects/server/access.ts';
import type { Projects } from '#features/projects/server/projects.ts';
import type { Database } from '#kernel/database/pool.ts';
import { invalid } from '#kernel/errors.ts';
import { type Limit, type Route, reply, route } from '#kernel/http/route.ts';
import { isTypedName } from '#wire/hidden-characters.ts';
import { createPolicies, type ToolsOf } from './policies.ts';
import { readSwitch, switchAutonomy } from './switch.ts';

export { approvalRoutes } from '#features/inbox/server/routes.ts';

interface Options {
  db: Database;
  audit: Audit;
  projects: Projects;
  /** What runs of an organization may use; comes from a room after this one. */
  toolsOf: ToolsOf;
  /** The next times at which schedules of an organization are due; comes from a room after this one. */
  nextStarts: (organizationId: string) => Promise<contract.NextStart[]>;
  limits: { api: Limit; autonomy: Limit; unlessSignedIn: Limit };
}

export function autonomyRoutes({ db, audit, projects, toolsOf, nextStarts, limits: { api, autonomy, unlessSignedIn } }: Options): Route[] {
  const policies = createPolicies({ db, audit, toolsOf });

  const ofOrganization = async ({ organizationId }: Pick<OrganizationScope, 'organizationId'>) => {
    const [found, current] = await Promise.all([policies.ofOrganization(organizationId), readSwitch(db, organizationId)]);
    return { ...found, switch: current };
  };

  async function ofProject(projectId: string) {
    const organizationId = await projects.organizationOf(projectId);
    const [found, current] = await Promise.all([policies.ofProject(organizationId, projectId), readSwitch(db, organizationId)]);
    return { ...found, switch: current };
  }

  return [
    route(contract.getAutonomy, [api], inOrganization('viewer'), async ({ scope }) =>
      reply(200, await readOverview({ db, nextStarts }, scope)),
    ),
    route(contract.getPolicy, [api], inOrganization('member'), async ({ scope }) => reply(200, await ofOrganization(scope))),
    route(contract.putPolicy, [api, autonomy], inOrganization('admin'), async ({ body, scope, visit }) => {
      const { organizationId } = scope;
      const owner = { organizationId, projectId: null, name: nameOf(scope) };
      await policies.put(actorOf(visit), owner, body.basedOn, body.policy);
      return reply(200, await ofOrganization(scope));
    }),
    route(contract.getProjectPolicy, [api], inProject(projects, 'viewer'), async ({ scope }) =>
      reply(200, await ofProject(scope.projectId)),
    ),
    route(contract.putProjectPolicy, [api, autonomy], inProject(projects, 'admin'), async ({ body, scope: { projectId, role }, visit }) => {
      const { organizationId, name } = await projects.get(projectId, role);
      await policies.put(actorOf(visit), { organizationId, projectId, name }, body.basedOn, body.policy);
      return reply(200, await ofProject(projectId));
    }),
    route(
      contract.switchAutonomy,
      [unlessSignedIn, unless(isOff, api), unless(isOff, autonomy)],
      inOrganization('admin'),
      async ({ body, scope, visit }) => {
        if (body.on && !isTypedName(asTyped(body.confirm ?? ''), asTyped(nameOf(scope)))) {
          const message = `Write the organization’s name, ${nameOf(scope)}: what was held goes on at once.`;
          throw invalid([{ path: 'confirm', message }]);
        }
        return reply(200, await switchAutonomy({ db, audit }, actorOf(visit), scope.organizationId, body.on));
      },
    ),
  ];
}

/** An emergency brake, however much its admin did in the last minutes. */
const isOff = ({ on }: { on: boolean }) => !on;

const nameOf = ({ identity, organizationId }: OrganizationScope) =>
  identity.organizations.find(({ id }) => id === organizationId)?.name ?? '';

/** A keyboard has one apostrophe; names have others, such as “Ada’s team”, which every first organization is called like. */
const asTyped = (name: string): string => name.trim().replaceAll(/[‘’ʼ]/g, "'").replaceAll(/\s+/g, ' ');

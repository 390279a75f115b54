import { inOrganization } from '#features/accounts/server/access.ts';
import * as contract from '#features/agents/contract.ts';
import { actorOf } from '#features/audit-log/server/access.ts';
import { type Limit, type Route, reply, route } from '#kernel/http/route.ts';
import { ofAgent } from './access.ts';
import { type Agents, describe } from './agents.ts';

export const agentRoutes = ({ agents, limits: { api } }: { agents: Agents; limits: { api: Limit } }): Route[] => [
  route(contract.listAgents, [api], inOrganization('viewer'), async ({ query, scope }) =>
    reply(200, await agents.list(scope.organizationId, query.archived === 'true')),
  ),
  route(contract.createAgent, [api], inOrganization('member'), async ({ body, scope, visit }) =>
    reply(201, { agent: await agents.create(actorOf(visit), scope.organizationId, body) }),
  ),
  route(contract.getAgent, [api], ofAgent(agents, 'viewer'), async ({ query, scope: { agent } }) =>
    reply(200, { agent: describe(agent), ...(await agents.versions(agent.id, query.before, query.limit)) }),
  ),
  route(contract.changeAgent, [api], ofAgent(agents, 'member'), async ({ body, scope, visit }) =>
    reply(200, { agent: await agents.change(actorOf(visit), scope.agent, body) }),
  ),
  route(contract.archiveAgent, [api], ofAgent(agents, 'member'), async ({ scope, visit }) => {
    await agents.archive(actorOf(visit), scope.agent);
    return reply(204);
  }),
  route(contract.restoreAgent, [api], ofAgent(agents, 'member'), async ({ scope, visit }) =>
    reply(200, { agent: await agents.restore(actorOf(visit), scope.agent) }),
  ),
];

import { inOrganization } from '#features/accounts/server/access.ts';
import * as contract from '#features/agents/contract.ts';
import { actorOf } from '#features/audit-log/server/access.ts';
import { type Limit, type Route, reply, route } from '#kernel/http/route.ts';
import { ofAgent } from './access.ts';
import { type Agents, describe } from './agents.ts';

export const agentRoutes = ({ agents, limits: { api } }: { agents: Agents; limits: { api: Limit } }): Route[] => [
  route(contract.listAgents, [api], inOrganization('agents.read'), async ({ query, auth }) =>
    reply(200, await agents.list(auth.organizationId, query.archived === 'true')),
  ),
  route(contract.createAgent, [api], inOrganization('agents.change'), async ({ body, auth, ctx }) =>
    reply(201, { agent: await agents.create(actorOf(ctx), auth.organizationId, body) }),
  ),
  route(contract.getAgent, [api], ofAgent(agents, 'agents.read'), async ({ query, auth: { agent } }) =>
    reply(200, { agent: describe(agent), ...(await agents.versions(agent.id, query.before, query.limit)) }),
  ),
  route(contract.changeAgent, [api], ofAgent(agents, 'agents.change'), async ({ body, auth, ctx }) =>
    reply(200, { agent: await agents.change(actorOf(ctx), auth.agent, body) }),
  ),
  route(contract.archiveAgent, [api], ofAgent(agents, 'agents.change'), async ({ auth, ctx }) => {
    await agents.archive(actorOf(ctx), auth.agent);
    return reply(204);
  }),
  route(contract.restoreAgent, [api], ofAgent(agents, 'agents.change'), async ({ auth, ctx }) =>
    reply(200, { agent: await agents.restore(actorOf(ctx), auth.agent) }),
  ),
];

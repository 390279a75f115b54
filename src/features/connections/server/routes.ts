import { inOrganization } from '#features/accounts/server/access.ts';
import { actorOf } from '#features/audit-log/server/access.ts';
import * as contract from '#features/connections/contract.ts';
import { type Limit, type Route, reply, route } from '#kernel/http/route.ts';
import { ofToolServer } from './access.ts';
import type { Connections } from './connections.ts';

export const connectionRoutes = ({ connections, limits: { api } }: { connections: Connections; limits: { api: Limit } }): Route[] => [
  // Not for every role: an address may contain a secret.
  route(contract.listToolServers, [api], inOrganization('connections.read'), async ({ auth }) =>
    reply(200, { toolServers: await connections.list(auth.organizationId) }),
  ),
  route(contract.addToolServer, [api], inOrganization('connections.change'), async ({ body, auth, ctx }) =>
    reply(201, { toolServer: await connections.add(actorOf(ctx), auth.identity, auth.organizationId, body) }),
  ),
  route(contract.changeToolServer, [api], ofToolServer(connections, 'connections.change'), async ({ body, auth, ctx }) =>
    reply(200, { toolServer: await connections.change(actorOf(ctx), auth.identity, auth.toolServerId, body) }),
  ),
  route(contract.removeToolServer, [api], ofToolServer(connections, 'connections.change'), async ({ auth, ctx }) => {
    await connections.remove(actorOf(ctx), auth.toolServerId);
    return reply(204);
  }),
  route(contract.testToolServer, [api], ofToolServer(connections, 'connections.read'), async ({ auth }) =>
    reply(200, await connections.test(auth.toolServerId)),
  ),
  route(contract.listServerTools, [api], ofToolServer(connections, 'connections.read'), async ({ auth }) =>
    reply(200, await connections.tools(auth.toolServerId)),
  ),
  route(contract.changeServerTools, [api], ofToolServer(connections, 'connections.tools.change'), async ({ body, auth, ctx }) =>
    reply(200, await connections.chooseTools(actorOf(ctx), auth.toolServerId, body)),
  ),
  route(contract.getFetchHosts, [api], inOrganization('hosts.read'), async ({ auth }) =>
    reply(200, { hosts: await connections.fetchHosts(auth.organizationId) }),
  ),
  route(contract.changeFetchHosts, [api], inOrganization('hosts.change'), async ({ body, auth, ctx }) =>
    reply(200, { hosts: await connections.changeFetchHosts(actorOf(ctx), auth.organizationId, body.hosts) }),
  ),
];

import { inOrganization, inOrganizations, signedIn } from '#features/accounts/server/access.ts';
import * as contract from '#features/inbox/contract.ts';
import { getAutonomy } from '#features/inbox/overview-contract.ts';
import { type Limit, type Route, reply, route } from '#kernel/http/route.ts';
import type { Inbox } from './inbox.ts';

export const inboxRoutes = ({ inbox, limits: { api } }: { inbox: Inbox; limits: { api: Limit } }): Route[] => [
  route(getAutonomy, [api], inOrganization('autonomy.read'), async ({ auth }) => reply(200, await inbox.overview(auth))),
  route(contract.listApprovals, [api], inOrganizations('inbox.read'), async ({ query, auth }) => reply(200, await inbox.list(auth, query))),
  route(contract.followApprovals, [api], signedIn('inbox.follow'), async ({ auth }) => reply(200, (stream) => inbox.follow(auth, stream))),
];

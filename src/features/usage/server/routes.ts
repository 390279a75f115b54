import { inOrganization } from '#features/accounts/server/access.ts';
import { actorOf } from '#features/audit-log/server/access.ts';
import * as contract from '#features/usage/contract.ts';
import { type Limit, type Route, reply, route } from '#kernel/http/route.ts';
import type { UsageReports } from './usage.ts';

export const usageRoutes = ({ usage, limits: { api } }: { usage: UsageReports; limits: { api: Limit } }): Route[] => [
  route(contract.getUsage, [api], inOrganization('usage.read'), async ({ query: { by, ...selection }, auth }) =>
    reply(200, await usage.read(auth, by, selection)),
  ),
  route(contract.exportUsage, [api], inOrganization('usage.read'), async ({ query, auth, ctx }) => {
    const { name, csv } = await usage.export(actorOf(ctx), auth, query);
    const headers = { 'content-type': 'text/csv; charset=utf-8', 'content-disposition': `attachment; filename="${name}"` };
    return reply(200, Buffer.from(csv), headers);
  }),
];

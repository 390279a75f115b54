import { inOrganization } from '#features/accounts/server/access.ts';
import { actorOf } from '#features/audit-log/server/access.ts';
import * as contract from '#features/usage/contract.ts';
import { type Limit, type Route, reply, route } from '#kernel/http/route.ts';
import type { UsageReports } from './usage.ts';

export const usageRoutes = ({ usage, limits: { api } }: { usage: UsageReports; limits: { api: Limit } }): Route[] => [
  route(contract.getUsage, [api], inOrganization('viewer'), async ({ query: { by, ...selection }, scope }) =>
    reply(200, await usage.read(scope, by, selection)),
  ),
  route(contract.exportUsage, [api], inOrganization('viewer'), async ({ query, scope, visit }) => {
    const { name, csv } = await usage.export(actorOf(visit), scope, query);
    const headers = { 'content-type': 'text/csv; charset=utf-8', 'content-disposition': `attachment; filename="${name}"` };
    return reply(200, Buffer.from(csv), headers);
  }),
];

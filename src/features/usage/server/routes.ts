import { inOrganization } from '#features/accounts/server/access.ts';
import { actorOf } from '#features/audit/server/access.ts';
import type { Audit } from '#features/audit/server/audit.ts';
import * as contract from '#features/usage/contract.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Queryable } from '#kernel/database/statement.ts';
import { type Limit, type Route, reply, route } from '#kernel/http/route.ts';
import { exportUsage, readUsage } from './usage.ts';

export const usageRoutes = ({
  db,
  audit,
  clock,
  limits: { api },
}: {
  db: Queryable;
  audit: Pick<Audit, 'record'>;
  clock: Clock;
  limits: { api: Limit };
}): Route[] => [
  route(contract.getUsage, [api], inOrganization('viewer'), async ({ query: { by, ...selection }, scope }) =>
    reply(200, await readUsage(db, scope, by, selection, clock.now())),
  ),
  route(contract.exportUsage, [api], inOrganization('viewer'), async ({ query, scope, visit }) => {
    const { name, csv } = await exportUsage(db, scope, query, clock.now());
    await audit.record(db, { organizationId: scope.organizationId, actor: actorOf(visit), action: 'export.usage', detail: { file: name } });
    const headers = { 'content-type': 'text/csv; charset=utf-8', 'content-disposition': `attachment; filename="${name}"` };
    return reply(200, Buffer.from(csv), headers);
  }),
];

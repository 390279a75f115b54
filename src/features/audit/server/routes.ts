import { inOrganization } from '#features/accounts/server/access.ts';
import * as contract from '#features/audit/contract.ts';
import { actorOf } from '#features/audit-log/server/access.ts';
import { type Limit, type Route, reply, route } from '#kernel/http/route.ts';
import type { Audit } from './audit.ts';

export const auditRoutes = ({ audit, limits: { api } }: { audit: Audit; limits: { api: Limit } }): Route[] => [
  route(contract.listAudit, [api], inOrganization('audit.read'), async ({ query, auth }) =>
    reply(200, await audit.list(auth.organizationId, query)),
  ),
  route(contract.listAuditPeople, [api], inOrganization('audit.read'), async ({ auth }) =>
    reply(200, { people: await audit.people(auth.organizationId) }),
  ),
  route(contract.exportAudit, [api], inOrganization('audit.read'), async ({ query, auth, ctx }) => {
    const headers = { 'content-type': 'text/csv; charset=utf-8', 'content-disposition': 'attachment; filename="audit.csv"' };
    return reply(200, { chunks: await audit.export(actorOf(ctx), auth.organizationId, query) }, headers);
  }),
];

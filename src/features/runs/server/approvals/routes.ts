import { actorOf } from '#features/audit-log/server/access.ts';
import { askerOf } from '#features/files/server/access.ts';
import type { Transfers } from '#features/files/server/files.ts';
import type { Projects } from '#features/projects/server/projects.ts';
import * as contract from '#features/runs/approvals-contract.ts';
import { type Limit, type Route, reply, route } from '#kernel/http/route.ts';
import { ofApproval } from '../access.ts';
import type { Runs } from '../runs.ts';

interface Options {
  runs: Runs;
  projects: Projects;
  transfers: Transfers;
  limits: { api: Limit };
}

export function approvalRoutes({ runs, projects, transfers, limits: { api } }: Options): Route[] {
  const needs = { runs, projects };
  return [
    route(contract.getApproval, [api], ofApproval(needs, 'approvals.read'), async ({ query, auth, ctx }) =>
      reply(200, await runs.approvals.show(askerOf(ctx), auth.identity.id, auth.approval, query)),
    ),
    route(contract.readApprovalFile, [api], ofApproval(needs, 'approvals.read'), async ({ params, query, auth, ctx }) => {
      const reservation = transfers.reserve(auth.identity.id);
      // Sent, cut off or rejected.
      ctx.response.once('close', reservation.release);
      const body = await runs.approvals.readFile(auth.identity.id, auth.projectId, params.approvalId, query, reservation);
      return reply(200, body, { 'content-type': 'application/octet-stream', 'cache-control': 'no-store' });
    }),
    route(contract.decideApproval, [api], ofApproval(needs, 'approvals.resolve'), async ({ body, auth, ctx }) =>
      reply(200, { approval: await runs.approvals.resolve(actorOf(ctx), auth.approval, body) }),
    ),
  ];
}

import { requireRole, signedIn } from '#features/accounts/server/access.ts';
import { actorOf } from '#features/audit/server/access.ts';
import type { Actor, Audit } from '#features/audit/server/audit.ts';
import { askerOf } from '#features/files/server/access.ts';
import type { Files, Transfers } from '#features/files/server/files.ts';
import * as instructionsContract from '#features/instructions/contract.ts';
import { createInstructionsReview } from '#features/instructions/server/review.ts';
import type { Autonomy } from '#features/policies/server/autonomy.ts';
import { inProject, type ProjectScope } from '#features/projects/server/access.ts';
import type { Projects } from '#features/projects/server/projects.ts';
import * as contract from '#features/runs/approvals-contract.ts';
import { createApprovalList } from '#features/runs/server/approvals/show.ts';
import type { Database } from '#kernel/database/pool.ts';
import { unauthenticated } from '#kernel/errors.ts';
import { type Access, type Identity, type Limit, type Route, reply, route } from '#kernel/http/route.ts';
import type { Live } from '#kernel/live.ts';
import type { Log } from '#kernel/log.ts';
import type { BodyOf } from '#wire/contract.ts';
import type { Role } from '#wire/role.ts';
import { createApprovalNews } from './stream.ts';

interface Options {
  db: Database;
  live: Live;
  log: Log;
  audit: Audit;
  files: Files;
  transfers: Transfers;
  autonomy: Pick<Autonomy, 'rulesFor'>;
  /** Lets the run go on. @throws 403 where the policy asks for more than a member, 409 */
  decide: (actor: Actor, approvalId: string, given: BodyOf<typeof contract.decideApproval>) => Promise<unknown>;
  projects: Projects;
  limits: { api: Limit };
}

/** The organization that the query names, else all of who asks. */
const inOrganizations: Access<{ identity: Identity; organizationIds: readonly string[] }> = {
  rule: 'viewer of the organization',
  enter(visit, params) {
    const { organization } = visit.request.query;
    const identity = signedIn.enter(visit, params) as Identity;
    if (typeof organization !== 'string') return { identity, organizationIds: identity.organizations.map(({ id }) => id) };
    return { identity, organizationIds: [requireRole(identity, organization, 'viewer').organizationId] };
  },
};

export function approvalRoutes({ db, live, log, audit, files, transfers, autonomy, decide, projects, limits }: Options): Route[] {
  const approvals = createApprovalList({ db, files, transfers, autonomy });
  const news = createApprovalNews({ db, live, log });
  const instructions = createInstructionsReview({ db, audit, files, autonomy });
  const placeOf = async ({ projectId }: ProjectScope) => ({ projectId, organizationId: await projects.organizationOf(projectId) });

  /** The right in the project in which it is asked. */
  const ofApproval = (required: Role): Access<ProjectScope> => ({
    rule: `${required} of the approval’s project`,
    async enter({ identity }, { approvalId = '' }) {
      if (!identity) throw unauthenticated();
      const projectId = await approvals.projectOf(approvalId);
      return { identity, projectId, role: await projects.requireRole(identity, projectId, required, 'approval') };
    },
  });

  return [
    route(contract.listApprovals, [limits.api], inOrganizations, async ({ query, scope }) =>
      reply(200, await approvals.list(scope.identity.id, scope.organizationIds, query)),
    ),
    // Before the address of one approval, which it looks like.
    route(contract.followApprovals, [limits.api], signedIn, async ({ scope }) => reply(200, (stream) => news.follow(scope, stream))),
    route(contract.getApproval, [limits.api], ofApproval('viewer'), async ({ params, query, scope, visit }) =>
      reply(200, await approvals.show(askerOf(visit), scope.identity.id, params.approvalId, query)),
    ),
    route(contract.readApprovalFile, [limits.api], ofApproval('viewer'), async ({ params, query, scope, visit }) => {
      const hold = transfers.hold(scope.identity.id);
      // Sent, or cut off, or refused.
      visit.response.once('close', hold.release);
      const body = await approvals.readFile(scope.identity.id, scope.projectId, params.approvalId, query, hold);
      return reply(200, body, { 'content-type': 'application/octet-stream', 'cache-control': 'no-store' });
    }),
    route(contract.decideApproval, [limits.api], ofApproval('member'), async ({ params, body, visit }) => {
      await decide(actorOf(visit), params.approvalId, body);
      return reply(200, { approval: await approvals.find(params.approvalId) });
    }),
    route(instructionsContract.listWaitingInstructions, [limits.api], inOrganizations, async ({ scope }) =>
      reply(200, { waiting: await instructions.listWaiting(scope.organizationIds) }),
    ),
    route(instructionsContract.getInstructions, [limits.api], inProject(projects, 'viewer'), async ({ scope, visit }) =>
      reply(200, await instructions.show(askerOf(visit), scope.identity.id, await placeOf(scope))),
    ),
    route(instructionsContract.acceptInstructions, [limits.api], inProject(projects, 'member'), async ({ body, scope, visit }) => {
      const place = await placeOf(scope);
      await instructions.accept(actorOf(visit), place, body.number);
      return reply(200, await instructions.show(askerOf(visit), scope.identity.id, place));
    }),
  ];
}

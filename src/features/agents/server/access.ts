/** Rights on an agent, by role in its organization. */
import { type OrganizationAuth, requireIdentity, requireRight } from '#features/accounts/server/access.ts';
import { type Guard, requires } from '#kernel/http/route.ts';
import type { RightOf } from '#wire/rights.ts';
import type { Agents } from './agents.ts';

interface AgentAuth extends OrganizationAuth {
  /** Read for this request, so it is current. */
  agent: Awaited<ReturnType<Agents['find']>>;
}

/** @param right in the organization of the agent named that the path names */
export const ofAgent = (agents: Agents, right: RightOf<'organization'>): Guard<AgentAuth> => ({
  ...requires(right, 'agent'),
  async authorize(ctx, params) {
    const identity = requireIdentity(ctx);
    const agent = await agents.find(params['agentId'] ?? '');
    return { ...requireRight(identity, agent.organization_id, right, 'agent'), agent };
  },
});

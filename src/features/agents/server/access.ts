/** Rights on an agent, by role in its organization. */
import { type OrganizationAuth, requireRole, signedIn } from '#features/accounts/server/access.ts';
import type { Guard, Identity } from '#kernel/http/route.ts';
import type { Role } from '#wire/role.ts';
import type { Agents } from './agents.ts';

interface AgentAuth extends OrganizationAuth {
  /** Read for this request, so it is current. */
  agent: Awaited<ReturnType<Agents['find']>>;
}

/** @param required the smallest role that passes, in the organization of the agent named in the path */
export const ofAgent = (agents: Agents, required: Role): Guard<AgentAuth> => ({
  role: required,
  of: 'organization',
  through: 'agent',
  async authorize(ctx, params) {
    const identity = signedIn.authorize(ctx, params) as Identity;
    const agent = await agents.find(params['agentId'] ?? '');
    return { ...requireRole(identity, agent.organization_id, required, 'agent'), agent };
  },
});

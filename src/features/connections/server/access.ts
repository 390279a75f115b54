/** Rights over a tool server, by role in its organization. */
import { type OrganizationAuth, requireRole, signedIn } from '#features/accounts/server/access.ts';
import type { Guard, Identity } from '#kernel/http/route.ts';
import type { Role } from '#wire/role.ts';
import type { Connections } from './connections.ts';

interface ToolServerAuth extends OrganizationAuth {
  toolServerId: string;
}

/** @param required the lowest role allowed, in the organization of the tool server in the path */
export const ofToolServer = (connections: Connections, required: Role): Guard<ToolServerAuth> => ({
  role: required,
  of: 'organization',
  through: 'tool server',
  async authorize(ctx, params) {
    const identity = signedIn.authorize(ctx, params) as Identity;
    const toolServerId = params['toolServerId'] ?? '';
    return { ...requireRole(identity, await connections.organizationOf(toolServerId), required, 'tool server'), toolServerId };
  },
});

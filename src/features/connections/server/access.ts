/** Rights over a tool server, by role in its organization. */
import { type OrganizationAuth, requireIdentity, requireRight } from '#features/accounts/server/access.ts';
import { type Guard, requires } from '#kernel/http/route.ts';
import type { RightOf } from '#wire/rights.ts';
import type { Connections } from './connections.ts';

interface ToolServerAuth extends OrganizationAuth {
  toolServerId: string;
}

/** @param right in the organization of the tool server that the path names */
export const ofToolServer = (connections: Connections, right: RightOf<'organization'>): Guard<ToolServerAuth> => ({
  ...requires(right, 'tool server'),
  async authorize(ctx, params) {
    const identity = requireIdentity(ctx);
    const toolServerId = params['toolServerId'] ?? '';
    return { ...requireRight(identity, await connections.organizationOf(toolServerId), right, 'tool server'), toolServerId };
  },
});

import { organizationOf, requireRight, signedIn } from '#features/accounts/server/access.ts';
import { actorOf } from '#features/audit-log/server/access.ts';
import * as contract from '#features/tokens/contract.ts';
import { type Limit, type RequestContext, type Route, reply, route } from '#kernel/http/route.ts';
import type { RightOf } from '#wire/rights.ts';
import { ofOrganization, ofToken } from './access.ts';
import type { Tokens } from './tokens.ts';

/** The organization whose tokens a request concerns; undefined: the person's own. @throws 403, 404 */
const organizationIf = (owner: 'me' | 'organization', ctx: RequestContext, right: RightOf<'organization'>) =>
  owner === 'organization' && ctx.identity ? requireRight(ctx.identity, organizationOf(ctx).organizationId, right) : undefined;

export const tokenRoutes = ({ tokens, limits: { api } }: { tokens: Tokens; limits: { api: Limit } }): Route[] => [
  route(contract.listTokens, [api], signedIn('account.tokens'), async ({ query, auth, ctx }) =>
    reply(200, { tokens: await tokens.list(auth.id, organizationIf(query.owner, ctx, 'tokens.read')) }),
  ),
  route(contract.createToken, [api], signedIn('account.tokens.create'), async ({ body, auth, ctx }) => {
    const organization = organizationIf(body.owner, ctx, 'tokens.manage');
    return reply(201, await tokens.create({ userId: auth.id, organization }, actorOf(ctx), body));
  }),
  route(
    contract.revokeToken,
    [api],
    ofToken(tokens),
    async ({ auth, ctx }) => {
      await tokens.revoke(auth.token, actorOf(ctx));
      return reply(204);
    },
    { sensitiveWhen: ofOrganization },
  ),
];

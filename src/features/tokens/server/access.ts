/** Rights on a single token. */
import { requireIdentity } from '#features/accounts/server/access.ts';
import { notFound } from '#kernel/errors.ts';
import { type Condition, type Guard, type Identity, requires } from '#kernel/http/route.ts';
import { includes } from '#wire/rights.ts';
import type { OwnToken, Tokens } from './tokens.ts';

interface TokenAuth {
  identity: Identity;
  token: OwnToken;
}

/** One's own token, or one of an organization whose tokens one manages. Any other might as well not exist. */
export const ofToken = (tokens: Tokens): Guard<TokenAuth> => ({
  ...requires('account.tokens'),
  async authorize(ctx, { tokenId = '' }) {
    const identity = requireIdentity(ctx);
    const token = await tokens.find(tokenId);
    const { organizationId, userId } = token;
    const role = identity.organizations.find(({ id }) => id === organizationId)?.role;
    if (organizationId === null ? userId === identity.id : includes(role, 'tokens.manage')) return { identity, token };
    throw notFound('token');
  },
});

export const ofOrganization: Condition = {
  description: 'the token is the organization’s',
  applies: ({ auth }) => (auth as TokenAuth).token.organizationId !== null,
};

/** Rights on a provider, by role in its organization. */
import { type OrganizationAuth, requireIdentity, requireRight } from '#features/accounts/server/access.ts';
import { type Guard, requires } from '#kernel/http/route.ts';
import type { RightOf } from '#wire/rights.ts';
import type { Models } from './models.ts';

interface ProviderAuth extends OrganizationAuth {
  /** Read for this request, so it is current. */
  provider: Awaited<ReturnType<Models['stored']['find']>>;
}

/** @param right in the organization of the provider named that the path names */
export const ofModelProvider = (models: Models, right: RightOf<'organization'>): Guard<ProviderAuth> => ({
  ...requires(right, 'provider'),
  async authorize(ctx, params) {
    const identity = requireIdentity(ctx);
    const provider = await models.stored.find(params['providerId'] ?? '');
    return { ...requireRight(identity, provider.organization_id, right, 'provider'), provider };
  },
});

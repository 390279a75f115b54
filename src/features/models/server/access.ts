/** Rights on a provider, by role in its organization. */
import { type OrganizationAuth, requireRole, signedIn } from '#features/accounts/server/access.ts';
import type { Guard, Identity } from '#kernel/http/route.ts';
import type { Role } from '#wire/role.ts';
import type { Models } from './models.ts';

interface ProviderAuth extends OrganizationAuth {
  /** Read for this request, so it is current. */
  provider: Awaited<ReturnType<Models['stored']['find']>>;
}

/** @param required the smallest role that passes, in the organization of the provider named in the path */
export const ofModelProvider = (models: Models, required: Role): Guard<ProviderAuth> => ({
  role: required,
  of: 'organization',
  through: 'provider',
  async authorize(ctx, params) {
    const identity = signedIn.authorize(ctx, params) as Identity;
    const provider = await models.stored.find(params['providerId'] ?? '');
    return { ...requireRole(identity, provider.organization_id, required, 'provider'), provider };
  },
});

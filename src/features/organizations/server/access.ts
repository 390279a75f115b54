/** Rights on an invitation, by role in its organization. */
import { type OrganizationAuth, requireIdentity, requireRight } from '#features/accounts/server/access.ts';
import { type Guard, requires } from '#kernel/http/route.ts';
import type { RightOf } from '#wire/rights.ts';
import type { Role } from '#wire/role.ts';
import type { Organizations } from './organizations.ts';

export interface InvitationAuth extends OrganizationAuth {
  /** The role that the invitation gives. */
  invitedRole: Role;
}

/** @param right in the organization of the invitation that the path names */
export const ofInvitation = ({ invitations }: Organizations, right: RightOf<'organization'>): Guard<InvitationAuth> => ({
  ...requires(right, 'invitation'),
  async authorize(ctx, { invitationId = '' }) {
    const identity = requireIdentity(ctx);
    const { organizationId, invitedRole } = await invitations.find(invitationId);
    return { ...requireRight(identity, organizationId, right, 'invitation'), invitedRole };
  },
});

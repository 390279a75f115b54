/** Guards that depend on the caller's identity alone. */
import { isOperator } from '#features/accounts/operator.ts';
import { forbidden, notFound, unauthenticated } from '#kernel/errors.ts';
import type { Guard, Identity } from '#kernel/http/route.ts';
import { atLeast, type Role } from '#wire/role.ts';

export const signedIn: Guard<Identity> = {
  role: 'signed in',
  authorize({ identity }) {
    if (!identity) throw unauthenticated();
    return identity;
  },
};

/** For what concerns the installation rather than any organization's work. */
export const operator: Guard<Identity> = {
  role: 'operator',
  authorize(ctx, params) {
    const identity = signedIn.authorize(ctx, params) as Identity;
    if (isOperator(identity)) return identity;
    throw forbidden(
      'This is for those who run this Guildhall: admins of the organization that was founded here first. Ask one of them.',
      'operator_only',
    );
  },
};

export interface OrganizationAuth {
  identity: Identity;
  organizationId: string;
  role: Role;
}

/** Access to the organization in the query parameter `organization`, or else to the caller's first. */
export const inOrganization = (required: Role): Guard<OrganizationAuth> => ({
  role: required,
  of: 'organization',
  authorize(ctx, params) {
    const { organization } = ctx.request.query;
    const identity = signedIn.authorize(ctx, params) as Identity;
    return requireRole(identity, typeof organization === 'string' ? organization : identity.organizations[0]?.id, required);
  },
});

export interface OrganizationsAuth {
  identity: Identity;
  organizationIds: readonly string[];
}

/** Access to the organization in the query parameter `organization`, or else to all of the caller's. */
export const inOrganizations: Guard<OrganizationsAuth> = {
  role: 'viewer',
  of: 'organization',
  authorize(ctx, params) {
    const { organization } = ctx.request.query;
    const identity = signedIn.authorize(ctx, params) as Identity;
    if (typeof organization !== 'string') return { identity, organizationIds: identity.organizations.map(({ id }) => id) };
    return { identity, organizationIds: [requireRole(identity, organization, 'viewer').organizationId] };
  },
};

/**
 * For resources that belong to an organization and are named by their id.
 * @throws 404 if the caller is not a member, 403 if the role is too low
 */
export function requireRole(
  identity: Identity,
  organizationId: string | undefined,
  required: Role,
  thing = 'organization',
): OrganizationAuth {
  const membership = identity.organizations.find(({ id }) => id === organizationId?.toLowerCase());
  if (!membership) throw notFound(thing);
  if (!atLeast(membership.role, required))
    throw forbidden(`This needs the role ${required} in ${membership.name}; yours is ${membership.role}.`, 'role_too_small', membership.id);
  return { identity, organizationId: membership.id, role: membership.role };
}

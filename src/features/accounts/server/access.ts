/** Guards that depend on the caller's identity alone. */
import { forbidden, HttpProblem, invalid, notFound, tokenRejected, unauthenticated } from '#kernel/errors.ts';
import { bearerTokenOf } from '#kernel/http/bearer-token.ts';
import { type Guard, type Identity, type RequestContext, requires } from '#kernel/http/route.ts';
import type { Thing } from '#kernel/texts.ts';
import { ORGANIZATION_HEADER } from '#wire/call.ts';
import { isOpenToLimitedTokens, type RightName, type RightOf, rights } from '#wire/rights.ts';
import { atLeast, type Role } from '#wire/role.ts';
import { texts } from './texts.ts';

/** @throws 401 */
export function requireIdentity({ identity, request }: RequestContext): Identity {
  if (!identity) throw bearerTokenOf(request) === undefined ? unauthenticated() : tokenRejected();
  return identity;
}

export const signedIn = (right: RightOf<'own'>): Guard<Identity> => ({ ...requires(right), authorize: requireIdentity });

/** For what concerns the installation rather than any organization's work. */
export const operator = (right: RightOf<'operator'>): Guard<Identity> => ({
  ...requires(right),
  authorize(ctx) {
    const identity = requireIdentity(ctx);
    if (identity.operator) return identity;
    throw forbidden(texts.problems.operatorOnly, 'operator_only');
  },
});

export interface OrganizationAuth {
  identity: Identity;
  organizationId: string;
  role: Role;
}

/**
 * The organization that a request names: in the header `Guildhall-Organization`, or in the query where a link or stream cannot send a
 * header. @throws 422 if both are given and differ
 */
function namedOrganization({ request }: RequestContext): string | undefined {
  const header = request.get(ORGANIZATION_HEADER);
  const { organization } = request.query;
  const query = typeof organization === 'string' ? organization : undefined;
  if (header !== undefined && query !== undefined && header.toLowerCase() !== query.toLowerCase())
    throw invalid([{ path: 'organization', message: texts.problems.twoOrganizations(ORGANIZATION_HEADER) }]);
  return header ?? query;
}

/**
 * The organization that a request names, or else the person's default; undefined for a person without any.
 * @returns also whether the request names it @throws 404, 422
 */
export function organizationOf(ctx: RequestContext): { organizationId: string | undefined; named: boolean } {
  const identity = requireIdentity(ctx);
  const named = namedOrganization(ctx);
  if (named !== undefined) return { organizationId: requireMember(identity, named).id, named: true };
  const { organizations, defaultOrganizationId } = identity;
  const hasDefault = organizations.some(({ id }) => id === defaultOrganizationId);
  return { organizationId: hasDefault ? defaultOrganizationId : organizations[0]?.id, named: false };
}

/** Access to the organization that the request names, or else to the caller's default. */
export const inOrganization = (right: RightOf<'organization'>): Guard<OrganizationAuth> => ({
  ...requires(right),
  authorize: (ctx) => requireRight(requireIdentity(ctx), organizationOf(ctx).organizationId, right),
});

export interface OrganizationsAuth {
  identity: Identity;
  organizationIds: readonly string[];
}

/** Access to the organization in the query parameter `organization`, or else to all of the caller's; the header is ignored. */
export const inOrganizations = (right: RightOf<'organization'>): Guard<OrganizationsAuth> => ({
  ...requires(right),
  authorize(ctx) {
    const { organization } = ctx.request.query;
    const identity = requireIdentity(ctx);
    if (typeof organization !== 'string') return { identity, organizationIds: identity.organizations.map(({ id }) => id) };
    return { identity, organizationIds: [requireRight(identity, organization, right).organizationId] };
  },
});

function requireMember(identity: Identity, organizationId: string | undefined, thing: Thing = 'organization') {
  const membership = identity.organizations.find(({ id }) => id === organizationId?.toLowerCase());
  if (!membership) throw notFound(thing);
  return membership;
}

/**
 * For resources that belong to an organization and are named by their id.
 * @throws 404 if the caller is not a member, 403 if the role is too low
 */
export function requireRight(
  identity: Identity,
  organizationId: string | undefined,
  right: RightOf<'organization'>,
  thing: Thing = 'organization',
): OrganizationAuth {
  const membership = requireMember(identity, organizationId, thing);
  const required = rights[right].role;
  if (!atLeast(membership.role, required)) throw roleTooSmall(required, membership.role, membership);
  return { identity, organizationId: membership.id, role: membership.role };
}

/** @param where the organization, or whose project, in which the role is too small */
export const roleTooSmall = (required: Role, actual: Role, where: { id?: string | undefined; name?: string; of?: 'project' }) =>
  forbidden(
    where.of ? texts.problems.roleTooSmallInProject(required, actual) : texts.problems.roleTooSmall(required, actual, where.name),
    'role_too_small',
    where.id,
  );

/** For what only a person in a browser may do. */
export const tokenNotAllowed = () => new HttpProblem(403, 'token_not_allowed', texts.problems.tokenNotAllowed);

/** @throws 403 for a token whose scopes do not include the right, or that is limited to projects where the right concerns more */
export function requireScope(identity: Identity, right: RightName): void {
  const { token } = identity;
  if (!token) return;
  const { scope, of } = rights[right];
  if (scope === null) throw tokenNotAllowed();
  if (!token.scopes.includes(scope)) throw new HttpProblem(403, 'scope_too_small', texts.problems.scopeTooSmall(scope, token.scopes));
  if (token.projects && of !== 'project' && !isOpenToLimitedTokens(right))
    throw new HttpProblem(403, 'scope_too_small', texts.problems.tokenLimited);
}

import * as z from 'zod';
import { newName } from '#features/accounts/contract.ts';
import { endpointsOf, id, instant } from '#wire/contract.ts';
import { role } from '#wire/role.ts';

const endpoint = endpointsOf('Organizations');

/** Names the organization where a link cannot send the header `Guildhall-Organization`. */
const query = z.object({ organization: id.optional() });
const name = newName(100);

/** Who sees a new project. */
const newProjects = z.enum(['organization', 'listed']);

const organization = z
  .object({
    id,
    name: z.string(),
    /** Your role in it. */
    role,
    createdAt: instant,
    /** Whether new projects are open to the organization, or to listed people, owners and admins. */
    newProjects,
  })
  .meta({ id: 'Organization' });
export type Organization = z.infer<typeof organization>;

export const getOrganization = endpoint({
  name: 'getOrganization',
  method: 'GET',
  path: '/api/organization',
  summary: 'Get the organization that the request names, or else your default one.',
  query,
  replies: { 200: z.object({ organization }) },
});

export const changeOrganization = endpoint({
  name: 'changeOrganization',
  method: 'PATCH',
  path: '/api/organization',
  summary: 'Rename an organization, or change its settings.',
  query,
  body: z.strictObject({ name: name.optional(), newProjects: newProjects.optional() }),
  replies: { 200: z.object({ organization }) },
});

export const listOrganizations = endpoint({
  name: 'listOrganizations',
  method: 'GET',
  path: '/api/organizations',
  summary: 'List your organizations, in the order in which you joined them.',
  replies: { 200: z.object({ organizations: z.array(organization.extend({ default: z.boolean() })) }) },
});

export const createOrganization = endpoint({
  name: 'createOrganization',
  method: 'POST',
  path: '/api/organizations',
  summary: 'Found an organization that you own. Operators may; where sign-up is open, everyone may.',
  body: z.strictObject({ name }),
  replies: { 201: z.object({ organization }) },
});

export const switchOrganization = endpoint({
  name: 'switchOrganization',
  method: 'POST',
  path: '/api/organizations/:organizationId/switch',
  summary: 'Make an organization your default: for new tabs, and for requests that name none.',
  params: z.object({ organizationId: id }),
  replies: { 200: z.object({ organization }) },
});

export const transferOwnership = endpoint({
  name: 'transferOwnership',
  method: 'POST',
  path: '/api/organization/owner',
  summary: 'Make another member the owner. You become an admin.',
  query,
  body: z.strictObject({ userId: id }),
  replies: { 200: z.object({ organization }) },
});

const member = z
  .object({
    userId: id,
    name: z.string(),
    email: z.string(),
    /** Where the picture is; absent: show initials. */
    picture: z.string().optional(),
    role,
    joinedAt: instant,
    /** Accurate to five minutes; null: no session. */
    lastSeenAt: instant.nullable(),
    twoFactor: z.boolean(),
  })
  .meta({ id: 'Member' });
export type Member = z.infer<typeof member>;

/** Size of one page of the list. */
export const MEMBERS_PER_PAGE = 500;

export const listMembers = endpoint({
  name: 'listMembers',
  method: 'GET',
  path: '/api/members',
  summary: 'List the members of an organization by name. If there are more, pass `nextCursor` to get the next page.',
  query: query.extend({ cursor: z.string().max(600).optional() }),
  replies: { 200: z.object({ members: z.array(member), nextCursor: z.string().optional() }) },
});

const params = z.object({ userId: id });

export const changeMember = endpoint({
  name: 'changeMember',
  method: 'PATCH',
  path: '/api/members/:userId',
  summary: 'Change the role of a member, to at most your own.',
  params,
  query,
  body: z.strictObject({ role }),
  replies: { 200: z.object({ member }) },
});

export const leaveOrganization = endpoint({
  name: 'leaveOrganization',
  method: 'DELETE',
  path: '/api/members/me',
  summary: 'Leave an organization.',
  query,
  replies: { 204: 'empty' },
});

export const removeMember = endpoint({
  name: 'removeMember',
  method: 'DELETE',
  path: '/api/members/:userId',
  summary: 'Remove a member. Their runs, streams and tokens here end on every server.',
  params,
  query,
  replies: { 204: 'empty' },
});

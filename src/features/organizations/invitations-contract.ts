import * as z from 'zod';
import { newEmail } from '#features/accounts/contract.ts';
import { endpointsOf, id, instant } from '#wire/contract.ts';
import { projectRole, role } from '#wire/role.ts';
import { texts } from './texts.ts';

const endpoint = endpointsOf('Invitations');

const query = z.object({ organization: id.optional() });

const project = z.object({ projectId: id, role: projectRole });
/** Projects that one invitation opens at most. */
const MAX_PROJECTS = 100;

const invitation = z
  .object({
    id,
    /** The only address that may accept it; null: anyone with the link. */
    email: z.string().nullable(),
    role,
    projects: z.array(project.extend({ name: z.string() })),
    invitedBy: z.object({ id, name: z.string() }),
    createdAt: instant,
    expiresAt: instant,
    expired: z.boolean(),
    /** When it was last emailed; null: never. */
    sentAt: instant.nullable(),
  })
  .meta({ id: 'Invitation' });
export type Invitation = z.infer<typeof invitation>;

/** `link` contains the token and is shown once. `emailed`: whether it is also being sent to the address. */
const withLink = z.object({ invitation, link: z.string(), emailed: z.boolean() });

export const listInvitations = endpoint({
  name: 'listInvitations',
  method: 'GET',
  path: '/api/invitations',
  summary: 'List the open and expired invitations of an organization, newest first, 500 at most.',
  query,
  replies: { 200: z.object({ invitations: z.array(invitation), more: z.boolean() }) },
});

export const createInvitation = endpoint({
  name: 'createInvitation',
  method: 'POST',
  path: '/api/invitations',
  summary: 'Invite someone by a link that works once, and by email if an address is given and email is configured.',
  query,
  body: z.strictObject({
    email: newEmail.optional(),
    role,
    projects: z
      .array(z.strictObject(project.shape))
      .max(MAX_PROJECTS)
      .refine((projects) => new Set(projects.map(({ projectId }) => projectId)).size === projects.length, {
        error: () => texts.projectTwice,
      })
      .optional(),
  }),
  replies: { 201: withLink },
});

const params = z.object({ invitationId: id });

export const revokeInvitation = endpoint({
  name: 'revokeInvitation',
  method: 'DELETE',
  path: '/api/invitations/:invitationId',
  summary: 'Revoke an invitation: its link stops working.',
  params,
  replies: { 204: 'empty' },
});

export const resendInvitation = endpoint({
  name: 'resendInvitation',
  method: 'POST',
  path: '/api/invitations/:invitationId/resend',
  summary: 'Renew an invitation: a new link replaces the old one, and is emailed if the invitation has an address.',
  params,
  replies: { 200: withLink },
});

const token = z.string().min(1).max(200);

export const lookUpInvitation = endpoint({
  name: 'lookUpInvitation',
  method: 'GET',
  path: '/api/invitations/lookup',
  summary: 'See what an invitation link is for.',
  query: z.object({ token }),
  replies: {
    200: z.object({
      organization: z.object({ name: z.string() }),
      role,
      email: z.string().optional(),
      invitedBy: z.string(),
    }),
  },
});

export const acceptInvitation = endpoint({
  name: 'acceptInvitation',
  method: 'POST',
  path: '/api/invitations/accept',
  summary: 'Accept an invitation as the person who is signed in. To accept it with a new account, sign up with `invitation`.',
  body: z.strictObject({ token }),
  replies: { 200: z.object({ organization: z.object({ id, name: z.string() }) }) },
});

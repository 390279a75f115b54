import { inOrganization, type OrganizationAuth, signedIn } from '#features/accounts/server/access.ts';
import { actorOf } from '#features/audit-log/server/access.ts';
import type { Mail } from '#features/mail/server/mail.ts';
import * as contract from '#features/organizations/contract.ts';
import * as invitation from '#features/organizations/invitations-contract.ts';
import { baseUrlOf } from '#kernel/http/base-url.ts';
import { type Asked, anyone, type Condition, type Limit, type RequestContext, type Route, reply, route } from '#kernel/http/route.ts';
import type { BodyOf } from '#wire/contract.ts';
import { atLeast, type Role } from '#wire/role.ts';
import { type InvitationAuth, ofInvitation } from './access.ts';
import type { NewLink } from './invitations.ts';
import type { Organizations } from './organizations.ts';
import { texts } from './texts.ts';

interface Options {
  organizations: Organizations;
  publicUrl: string | undefined;
  mail: Pick<Mail, 'post'>;
  limits: { api: Limit };
}

/** Inviting an admin gives somebody most rights there are. */
const whenForAdmin = (roleOf: (asked: Asked) => Role): Condition => ({
  description: 'the invitation is for an admin or owner',
  applies: (asked) => atLeast(roleOf(asked), 'admin'),
});
const forNewAdmin = whenForAdmin(({ body }) => (body as BodyOf<typeof invitation.createInvitation>).role);
const forInvitedAdmin = whenForAdmin(({ auth }) => (auth as InvitationAuth).invitedRole);

export function organizationRoutes({ organizations, publicUrl, mail: { post }, limits: { api } }: Options): Route[] {
  const { members, invitations } = organizations;

  async function withLink({ request, identity }: RequestContext, auth: OrganizationAuth, { invitation, token }: NewLink) {
    const link = baseUrlOf(request, publicUrl) + texts.invitationPath(token);
    const emailed = invitation.email !== null && post !== undefined;
    if (!emailed) return { invitation, link, emailed };
    const { name: organization } = await organizations.get(auth);
    const message = texts.mail.invitation({ inviter: identity?.name ?? '', organization, token });
    post(invitation.email ?? '', message, identity?.id ?? null);
    await invitations.markSent(invitation.id);
    return { invitation: { ...invitation, sentAt: new Date().toISOString() }, link, emailed };
  }

  return [
    route(contract.getOrganization, [api], inOrganization('organization.read'), async ({ auth }) =>
      reply(200, { organization: await organizations.get(auth) }),
    ),
    route(contract.changeOrganization, [api], inOrganization('organization.change'), async ({ body, auth, ctx }) =>
      reply(200, { organization: await organizations.change(auth, actorOf(ctx), body) }),
    ),
    route(contract.listOrganizations, [api], signedIn('account.read'), async ({ auth }) =>
      reply(200, { organizations: await organizations.list(auth) }),
    ),
    route(contract.createOrganization, [api], signedIn('organizations.create'), async ({ body, auth, ctx }) =>
      reply(201, { organization: await organizations.create(auth, actorOf(ctx), body.name) }),
    ),
    route(contract.switchOrganization, [api], signedIn('account.change'), async ({ params, auth }) =>
      reply(200, { organization: await organizations.switchTo(auth, params.organizationId) }),
    ),
    route(contract.transferOwnership, [api], inOrganization('organization.transfer'), async ({ body, auth, ctx }) =>
      reply(200, { organization: await organizations.transfer(auth, actorOf(ctx), body.userId) }),
    ),
    route(contract.listMembers, [api], inOrganization('organization.read'), async ({ query, auth }) =>
      reply(200, await members.list(auth.organizationId, query.cursor)),
    ),
    route(contract.leaveOrganization, [api], inOrganization('organization.leave'), async ({ auth, ctx }) => {
      await members.leave(auth, actorOf(ctx));
      return reply(204);
    }),
    route(contract.changeMember, [api], inOrganization('members.change'), async ({ params, body, auth, ctx }) =>
      reply(200, { member: await members.changeRole(auth, actorOf(ctx), params.userId, body.role) }),
    ),
    route(contract.removeMember, [api], inOrganization('members.remove'), async ({ params, auth, ctx }) => {
      await members.remove(auth, actorOf(ctx), params.userId);
      return reply(204);
    }),
    route(invitation.lookUpInvitation, [api], anyone, async ({ query }) => reply(200, await invitations.lookUp(query.token))),
    route(invitation.acceptInvitation, [api], signedIn('account.invitations'), async ({ body, auth, ctx }) =>
      reply(200, { organization: await invitations.accept(auth, ctx.address, body.token) }),
    ),
    route(invitation.listInvitations, [api], inOrganization('invitations.read'), async ({ auth }) =>
      reply(200, await invitations.list(auth.organizationId)),
    ),
    route(
      invitation.createInvitation,
      [api],
      inOrganization('invitations.manage'),
      async ({ body, auth, ctx }) => reply(201, await withLink(ctx, auth, await invitations.create(auth, actorOf(ctx), body))),
      { sensitiveWhen: forNewAdmin },
    ),
    route(invitation.revokeInvitation, [api], ofInvitation(organizations, 'invitations.manage'), async ({ params, auth, ctx }) => {
      await invitations.revoke(auth, actorOf(ctx), params.invitationId);
      return reply(204);
    }),
    route(
      invitation.resendInvitation,
      [api],
      ofInvitation(organizations, 'invitations.manage'),
      async ({ params, auth, ctx }) =>
        reply(200, await withLink(ctx, auth, await invitations.renew(auth, actorOf(ctx), params.invitationId))),
      { sensitiveWhen: forInvitedAdmin },
    ),
  ];
}

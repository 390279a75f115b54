/**
 * Emails and problems of organizations. In emails, names of people and organizations stand as plain text, and nothing else that was typed.
 */
import type { Message } from '#features/mail/server/mail.ts';

export const texts = {
  invitationPath: (token: string) => `/invitation?token=${token}`,
  /** Whom an invitation without an address is for. */
  anyone: 'anyone with the link',
  problems: {
    foundingClosed: 'Only operators can found organizations here. Ask one of them.',
    alreadyOwner: (name: string) => `${name} is an owner already.`,
    lastOwner: 'An organization needs an owner, and this is the last one. Make somebody else the owner first.',
    alreadyMember: (organization: string) => `You are a member of ${organization} already.`,
    invitation: {
      unknown: 'This invitation link is not valid. Ask for a new one.',
      accepted: 'This invitation has been used already. Ask for a new one.',
      revoked: 'This invitation was revoked. Ask for a new one.',
      expired: 'This invitation has expired. Ask for a new one.',
    },
    otherAddress: (invited: string, own: string) =>
      `This invitation is for ${invited}, and your address is ${own}. Sign in as ${invited}, or ask for another invitation.`,
    noSuchProject: 'There is no such project in this organization.',
    memberExists: (email: string) => `${email} is a member already.`,
    invitationExists: (email: string) => `${email} is invited already. Create a new link for that invitation, or revoke it first.`,
    tooManyInvitations: (max: number) => `${max} invitations are open, the limit. Revoke some that are no longer needed.`,
  },
  mail: {
    invitation: ({ inviter, organization, token }: { inviter: string; organization: string; token: string }): Message => ({
      subject: 'You are invited to a team on Guildhall',
      emailSubject: 'Guildhall: an invitation to a team',
      lines: [
        `${inviter} invites you to ${organization}.`,
        'The link below works once, for 7 days. If you did not expect this, ignore this email.',
      ],
      path: texts.invitationPath(token),
      action: 'See the invitation',
      footer: 'You get this because somebody entered this address when inviting you.',
    }),
  },
};

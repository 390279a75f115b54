/** Emails about organizations. Names of people and organizations stand in them as plain text, and nothing else that was typed. */
import type { Message } from '#features/mail/server/mail.ts';

export const texts = {
  invitationPath: (token: string) => `/invitation?token=${token}`,
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

/**
 * Emails and sentences about accounts. Nothing in an email was typed by a person, not even a name: the person who signs up or asks for a link may
 * enter somebody else's address.
 */
import type { Message } from '#features/mail/server/mail.ts';
import type { Scope } from '#wire/rights.ts';
import type { Role } from '#wire/role.ts';

/** A sign-in, in words that no client chose. */
export interface Place {
  device: string | undefined;
  address: string;
  at: string;
}

/** In UTC, since the reader's time zone is unknown. */
const formatTime = (instant: string) => `${instant.slice(0, 16).replace('T', ' ')} UTC`;

const resetPath = (token: string) => `/reset-password?token=${token}`;
const verifyPath = (token: string) => `/verify-email?token=${token}`;
const aboutAccount = 'You get this because it concerns the security of your Guildhall account.';

export const texts = {
  resetPath,
  verifyPath,
  mail: {
    resetPassword: (token: string): Message => ({
      subject: 'Set a new password',
      emailSubject: 'Guildhall: set a new password',
      lines: [
        'A new password was requested for your Guildhall account.',
        'The link below works once, for an hour. If you did not ask for it, ignore this email: your password stays as it is.',
      ],
      path: resetPath(token),
      action: 'Set a new password',
      footer: 'You get this because this address was entered under “Forgot password”.',
    }),
    confirmEmail: (token: string): Message => ({
      subject: 'Confirm your email address',
      emailSubject: 'Guildhall: confirm your email address',
      lines: [
        'A Guildhall account uses this email address. Confirm that it is yours. The link works once, for 24 hours.',
        'If you have no such account, ignore this email.',
      ],
      path: verifyPath(token),
      action: 'Confirm this address',
      footer: 'You get this because this address was entered for a Guildhall account.',
    }),
    confirmNewEmail: (token: string): Message => ({
      subject: 'Confirm your new email address',
      emailSubject: 'Guildhall: confirm your new email address',
      lines: [
        'A Guildhall account is to use this email address from now on. The change takes effect when you confirm it.',
        'The link works once, for 24 hours. If you did not ask for this, ignore this email.',
      ],
      path: verifyPath(token),
      action: 'Confirm this address',
      footer: 'You get this because this address was entered for a Guildhall account.',
    }),
    emailWillChange: (): Message => ({
      subject: 'Your email address is about to change',
      emailSubject: 'Guildhall: your email address is about to change',
      lines: [
        'Somebody who knows your password asked to change the email address of your Guildhall account.',
        'The change takes effect when the new address is confirmed. If this was not you, change your password now and sign out your other sessions.',
      ],
      path: '/account/security',
      action: 'Open your account',
      footer: aboutAccount,
    }),
    passwordChanged: (): Message => ({
      subject: 'Your password was changed',
      emailSubject: 'Guildhall: your password was changed',
      lines: [
        'The password of your Guildhall account was changed, and your other sessions ended.',
        'If this was not you, set a new one now.',
      ],
      path: '/forgot-password',
      action: 'Set a new password',
      footer: aboutAccount,
    }),
    passwordLinkCreated: (): Message => ({
      subject: 'An admin created a link for a new password',
      emailSubject: 'Guildhall: an admin created a link for a new password',
      lines: [
        'An admin of your organization created a link that sets a new password for your Guildhall account. It works once, for 24 hours.',
        'If you did not ask for it, talk to your admins.',
      ],
      path: '/account/security',
      action: 'Open your account',
      footer: aboutAccount,
    }),
    newDevice: ({ device, address, at }: Place): Message => ({
      subject: 'New sign-in to your account',
      emailSubject: 'Guildhall: new sign-in to your account',
      lines: [
        'Somebody signed in to your Guildhall account in a browser that had not been used for it before.',
        `Browser: ${device ?? 'unknown'}`,
        `IP address: ${address}`,
        `Time: ${formatTime(at)}`,
        'If this was not you, sign out that session and change your password.',
      ],
      path: '/account/security',
      action: 'See your sessions',
      footer: aboutAccount,
    }),
  },
  problems: {
    emailTaken: 'This email address already has an account. Sign in instead.',
    signupClosed: 'Sign-up is by invitation here. Ask an admin of your team to invite you.',
    invalidCredentials: 'Wrong email or password.',
    linkInvalid: 'This link has expired or was already used, or a newer one replaced it. Request a new link.',
    operatorOnly: 'Only operators of this Guildhall can do this. Ask one of them.',
    twoOrganizations: (header: string) => `This differs from the header ${header}. Leave one of them out.`,
    roleTooSmall: (required: Role, actual: Role, organization = 'this organization') =>
      `This needs the role ${required} in ${organization}; yours is ${actual}.`,
    roleTooSmallInProject: (required: Role, actual: Role) => `This needs the role ${required} in this project; yours is ${actual}.`,
    tokenNotAllowed: 'Tokens cannot do this. Sign in with a browser instead.',
    scopeTooSmall: (scope: Scope, own: readonly Scope[]) => `This needs a token with the scope ${scope}; this one has ${own.join(', ')}.`,
    tokenLimited: 'This token is limited to projects. Use one without that limit.',
  },
  forgot: {
    sent: 'If this address has an account, an email with a link is on its way. The link works for an hour.',
    noMail: 'Email isn’t configured here, so no link was sent. Ask an admin of your organization for a link, or an operator.',
  },
  email: {
    sent: 'An email with a link is on its way to this address. Open the link to confirm it. The link works for 24 hours.',
    noMail: 'Email isn’t configured here, so an address cannot be confirmed. An operator can set SMTP_URL.',
    tooMany: 'You requested several links within the last hour. Use the latest one, or try again in an hour.',
    taken: 'Another account uses this email address by now. Use a different one.',
  },
  password: {
    wrong: 'This is not your current password. Check it and try again.',
    changedMeanwhile: 'Your password was changed in the meantime. Sign in with the new one.',
    common: 'Many people use this password, so it is tried first. Choose another one.',
    isEmail: 'This is your email address, so it is tried first. Choose another password.',
    isName: 'This is your name, so it is tried first. Choose another password.',
  },
  member: {
    self: 'This is your own account. Change your password in your settings.',
    otherAccounts: 'This person also belongs to another organization, or is an operator. Only an operator can create this link.',
  },
  /** What sign-up calls an organization. */
  organization: (person: string) => `${person}’s team`,
  picture: 'Send the body as a PNG, JPEG or WebP picture.',
};

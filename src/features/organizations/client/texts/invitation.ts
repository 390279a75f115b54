import type { Role } from '#wire/role.ts';
import { texts as roles } from './roles.ts';
/** What the page that an invitation leads to says. */
export const texts = {
  title: 'Invitation',
  join: (organization: string) => `Join ${organization}`,
  about: (by: string, organization: string, role: Role) =>
    `${by} invited you to ${organization}. You’ll join as ${roles.withArticle[role]}.`,
  asWhom: (email: string) => `You’re signed in as ${email}.`,
  forAddress: (invited: string, own: string) =>
    `This invitation is for ${invited}, but you’re signed in as ${own}. Sign out and continue as ${invited}, or ask for another invitation.`,
  accept: 'Accept invitation',
  signOut: 'Use another account',
  signUp: 'Create an account',
  signIn: 'I have an account',
  missing: 'This link is incomplete. Open it from the message again, or copy all of it.',
  invalid: 'This link doesn’t work',
  toProjects: 'Go to projects',
  joined: (organization: string) => `You joined ${organization}.`,
  loading: 'Looking up your invitation',
} as const;

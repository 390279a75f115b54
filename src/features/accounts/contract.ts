import * as z from 'zod';
import { endpointsOf, id } from '#wire/contract.ts';
import { nameProblem } from '#wire/hidden-characters.ts';
import { role } from '#wire/role.ts';

const endpoint = endpointsOf('Accounts');

const user = z
  .object({
    id,
    name: z.string(),
    email: z.string(),
    organizations: z.array(
      z.object({
        id,
        name: z.string(),
        role,
        /** Member of the organization created first, whose admins run this installation. */
        operates: z.literal(true).optional(),
      }),
    ),
  })
  .meta({ id: 'User' });
export type User = z.infer<typeof user>;

/** Text shown to people: trimmed, without control characters (a NUL cannot be stored at all). */
export const visibleText = (max: number) =>
  z
    .string()
    .trim()
    .min(1, 'Write something here.')
    .max(max, `Use at most ${max} characters.`)
    .refine((text) => !/\p{Cc}/u.test(text), 'Control characters are not allowed.')
    .refine((text) => text.isWellFormed(), 'This is not well-formed Unicode.');

/**
 * A name that a person chooses, stored and shown unchanged on every screen. Rejected rather than corrected, because others know it as it
 * was sent.
 */
export const newName = (max: number) =>
  z
    .string()
    .refine((name) => name.trim() !== '', 'Write something here.')
    .max(max, `Use at most ${max} characters.`)
    .refine((name) => name.isWellFormed(), 'This is not well-formed Unicode.')
    .superRefine((name, context) => {
      const problem = name.trim() === '' ? undefined : nameProblem(name);
      if (problem) context.addIssue({ code: 'custom', message: `This name ${problem}. Leave it out.` });
    });

const email = z.string().trim().max(254, 'Use at most 254 characters.').pipe(z.email('Write an e-mail address, such as ada@example.com.'));

/** Long enough for any sentence in any script, short enough to hash quickly. */
const MAX_PASSWORD = 1024;

/** Counts characters as people do, however a keyboard composes them. The server rejects guessable ones. */
const newPassword = z
  .string()
  .min(8, { error: 'Use at least 8 characters.', abort: true })
  .max(MAX_PASSWORD, { error: `Use at most ${MAX_PASSWORD.toLocaleString('en')} characters.`, abort: true })
  .refine((text) => [...text.normalize('NFC')].length >= 8, 'Use at least 8 characters.')
  .refine((text) => !text.includes('\0') && text.isWellFormed(), 'This contains a character that cannot be used.');

export const signup = endpoint({
  name: 'signup',
  method: 'POST',
  path: '/api/auth/signup',
  summary: 'Sign up. Without an invitation, this also creates an organization owned by the new user.',
  body: z.strictObject({ name: newName(100), email, password: newPassword, invitation: z.string().max(200).optional() }),
  replies: { 201: z.object({ user }) },
});

export const login = endpoint({
  name: 'login',
  method: 'POST',
  path: '/api/auth/login',
  summary: 'Sign in. The session gets a new id.',
  body: z.strictObject({ email: z.string().max(254), password: z.string().max(MAX_PASSWORD), code: z.string().max(20).optional() }),
  replies: { 200: z.object({ user }) },
});

export const logout = endpoint({
  name: 'logout',
  method: 'POST',
  path: '/api/auth/logout',
  summary: 'Sign out. The session ends on every server.',
  replies: { 204: 'empty' },
});

export const currentUser = endpoint({
  name: 'currentUser',
  method: 'GET',
  path: '/api/auth/user',
  summary: 'Get the signed-in user.',
  replies: { 200: z.object({ user }) },
});

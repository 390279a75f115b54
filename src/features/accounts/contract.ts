import * as z from 'zod';
import { endpointsOf, id } from '#wire/contract.ts';
import { nameProblem } from '#wire/hidden-characters.ts';
import { role } from '#wire/role.ts';
import { texts } from './texts.ts';

const endpoint = endpointsOf('Accounts');

const user = z
  .object({
    id,
    name: z.string(),
    email: z.string(),
    emailConfirmed: z.boolean().optional(),
    /** Where the picture is; absent: show initials. */
    picture: z.string().optional(),
    /** Runs this installation. */
    operator: z.literal(true).optional(),
    /** Founding organizations is open to everyone, or they are an operator. */
    mayCreateOrganization: z.literal(true).optional(),
    /** For tabs and requests that name no organization. */
    defaultOrganizationId: id.optional(),
    organizations: z.array(
      z.object({
        id,
        name: z.string(),
        role,
        /** The organization created first. */
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
    .min(1, { error: () => texts.empty })
    .max(max, { error: () => texts.tooLong(max) })
    .refine((text) => !/\p{Cc}/u.test(text), { error: () => texts.controlCharacters })
    .refine((text) => text.isWellFormed(), { error: () => texts.notUnicode });

/**
 * A name that a person chooses, stored and shown unchanged on every screen. Rejected rather than corrected, because others know it as it
 * was sent.
 */
export const newName = (max: number) =>
  z
    .string()
    .refine((name) => name.trim() !== '', { error: () => texts.empty })
    .max(max, { error: () => texts.tooLong(max) })
    .refine((name) => name.isWellFormed(), { error: () => texts.notUnicode })
    .superRefine((name, context) => {
      const problem = name.trim() === '' ? undefined : nameProblem(name);
      if (problem) context.addIssue({ code: 'custom', message: texts.name(problem) });
    });

/** An address that a person enters. */
export const newEmail = z
  .string()
  .trim()
  .max(254, { error: () => texts.tooLong(254) })
  .pipe(z.email({ error: () => texts.email }));

/** Long enough for any sentence in any script, short enough to hash quickly. */
const MAX_PASSWORD = 1024;

/** Counts characters as people do, however a keyboard composes them. The server rejects guessable ones. */
const newPassword = z
  .string()
  .min(8, { error: () => texts.password.tooShort, abort: true })
  .max(MAX_PASSWORD, { error: () => texts.password.tooLong(MAX_PASSWORD), abort: true })
  .refine((text) => [...text.normalize('NFC')].length >= 8, { error: () => texts.password.tooShort })
  .refine((text) => !text.includes('\0') && text.isWellFormed(), { error: () => texts.password.notUsable });

export const signup = endpoint({
  name: 'signup',
  method: 'POST',
  path: '/api/auth/signup',
  apart: true,
  summary: 'Sign up. With the token of an invitation, you join its organization; otherwise this creates one that you own.',
  body: z.strictObject({ name: newName(100), email: newEmail, password: newPassword, invitation: z.string().max(200).optional() }),
  replies: { 201: z.object({ user }) },
});

export const login = endpoint({
  name: 'login',
  method: 'POST',
  path: '/api/auth/login',
  apart: true,
  summary: 'Sign in. The session gets a new id.',
  body: z.strictObject({ email: z.string().max(254), password: z.string().max(MAX_PASSWORD), code: z.string().max(20).optional() }),
  replies: { 200: z.object({ user }) },
});

export const logout = endpoint({
  name: 'logout',
  method: 'POST',
  path: '/api/auth/logout',
  priority: 'critical',
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

/** Proof of who somebody is: later also by other factors. */
const currentPassword = z
  .string()
  .min(1, { error: () => texts.password.enter })
  .max(MAX_PASSWORD);

export const confirmIdentity = endpoint({
  name: 'confirmIdentity',
  method: 'POST',
  path: '/api/auth/confirm',
  apart: true,
  summary: 'Confirm that it is you. Sensitive changes then go through for ten minutes.',
  body: z.strictObject({ password: currentPassword }),
  replies: { 200: z.object({ confirmedUntil: z.iso.datetime() }) },
});

export const changePassword = endpoint({
  name: 'changePassword',
  method: 'PUT',
  path: '/api/auth/password',
  apart: true,
  summary: 'Change your password. Your other sessions end.',
  body: z.strictObject({ current: currentPassword, password: newPassword }),
  replies: { 200: z.object({ user }) },
});

export const forgotPassword = endpoint({
  name: 'forgotPassword',
  method: 'POST',
  path: '/api/auth/password/forgot',
  summary: 'Request an email with a link that sets a new password. The response is the same whether or not the address has an account.',
  body: z.strictObject({ email: newEmail }),
  replies: { 202: z.object({ message: z.string() }) },
});

/** Token of a link that works once. */
const linkToken = z.string().min(1).max(200);

export const resetPassword = endpoint({
  name: 'resetPassword',
  method: 'POST',
  path: '/api/auth/password/reset',
  apart: true,
  summary: 'Set a new password with the token of a link. All your sessions end.',
  body: z.strictObject({ token: linkToken, password: newPassword }),
  replies: { 200: z.object({ email: z.string() }) },
});

export const createPasswordLink = endpoint({
  name: 'createPasswordLink',
  method: 'POST',
  path: '/api/members/:userId/password-link',
  summary: 'Create a link with which a member sets a new password. It works once, for 24 hours, and is shown once.',
  params: z.object({ userId: id }),
  query: z.object({ organization: id.optional() }),
  replies: { 201: z.object({ link: z.string(), expiresAt: z.iso.datetime() }) },
});

export const changeEmail = endpoint({
  name: 'changeEmail',
  method: 'POST',
  path: '/api/auth/email',
  apart: true,
  summary:
    'Change your email address: it takes effect once the new address is confirmed. With your present address, sends its confirmation again.',
  body: z.strictObject({ email: newEmail, password: currentPassword }),
  replies: { 202: z.object({ message: z.string() }) },
});

export const verifyEmail = endpoint({
  name: 'verifyEmail',
  method: 'POST',
  path: '/api/auth/email/verify',
  summary: 'Confirm an email address with the token of the link sent to it.',
  body: z.strictObject({ token: linkToken }),
  replies: { 200: z.object({ email: z.string() }) },
});

export const changeUser = endpoint({
  name: 'changeUser',
  method: 'PATCH',
  path: '/api/auth/user',
  summary: 'Change your name.',
  body: z.strictObject({ name: newName(100) }),
  replies: { 200: z.object({ user }) },
});

/** Of a picture. */
export const MAX_PICTURE_BYTES = 512 * 1024;

export const putPicture = endpoint({
  name: 'putPicture',
  method: 'PUT',
  path: '/api/auth/user/picture',
  summary: 'Set your picture: PNG, JPEG or WebP, 512 kB at most.',
  body: 'bytes',
  bodyTypes: ['image/png', 'image/jpeg', 'image/webp'],
  maxBody: MAX_PICTURE_BYTES,
  replies: { 200: z.object({ user }) },
});

export const deletePicture = endpoint({
  name: 'deletePicture',
  method: 'DELETE',
  path: '/api/auth/user/picture',
  summary: 'Remove your picture: initials are shown instead.',
  replies: { 204: 'empty' },
});

export const getPicture = endpoint({
  name: 'getPicture',
  method: 'GET',
  path: '/api/users/:userId/picture',
  summary: 'Get the picture of somebody in one of your organizations.',
  params: z.object({ userId: id }),
  anyQuery: true,
  revalidated: true,
  replies: { 200: 'bytes' },
  replyTypes: ['image/png', 'image/jpeg', 'image/webp'],
});

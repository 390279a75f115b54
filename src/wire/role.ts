import * as z from 'zod';

/** What a member of an organization may do, each including those before it. */
export const role = z.enum(['viewer', 'member', 'admin', 'owner']);
export type Role = z.infer<typeof role>;

export function atLeast(actual: Role, required: Role): boolean {
  return role.options.indexOf(actual) >= role.options.indexOf(required);
}

/** The smallest role that something needs, and those above it. */
export const rolesFrom = (required: Role): Role[] => role.options.filter((each) => atLeast(each, required));

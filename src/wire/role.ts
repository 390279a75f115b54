import * as z from 'zod';

/** The roles in an organization, each including the rights of those before it. */
export const role = z.enum(['viewer', 'member', 'admin', 'owner']);
export type Role = z.infer<typeof role>;

/** The roles that somebody may be given in a single project. */
export const projectRole = z.enum(['viewer', 'member']);
export type ProjectRole = z.infer<typeof projectRole>;

export function atLeast(actual: Role, required: Role): boolean {
  return role.options.indexOf(actual) >= role.options.indexOf(required);
}

/** The lowest sufficient role, and those above it. */
export const rolesFrom = (required: Role): Role[] => role.options.filter((each) => atLeast(each, required));

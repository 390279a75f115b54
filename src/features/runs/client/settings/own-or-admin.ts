import type { User } from '#features/accounts/contract.ts';
import { atLeast, type Role } from '#wire/role.ts';

/** What works with a person's rights is changed by that person or an admin. */
export const mayChangeFor =
  (user: User, role: Role | undefined) =>
  ({ onBehalfOf }: { onBehalfOf: { id: string | null } }): boolean =>
    role !== undefined && (atLeast(role, 'admin') || (atLeast(role, 'member') && onBehalfOf.id === user.id));

/** Who runs this installation: admins and owners of the organization created first. */
import { atLeast, type Role } from '#wire/role.ts';

interface Organization {
  readonly role: Role;
  readonly operates?: true | undefined;
}

export function isOperator({ organizations }: { readonly organizations: readonly Organization[] }): boolean {
  return organizations.some(({ role, operates }) => operates === true && atLeast(role, 'admin'));
}

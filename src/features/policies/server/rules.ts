import type { Policies } from '#features/policies/policy.ts';
import type { Role } from '#wire/role.ts';

/** What holds for somebody in a project, as of now. */
export interface Rules {
  organizationId: string;
  /** Null for who is no member. */
  role: Role | null;
  /** Of the person. */
  name: string;
  policies: Policies;
  /** Since when, and by whom, autonomy is switched off. */
  off: { at: string; by: string } | null;
}

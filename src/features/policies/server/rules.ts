/** What holds for a person in a project, and what follows from it. */
import { type Level, levelFor, type ProjectPolicies, roleForApproval, roleForLevel } from '#features/policies/policy.ts';
import { conflict, forbidden } from '#kernel/errors.ts';
import { atLeast, type Role } from '#wire/role.ts';

/** As of now. */
export interface Rules {
  organizationId: string;
  /** Null for who is no member. */
  role: Role | null;
  /** Of the person. */
  name: string;
  policies: ProjectPolicies;
  /** Since when, and by whom, autonomy is switched off. */
  off: { at: string; by: string } | null;
}

/** The highest level at which schedules and triggers of a person may start runs; undefined: at none. */
export const unattendedLevelOf = ({ policies, role }: Pick<Rules, 'policies' | 'role'>): Level | undefined =>
  levelFor(policies, role, 'autonomous');

/** Works by itself: what the switch of an organization holds. */
export const isAutonomous = ({ level, origin }: { level: Level; origin: string }): boolean => level === 'autonomous' || origin !== 'person';

/** @throws 403 `level_not_allowed` where the role is too small for a level */
export function requireLevel({ role, policies }: Pick<Rules, 'role' | 'policies'>, level: Level): void {
  if (levelFor(policies, role, level) === level) return;
  const lower = levelFor(policies, role, level);
  const instead = lower ? ` Choose ${lower}, or ask an admin.` : '';
  const detail = `The level ${level} needs the role ${roleForLevel(policies, level)} here; yours is ${role ?? 'none'}.${instead}`;
  throw forbidden(detail, 'level_not_allowed');
}

/** Asked when something is approved, and again when it is carried out: who was removed since approves nothing any more. */
export const mayApprove = ({ role, policies }: Pick<Rules, 'role' | 'policies'>): boolean =>
  role !== null && atLeast(role, roleForApproval(policies));

/** @throws 403 where the policy asks for more to approve */
export function requireApprover({ organizationId, role, policies }: Pick<Rules, 'organizationId' | 'role' | 'policies'>): void {
  if (mayApprove({ role, policies })) return;
  const required = roleForApproval(policies);
  throw forbidden(
    `To decide this needs the role ${required} here; yours is ${role ?? 'none'}. Ask an admin.`,
    'role_too_small',
    organizationId,
  );
}

/** @throws 409 `autonomy_off` with who switched it off and when */
export function requireSwitchedOn({ off }: Pick<Rules, 'off'>): void {
  if (!off) return;
  throw conflict('autonomy_off', `${off.by} switched autonomy off in this organization. An admin can switch it on again.`, { ...off });
}

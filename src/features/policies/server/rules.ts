/** The rules that apply to a person in a project, and what follows from them. */
import { type Level, levelFor, type ProjectPolicies, roleForApproval, roleForLevel } from '#features/policies/policy.ts';
import { conflict, forbidden } from '#kernel/errors.ts';
import { atLeast, type Role } from '#wire/role.ts';
import { texts } from './texts.ts';

/** Read at the time of the query. */
export interface Rules {
  organizationId: string;
  /** Null for people who are not members. */
  role: Role | null;
  /** The person's name. */
  name: string;
  policies: ProjectPolicies;
  /** When autonomy was switched off, and by whom. */
  off: { at: string; by: string } | null;
}

/** The highest level at which a person's schedules and triggers may start runs; undefined: none. */
export const unattendedLevelOf = ({ policies, role }: Pick<Rules, 'policies' | 'role'>): Level | undefined =>
  levelFor(policies, role, 'autonomous');

/** Whether a run works autonomously, so that the organization's switch pauses it. */
export const isAutonomous = ({ level, origin }: { level: Level; origin: string }): boolean => level === 'autonomous' || origin !== 'person';

/** @throws 403 `level_not_allowed` if the role is too low for the level */
export function requireLevel({ role, policies }: Pick<Rules, 'role' | 'policies'>, level: Level): void {
  if (levelFor(policies, role, level) === level) return;
  const lower = levelFor(policies, role, level);
  throw forbidden(texts.problems.level(level, roleForLevel(policies, level), role, lower), 'level_not_allowed');
}

/** Checked on approval, and again on execution: the approval of a person removed in between does not count. */
export const mayApprove = ({ role, policies }: Pick<Rules, 'role' | 'policies'>): boolean =>
  role !== null && atLeast(role, roleForApproval(policies));

/** @throws 403 if the policy requires a higher role to approve */
export function requireApprover(rules: Pick<Rules, 'organizationId' | 'role' | 'policies'>): void {
  if (mayApprove(rules)) return;
  const { organizationId, role, policies } = rules;
  throw forbidden(texts.problems.approver(roleForApproval(policies), role), 'role_too_small', organizationId);
}

/** @throws 409 `autonomy_off` with who switched it off and when */
export function requireSwitchedOn({ off }: Pick<Rules, 'off'>): void {
  if (!off) return;
  throw conflict('autonomy_off', texts.problems.switchedOff(off.by), { ...off });
}

/**
 * Autonomy: how far agents may go by themselves. Policies say it, the gate decides by them, approvals ask people, and a switch
 * holds all autonomous work of an organization.
 */

import { instructions } from '#features/instructions/server/instructions.ts';
import { emptyPolicy, type Level, levelFor, roleForApproval, roleForLevel } from '#features/policies/policy.ts';
import { createApprovals } from '#features/runs/server/approvals/approvals.ts';
import * as sql from '#features/runs/server/approvals/queries.ts';
import type { Database } from '#kernel/database/pool.ts';
import type { Queryable } from '#kernel/database/statement.ts';
import { conflict, forbidden } from '#kernel/errors.ts';
import { atLeast } from '#wire/role.ts';
import type { Rules } from './rules.ts';

export { type GivenInstructions, unattendedLevelOf } from '#features/instructions/server/instructions.ts';
export { type ApprovalRequest, type ApprovalRow, nameRequest } from '#features/runs/server/approvals/approvals.ts';
export type { Rules } from './rules.ts';
export type Autonomy = ReturnType<typeof createAutonomy>;

export function createAutonomy({ db }: { db: Database }) {
  return {
    approvals: createApprovals(),
    instructions,

    async rulesFor(organizationId: string, projectId: string, userId: string | null, on: Queryable = db): Promise<Rules> {
      const [row] = await sql.selectRules(on, organizationId, projectId, userId);
      if (!row) throw new Error('the rules of a project had no row');
      const policies = { organization: row.organization ?? emptyPolicy, project: row.project };
      return {
        organizationId,
        role: row.role,
        name: row.name ?? 'a former member',
        policies,
        off: row.off_at ? { at: row.off_at, by: row.off_by ?? 'a former member' } : null,
      };
    },
  };
}

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

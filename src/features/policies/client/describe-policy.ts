/** Describes policies. */
import type { ActingRole, BudgetScope, Decision, Level } from '#features/policies/policy.ts';
import type { IconName } from '#ui/primitives/icon.tsx';
import { texts } from './texts/words.ts';

export const decisions: Record<Decision, { label: string; icon: IconName }> = {
  allow: { label: texts.decisions.allow, icon: 'check' },
  ask: { label: texts.decisions.ask, icon: 'question' },
  deny: { label: texts.decisions.deny, icon: 'close' },
};

export const levelWords: Record<Level, { name: string; says: string }> = texts.levels;

/** Each includes the higher roles. */
export const actingRoles: Record<ActingRole, string> = texts.actingRoles;

export const scopes: Record<BudgetScope, string> = texts.scopes;
export const projectScopes: Record<BudgetScope, string> = texts.projectScopes;

/** One tool, or a pattern that matches several. */
export function describeTools(tool: string): string {
  if (tool === '*') return texts.anyTool;
  return tool.endsWith('__*') ? texts.allToolsOf(tool.slice(0, -3)) : tool;
}

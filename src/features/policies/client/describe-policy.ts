/** Describes policies. */
import type { ActingRole, BudgetScope, Decision, Level } from '#features/policies/policy.ts';
import type { IconName } from '#ui/primitives/icon.tsx';

export const decisions: Record<Decision, { label: string; icon: IconName }> = {
  allow: { label: 'Allow', icon: 'check' },
  ask: { label: 'Ask', icon: 'question' },
  deny: { label: 'Deny', icon: 'close' },
};

export const levelWords: Record<Level, { name: string; says: string }> = {
  off: { name: 'Off', says: 'Proposes; every change needs a click.' },
  supervised: { name: 'Supervised', says: 'Reads freely; asks before it changes anything.' },
  autonomous: { name: 'Autonomous', says: 'Changes files by itself; asks before it acts outside.' },
};

/** Each includes the higher roles. */
export const actingRoles: Record<ActingRole, string> = { member: 'Members', admin: 'Admins', owner: 'Owners' };

export const scopes: Record<BudgetScope, string> = { user: 'Each person', project: 'Each project', organization: 'The organization' };
export const projectScopes: Record<BudgetScope, string> = {
  user: 'A person whose runs work here',
  project: 'This project',
  organization: 'The organization, for runs here',
};

/** One tool, or a pattern that matches several. */
export function describeTools(tool: string): string {
  if (tool === '*') return 'Any tool';
  return tool.endsWith('__*') ? `All tools of ${tool.slice(0, -3)}` : tool;
}

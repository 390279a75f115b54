/** How the differences between two policies are described. */
import type { BudgetScope, Level } from '../policy.ts';

const scopes: Readonly<Record<BudgetScope, string>> = {
  user: 'each person',
  project: 'each project',
  organization: 'the organization',
};

export const texts = {
  anyTool: 'any tool',
  /** @param tool a name, or a pattern */
  rule: (tool: string, path: string | null, level: Level) => `${tool}${path ? ` at ${path}` : ''}, ${level}`,
  noRule: 'no rule',
  decisions: { allow: 'allow', ask: 'ask', deny: 'deny' },
  list: (parts: readonly string[]) => parts.join(' and '),
  roles: { member: 'member', admin: 'admin', owner: 'owner' },
  byDefault: (role: string) => `${role}, by default`,
  levelRole: (level: Level) => `who may use the level ${level}`,
  approvers: 'who may approve',
  ownRuns: 'approval by people who started or steered the run',
  allowed: 'allowed',
  notAllowed: 'not allowed',
  expiry: 'unanswered requests are rejected after',
  never: 'never',
  hours: (hours: number) => `${hours} h`,
  budget: (scope: BudgetScope) => `daily budget of ${scopes[scope]}`,
  dollars: (amount: number) => `US$ ${amount.toLocaleString('en')}`,
  tokens: (count: number) => `${count.toLocaleString('en')} ${count === 1 ? 'token' : 'tokens'}`,
  noBudget: 'none',
} as const;

/** Today's usage (UTC) against the daily budgets of an organization and of its projects and people. */
import type { OrganizationAuth } from '#features/accounts/server/access.ts';
import { type BudgetScope, dailyBudgetOf, type Policy, raisedBudget } from '#features/policies/policy.ts';
import type { Policies } from '#features/policies/server/policies.ts';
import { type DayUse, MAX_DAY_USES } from '#features/usage/contract.ts';
import type { Database } from '#kernel/database/pool.ts';
import { atLeast } from '#wire/role.ts';
import * as sql from './queries.ts';
import { texts } from './texts.ts';

export interface UsedToday {
  organization: DayUse;
  projects: DayUse[];
  users: DayUse[];
}

/** Only admins see every person's usage; others see their own, as in the usage report. */
export async function readToday(
  { db, policies }: { db: Database; policies: Policies },
  { identity, organizationId, role }: OrganizationAuth,
): Promise<UsedToday> {
  const only = atLeast(role, 'admin') ? null : identity.id;
  const [used, budgets] = await Promise.all([
    sql.selectDayUse(db, { viewerId: identity.id, organizationId, userId: only, limit: MAX_DAY_USES }),
    policies.budgetsOf(organizationId),
  ]);
  const { organization, projects } = budgets;
  const uses = (scope: BudgetScope) =>
    used.filter((row) => row.scope === scope).map((row) => describeUse(row, { organization, project: projects.get(row.id ?? '') ?? null }));
  const [all = nothing(organizationId, organization)] = uses('organization');
  return { organization: all, projects: uses('project'), users: uses('user') };
}

const nothing = (id: string, organization: Policy): DayUse => ({
  id,
  name: '',
  tokens: 0,
  cost: null,
  budget: dailyBudgetOf({ organization, project: null }, 'organization'),
  raised: false,
});

function describeUse({ scope, id, name, tokens, cost, raised }: sql.DayUseRow, policies: Parameters<typeof dailyBudgetOf>[0]): DayUse {
  const budget = dailyBudgetOf(policies, scope);
  return {
    id,
    name: name ?? (scope === 'organization' ? '' : texts.deleted[scope]),
    tokens,
    cost,
    budget: raised ? raisedBudget(budget) : budget,
    raised,
  };
}

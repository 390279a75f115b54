/** The autonomy of an organization today: what works, what is held, what waits for people, and what was used of what may be. */
import type { OrganizationScope } from '#features/accounts/server/access.ts';
import { type DayUse, MAX_TOLD, type NextStart, type Overview, type OverviewRun } from '#features/policies/contract.ts';
import { type BudgetScope, type DailyAmounts, dailyBudgetOf, emptyPolicy, type Policy } from '#features/policies/policy.ts';
import { selectPolicies } from '#features/policies/server/queries.ts';
import { readSwitch } from '#features/policies/server/switch.ts';
import type { Database } from '#kernel/database/pool.ts';
import { atLeast } from '#wire/role.ts';
import * as sql from './queries.ts';

interface Options {
  db: Database;
  /** The next times at which schedules of an organization are due; comes from a room after this one. */
  nextStarts: (organizationId: string) => Promise<NextStart[]>;
}

/** What each person has used, admins see; others see their own, as in the usage. */
export async function readOverview({ db, nextStarts }: Options, { identity, organizationId, role }: OrganizationScope): Promise<Overview> {
  const only = atLeast(role, 'admin') ? null : identity.id;
  const [current, runs, [counts], used, policies, projectPolicies, next] = await Promise.all([
    readSwitch(db, organizationId),
    sql.selectRunsAtWork(db, organizationId, MAX_TOLD),
    sql.countToday(db, organizationId),
    sql.selectDayUse(db, organizationId, only, MAX_TOLD),
    selectPolicies(db, organizationId, null),
    sql.selectProjectBudgets(db, organizationId),
    nextStarts(organizationId),
  ]);
  const organization = policies[0]?.policy ?? emptyPolicy;
  const ofProject = new Map(projectPolicies.map((row) => [row.project_id, row.policy]));
  const { pending = 0, ...startedToday } = counts ?? { person: 0, schedule: 0, trigger: 0 };
  const uses = (scope: BudgetScope) =>
    used
      .filter((row) => row.scope === scope)
      .map((row) => describeUse(row, { organization, project: ofProject.get(row.id ?? '') ?? null }));
  const [all = nothing(organizationId, organization)] = uses('organization');
  return {
    switch: current,
    working: someRuns(runs.filter(({ held }) => !held)),
    held: someRuns(runs.filter(({ held }) => held)),
    pendingApprovals: pending,
    startedToday,
    usedToday: { organization: all, projects: uses('project'), users: uses('user') },
    next,
  };
}

const nothing = (id: string, organization: Policy): DayUse => ({
  id,
  name: '',
  tokens: 0,
  cost: null,
  budget: dailyBudgetOf({ organization, project: null }, 'organization'),
  raised: false,
});

const formerly = { organization: '', project: 'Deleted projects', user: 'Deleted accounts' };

function describeUse({ scope, id, name, tokens, cost, raised }: sql.DayUseRow, policies: Parameters<typeof dailyBudgetOf>[0]): DayUse {
  const budget = dailyBudgetOf(policies, scope);
  return { id, name: name ?? formerly[scope], tokens, cost, budget: raised ? twice(budget) : budget, raised };
}

/** A person raises a budget by as much again. */
const twice = ({ tokens, cost }: DailyAmounts): DailyAmounts => ({
  ...(tokens !== undefined && { tokens: tokens * 2 }),
  ...(cost !== undefined && { cost: cost * 2 }),
});

const someRuns = (rows: readonly sql.OverviewRunRow[]) => ({ runs: rows.map(describeRun), count: rows[0]?.count ?? 0 });

const describeRun = (row: sql.OverviewRunRow): OverviewRun => ({
  id: row.id,
  title: row.title,
  projectId: row.project_id,
  projectName: row.project_name,
  level: row.level,
  startedBy: { id: row.user_id, name: row.user_name ?? 'a former member' },
  origin: { kind: row.origin, id: row.origin_id, name: row.origin_name },
  changedAt: row.changed_at,
});

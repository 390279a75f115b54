import { type BudgetScope, budgetScope, dailyBudgetOf, type ProjectPolicies, raisedBudget } from '#features/policies/policy.ts';
import { type Queryable, statement } from '#kernel/database/statement.ts';
import type { EventData } from '../../events.ts';
import { texts } from '../texts/budgets.ts';
import { formatAmount } from './allowance.ts';

type Pause = Extract<EventData, { type: 'pause' }>['data'];

/** A budget that allows no further model call. */
export interface Reached extends Pick<Pause, 'scope' | 'bound' | 'message'> {
  /** The limit, in the unit of `bound`; 0 if nobody can raise it. */
  limit: number;
  /** Code of the run's error, if not `daily_budget_reached`. */
  code?: string;
}

/** Input of an approval to raise a budget. */
export interface BudgetInput extends Omit<Reached, 'message' | 'code'> {
  /** Id of the person, project or organization whose daily budget it is. */
  scopeId?: string;
  /** The day, UTC, such as 2026-11-24. */
  day?: string;
}

interface UsageScope {
  organizationId: string;
  projectId: string;
  userId: string | null;
}

const selectDay = statement<
  { day: string; scope: BudgetScope; tokens: number; cost: number; raised: boolean },
  { organizationId: string; projectId: string; userId: string | null }
>(
  'runs.select-day',
  `with today as (select * from run_usage where organization_id = $organizationId and day = (now() at time zone 'utc')::date)
   select to_char(now() at time zone 'utc', 'YYYY-MM-DD') as day, s.scope, coalesce(sum(d.input_tokens + d.output_tokens), 0)::bigint as tokens,
     coalesce(sum(d.cost), 0)::float8 as cost,
     exists (
       select from daily_raises r
       where r.organization_id = $organizationId and r.scope = s.scope and r.scope_id = s.id and r.day = (now() at time zone 'utc')::date
     ) as raised
   from (values ('user', $userId::uuid), ('project', $projectId::uuid), ('organization', $organizationId::uuid)) as s (scope, id)
   left join today d on s.id = case s.scope when 'user' then d.user_id when 'project' then d.project_id else d.organization_id end
   group by s.scope, s.id`,
);

/** @returns the daily budget that is used up; undefined if another model call is allowed. Runs no query if there are none */
export async function reachedToday(
  db: Queryable,
  policies: ProjectPolicies,
  usageScope: UsageScope,
): Promise<(Reached & BudgetInput) | undefined> {
  const bounds = budgetScope.options.map((scope) => ({ scope, ...dailyBudgetOf(policies, scope) }));
  if (bounds.every(({ tokens, cost }) => tokens === undefined && cost === undefined)) return undefined;
  const rows = await selectDay(db, {
    organizationId: usageScope.organizationId,
    projectId: usageScope.projectId,
    userId: usageScope.userId,
  });
  const ids = { user: usageScope.userId, project: usageScope.projectId, organization: usageScope.organizationId };
  for (const { scope, ...budget } of bounds) {
    const used = rows.find((row) => row.scope === scope);
    const scopeId = ids[scope];
    if (!used || !scopeId) continue;
    const raised = raisedBudget(budget);
    for (const bound of ['tokens', 'cost'] as const) {
      const limit = (used.raised ? raised : budget)[bound] ?? Infinity;
      if (used[bound] < limit) continue;
      // Doubled, it could still be used up, and so would be the only raise of the day.
      const helps = !used.raised && used[bound] < (raised[bound] ?? Infinity);
      const text = helps ? texts.daily : used.raised ? texts.dailyRaised : texts.dailyExceeded;
      const message = text(scope, formatAmount(bound, limit), formatAmount(bound, used[bound]));
      return { scope, bound, limit: helps ? limit : 0, message, scopeId, day: used.day };
    }
  }
  return undefined;
}

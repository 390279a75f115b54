import type { BudgetScope } from '#features/policies/policy.ts';
import { statement } from '#kernel/database/statement.ts';

export interface AmountsRow {
  steps: number;
  input_tokens: number;
  output_tokens: number;
  cost: number | null;
  unpriced: boolean;
}

/** Null fields do not filter. */
export interface Chosen {
  viewerId: string;
  organizationId: string;
  from: string;
  to: string;
  projectId: string | null;
  userId: string | null;
}

/** The viewer has access to the project, or it has been deleted. Their projects are listed once, not looked up for each of many rows. */
const isVisible = `(r.project_id in (select o.project_id from project_roles o where o.user_id = $viewerId)
  or not exists (select from projects o where o.id = r.project_id))`;

// sum() of bigint is numeric, which the driver returns as text.
const amounts = `sum(r.steps)::bigint as steps, sum(r.input_tokens)::bigint as input_tokens, sum(r.output_tokens)::bigint as output_tokens,
  sum(r.cost)::float8 as cost, bool_or(r.cost is null) as unpriced`;
const chosen = `r.organization_id = $organizationId and r.day between $from::date and $to::date
  and ($projectId::uuid is null or r.project_id = $projectId) and ($userId::uuid is null or r.user_id = $userId)
  and ${isVisible}`;
const mostFirst = 'sum(r.input_tokens + r.output_tokens) desc, sum(r.steps) desc';
/** The same, of rows that have been summed up: names are looked up only for those that are shown. */
const mostFirstOf = (t: string): string => `${t}.input_tokens + ${t}.output_tokens desc, ${t}.steps desc`;

export const selectDays = statement<AmountsRow & { day: string }, Chosen>(
  'usage.select-days',
  `select r.day::text as day, ${amounts} from run_usage r where ${chosen} group by r.day`,
);

type LabelledRow = AmountsRow & { key: string | null; label: string | null };

export const selectByProject = statement<LabelledRow, { limit: number } & Chosen>(
  'usage.select-by-project',
  `select t.*, p.name as label
   from (select r.project_id as key, ${amounts} from run_usage r where ${chosen} group by r.project_id order by ${mostFirst} limit $limit) t
   left join projects p on p.id = t.key
   order by ${mostFirstOf('t')}`,
);

const isFormer = 'm.user_id is null as former';
const people = `left join users u on u.id = r.user_id left join members m on m.user_id = r.user_id and m.organization_id = r.organization_id`;

export const selectByUser = statement<LabelledRow & { former: boolean }, { limit: number } & Chosen>(
  'usage.select-by-user',
  `select t.*, u.name as label, ${isFormer}
   from (select r.user_id as key, ${amounts} from run_usage r where ${chosen} group by r.user_id order by ${mostFirst} limit $limit) t
   left join users u on u.id = t.key left join members m on m.user_id = t.key and m.organization_id = $organizationId
   order by ${mostFirstOf('t')}`,
);

export const selectByModel = statement<LabelledRow & { key: string; label: string }, { limit: number } & Chosen>(
  'usage.select-by-model',
  `select r.model as key, r.model as label, ${amounts} from run_usage r where ${chosen} group by r.model order by ${mostFirst} limit $limit`,
);

interface LineRow extends AmountsRow {
  day: string;
  /** Null if it has been deleted, as for a person. */
  project: string | null;
  person: string | null;
  former: boolean;
  model: string;
}

export const selectLines = statement<LineRow, { limit: number } & Chosen>(
  'usage.select-lines',
  `select r.day::text as day, p.name as project, u.name as person, ${isFormer}, r.model, ${amounts}
   from run_usage r left join projects p on p.id = r.project_id ${people}
   where ${chosen} group by r.day, r.project_id, p.name, r.user_id, u.id, m.user_id, r.model
   order by r.day, project, person, r.model limit $limit`,
);

export interface DayUseRow {
  scope: BudgetScope;
  id: string | null;
  name: string | null;
  tokens: number;
  cost: number | null;
  raised: boolean;
}

/**
 * Today's usage (UTC): total, by project and by person, largest first.
 * @param userId limits the rows of people to this one; null: all people
 */
export const selectDayUse = statement<DayUseRow, { viewerId: string; organizationId: string; userId: string | null; limit: number }>(
  'autonomy.select-day-use',
  `with today as (select (now() at time zone 'utc')::date as day), used as (
     select case when grouping(r.project_id) = 0 then 'project' when grouping(r.user_id) = 0 then 'user' else 'organization' end as scope,
       r.project_id, r.user_id, coalesce(sum(r.input_tokens + r.output_tokens), 0)::bigint as tokens, sum(r.cost)::float8 as cost
     from run_usage r where r.organization_id = $organizationId and r.day = (select day from today)
     group by grouping sets ((), (r.project_id), (r.user_id))
   ), placed as (
     select *, coalesce(project_id, user_id, case when scope = 'organization' then $organizationId end) as id,
       row_number() over (partition by scope order by cost desc nulls last, tokens desc) as place
     from used r where (scope <> 'user' or $userId::uuid is null or user_id = $userId) and (scope <> 'project' or ${isVisible})
   )
   select f.scope, f.id, coalesce(p.name, u.name) as name, f.tokens, f.cost, d.day is not null as raised
   from placed f left join projects p on p.id = f.project_id left join users u on u.id = f.user_id
     left join daily_raises d on d.organization_id = $organizationId and d.scope = f.scope and d.scope_id = f.id
       and d.day = (select day from today)
   where f.place <= $limit order by f.place`,
);

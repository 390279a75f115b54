import type { OverviewRun } from '#features/policies/contract.ts';
import type { Policy } from '#features/policies/policy.ts';
import { statement } from '#kernel/database/statement.ts';

export interface OverviewRunRow {
  id: string;
  title: string;
  project_id: string;
  project_name: string;
  level: OverviewRun['level'];
  user_id: string | null;
  user_name: string | null;
  origin: OverviewRun['origin']['kind'];
  origin_id: string | null;
  origin_name: string | null;
  changed_at: string;
  held: boolean;
  /** Of all that are held, or are not. */
  count: number;
}

/** What is at work or about to be, and what the switch holds; the newest of each. */
export const selectRunsAtWork = statement<OverviewRunRow, [organizationId: string, limit: number]>(
  'autonomy.select-runs-at-work',
  `with found as (
     select r.id, r.title, r.project_id, p.name as project_name, r.level, r.user_id, r.origin, r.origin_id, r.origin_name, r.changed_at,
       r.created_at, s.off_at is not null and r.status = 'queued' and (r.level = 'autonomous' or r.origin <> 'person') as held
     from runs r join projects p on p.id = r.project_id left join autonomy_switches s on s.organization_id = p.organization_id
     where p.organization_id = $1 and r.status in ('queued', 'running')
   ), placed as (
     select *, row_number() over (partition by held order by created_at desc, id desc) as place, count(*) over (partition by held)::int as count
     from found
   )
   select f.*, u.name as user_name from placed f left join users u on u.id = f.user_id where f.place <= $2 order by f.place`,
);

/** Requests that wait for a person, and runs started today (UTC) by what started them. */
export const countToday = statement<{ pending: number; person: number; schedule: number; trigger: number }, [organizationId: string]>(
  'autonomy.count-today',
  `select
     (select count(*)::int from approvals where organization_id = $1 and status = 'pending') as pending,
     count(*) filter (where r.origin = 'person')::int as person,
     count(*) filter (where r.origin = 'schedule')::int as schedule,
     count(*) filter (where r.origin = 'trigger')::int as trigger
   from runs r join projects p on p.id = r.project_id
   where p.organization_id = $1 and r.created_at >= date_trunc('day', now() at time zone 'utc') at time zone 'utc'`,
);

export interface DayUseRow {
  scope: 'organization' | 'project' | 'user';
  id: string | null;
  name: string | null;
  tokens: number;
  cost: number | null;
  raised: boolean;
}

/**
 * What was used today (UTC): in all, by project and by person, the most first.
 * @param userId null: of all persons, else of this one alone
 */
export const selectDayUse = statement<DayUseRow, [organizationId: string, userId: string | null, limit: number]>(
  'autonomy.select-day-use',
  `with today as (select (now() at time zone 'utc')::date as day), used as (
     select case when grouping(r.project_id) = 0 then 'project' when grouping(r.user_id) = 0 then 'user' else 'organization' end as scope,
       r.project_id, r.user_id, coalesce(sum(r.input_tokens + r.output_tokens), 0)::bigint as tokens, sum(r.cost)::float8 as cost
     from run_usage r where r.organization_id = $1 and r.day = (select day from today)
     group by grouping sets ((), (r.project_id), (r.user_id))
   ), placed as (
     select *, coalesce(project_id, user_id, case when scope = 'organization' then $1 end) as id,
       row_number() over (partition by scope order by cost desc nulls last, tokens desc) as place
     from used where scope <> 'user' or $2::uuid is null or user_id = $2
   )
   select f.scope, f.id, coalesce(p.name, u.name) as name, f.tokens, f.cost, d.day is not null as raised
   from placed f left join projects p on p.id = f.project_id left join users u on u.id = f.user_id
     left join daily_raises d on d.organization_id = $1 and d.scope = f.scope and d.scope_id = f.id and d.day = (select day from today)
   where f.place <= $3 order by f.place`,
);

/** Policies of projects that name a daily budget, to be told beside what they used. */
export const selectProjectBudgets = statement<{ project_id: string; policy: Policy }, [organizationId: string]>(
  'autonomy.select-project-budgets',
  `select project_id, policy from autonomy_policies
   where organization_id = $1 and project_id is not null and policy -> 'dailyBudgets' -> 'project' is not null`,
);

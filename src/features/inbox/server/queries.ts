import { statement } from '#kernel/database/statement.ts';
import type { OverviewRun } from '../overview-contract.ts';

/**
 * The viewer has access to the project. Their projects are listed once: as a plain `in` or `exists`, PostgreSQL would start from them and look
 * for runs or requests in each.
 */
const isVisible = (projectId: string): string =>
  `(${projectId} in (select o.project_id from project_roles o where o.user_id = $viewerId)) is true`;

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
  /** Total number of paused runs, or of those that are not. */
  count: number;
}

/** The newest runs that are running or about to run, and the newest that the switch has paused. */
export const selectRunsAtWork = statement<OverviewRunRow, { viewerId: string; organizationId: string; limit: number }>(
  'autonomy.select-runs-at-work',
  `with found as (
     select r.id, r.title, r.project_id, p.name as project_name, r.level, r.user_id, r.origin, r.origin_id, r.origin_name, r.changed_at,
       r.created_at, s.off_at is not null and r.status = 'queued' and (r.level = 'autonomous' or r.origin <> 'person') as held
     from runs r join projects p on p.id = r.project_id left join autonomy_switches s on s.organization_id = p.organization_id
     where p.organization_id = $organizationId and r.status in ('queued', 'running') and ${isVisible('p.id')}
   ), placed as (
     select *, row_number() over (partition by held order by created_at desc, id desc) as place, count(*) over (partition by held)::int as count
     from found
   )
   select f.id, f.title, f.project_id, f.project_name, f.level, f.user_id, u.name as user_name, f.origin, f.origin_id, f.origin_name,
     f.changed_at, f.held, f.count
   from placed f left join users u on u.id = f.user_id where f.place <= $limit order by f.place`,
);

/** Requests that wait for a person, and runs started today (UTC) by what started them. */
export const countToday = statement<
  { pending: number; person: number; schedule: number; trigger: number },
  { viewerId: string; organizationId: string }
>(
  'autonomy.count-today',
  `select
     (select count(*)::int from approvals p where p.organization_id = $organizationId and p.status = 'pending'
       and ${isVisible('p.project_id')}) as pending,
     count(*) filter (where r.origin = 'person')::int as person,
     count(*) filter (where r.origin = 'schedule')::int as schedule,
     count(*) filter (where r.origin = 'trigger')::int as trigger
   from runs r join projects p on p.id = r.project_id
   where p.organization_id = $organizationId and ${isVisible('p.id')} and r.created_at >= date_trunc('day', now() at time zone 'utc') at time zone 'utc'`,
);

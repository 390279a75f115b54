import type { Budget } from '#features/agents/budget.ts';
import type { Level } from '#features/policies/policy.ts';
import type { MissedPolicy, Occurrence } from '#features/schedules/contract.ts';
import { type Queryable, statement } from '#kernel/database/statement.ts';
import type { Role } from '#wire/role.ts';

export interface OccurrenceRow {
  due_at: string;
  at: string;
  status: Occurrence['status'];
  reason: string | null;
  manual: boolean;
  missed: number | null;
  missed_since: string | null;
  run_id: string | null;
  run_title: string | null;
  run_status: NonNullable<Occurrence['run']>['status'] | null;
}

export interface ScheduleRow {
  id: string;
  project_id: string;
  project_name: string;
  organization_id: string;
  name: string;
  cron: string;
  timezone: string;
  message: string;
  level: Level;
  agent_id: string | null;
  agent_name: string | null;
  agent_archived: boolean | null;
  model: string | null;
  budget: Budget;
  goal: { constraints: string[] } | null;
  missed: MissedPolicy;
  overlap: boolean;
  user_id: string | null;
  user_name: string | null;
  /** Null for people who are no longer members. */
  user_role: Role | null;
  paused_at: string | null;
  next_at: string;
  version: number;
  created_at: string;
  changed_at: string;
  last: OccurrenceRow | null;
}

const occurrences = `o.due_at, o.at, o.status, o.reason, o.manual, o.missed, o.missed_since,
  r.id as run_id, r.title as run_title, r.status as run_status
  from schedule_occurrences o left join runs r on r.id = o.run_id`;
// JSON would format its instants differently.
const lastColumns = ['due_at', 'at', 'status', 'reason', 'manual', 'missed', 'missed_since', 'run_id', 'run_title', 'run_status']
  .map((column) => `l.${column} as last_${column}`)
  .join(', ');
const columns = `s.id, s.project_id, p.name as project_name, p.organization_id, s.name, s.cron, s.timezone, s.message, s.level,
  s.agent_id, a.name as agent_name, a.archived_at is not null as agent_archived, s.model, s.budget, s.goal, s.missed, s.overlap,
  s.user_id, u.name as user_name, m.role as user_role, s.paused_at, s.next_at, s.version, s.created_at, s.changed_at`;
const joins = `schedules s join projects p on p.id = s.project_id left join users u on u.id = s.user_id
  left join project_roles m on m.user_id = s.user_id and m.project_id = p.id left join agents a on a.id = s.agent_id
  left join lateral (select ${occurrences} where o.schedule_id = s.id order by o.due_at desc limit 1) l on true`;
/** Paused ones last. */
const order = 'order by s.paused_at is not null, s.next_at, s.id';

type Last = { [K in keyof OccurrenceRow as `last_${K}`]: OccurrenceRow[K] | null };
type FlatRow = Omit<ScheduleRow, 'last'> & Last;

function readLast(row: FlatRow): ScheduleRow {
  const { last_due_at: due_at, last_at: at, last_status: status } = row;
  const last = due_at !== null &&
    at !== null &&
    status !== null && {
      due_at,
      at,
      status,
      reason: row.last_reason,
      manual: row.last_manual ?? false,
      missed: row.last_missed,
      missed_since: row.last_missed_since,
      run_id: row.last_run_id,
      run_title: row.last_run_title,
      run_status: row.last_run_status,
    };
  return { ...row, last: last || null };
}

const readingLast =
  <Values extends object>(select: (db: Queryable, values: Values) => Promise<FlatRow[]>) =>
  async (db: Queryable, values: Values): Promise<ScheduleRow[]> =>
    (await select(db, values)).map(readLast);

export const selectSchedule = readingLast(
  statement<FlatRow, { id: string }>('schedules.select', `select ${columns}, ${lastColumns} from ${joins} where s.id = $id`),
);

export const selectOfProject = readingLast(
  statement<FlatRow, { projectId: string; limit: number }>(
    'schedules.select-of-project',
    `select ${columns}, ${lastColumns} from ${joins} where s.project_id = $projectId ${order} limit $limit`,
  ),
);

/** Of projects that the viewer has access to. Without the messages, which may add up to megabytes. */
export const selectOfOrganization = readingLast(
  statement<FlatRow, { viewerId: string; organizationId: string; limit: number }>(
    'schedules.select-of-organization',
    `select ${columns.replace('s.message', `'' as message`)}, ${lastColumns} from ${joins}
     where p.organization_id = $organizationId
       and exists (select from project_roles o where o.project_id = p.id and o.user_id = $viewerId) ${order} limit $limit`,
  ),
);

/** The database's clock is the clock of all servers. */
export const selectNow = statement<{ now: string }>('schedules.now', 'select now() as now');

export interface Settings {
  name: string;
  cron: string;
  timezone: string;
  message: string;
  level: Level;
  agentId: string | null;
  model: string | null;
  budget: string;
  goal: string | null;
  missed: MissedPolicy;
  overlap: boolean;
  userId: string | null;
  paused: boolean;
  nextAt: string | null;
}

/** Returns no row if the project is gone or has reached its limit. */
export const insertSchedule = statement<{ id: string }, { id: string; projectId: string; most: number } & Settings>(
  'schedules.insert',
  `insert into schedules (id, project_id, name, cron, timezone, message, level, agent_id, model, budget, goal, missed, overlap, user_id,
     paused_at, next_at)
   select $id::uuid, p.id, $name, $cron, $timezone, $message, $level, $agentId::uuid, $model, $budget::jsonb, $goal::jsonb, $missed,
     $overlap::boolean, $userId::uuid,
     case when $paused then now() end, $nextAt::timestamptz
   from (select id from projects where id = $projectId for key share) p
   where (select count(*) from schedules where project_id = $projectId) < $most
   returning id`,
);

/** Without a next time, the stored one stays. Returns no row if the schedule was changed since it was read. */
export const updateSchedule = statement<{ id: string }, { id: string; version: number } & Settings>(
  'schedules.update',
  `update schedules set version = version + 1, changed_at = now(), name = $name, cron = $cron, timezone = $timezone, message = $message,
     level = $level, agent_id = $agentId, model = $model, budget = $budget::jsonb, goal = $goal::jsonb, missed = $missed,
     overlap = $overlap, user_id = $userId,
     paused_at = case when $paused then coalesce(paused_at, now()) end,
     next_at = coalesce($nextAt::timestamptz, next_at), not_before = case when $nextAt::timestamptz is null then not_before end
   where id = $id and version = $version returning id`,
);

export const deleteSchedule = statement<{ id: string }, { id: string }>(
  'schedules.delete',
  'delete from schedules where id = $id returning id',
);

export const selectOccurrence = statement<OccurrenceRow, { scheduleId: string; dueAt: string }>(
  'schedules.select-occurrence',
  `select ${occurrences} where o.schedule_id = $scheduleId and o.due_at = $dueAt`,
);

/** Those before a due time, newest first. */
export const selectOccurrences = statement<OccurrenceRow, { scheduleId: string; before: string | null; limit: number }>(
  'schedules.select-occurrences',
  `select ${occurrences} where o.schedule_id = $scheduleId and ($before::timestamptz is null or o.due_at < $before) order by o.due_at desc limit $limit`,
  { replica: true },
);

/** Keeps the last occurrence of each schedule. */
export const deleteOldOccurrences = statement<{ schedule_id: string }, { days: number }>(
  'schedules.delete-occurrences',
  `delete from schedule_occurrences o where at < now() - make_interval(days => $days)
     and exists (select from schedule_occurrences n where n.schedule_id = o.schedule_id and n.due_at > o.due_at)
   returning schedule_id`,
  { timeout: 30_000 },
);

/** SQL for due times: claiming them and recording their outcomes. */
import { insertEvent } from '#features/outbox/server/outbox.ts';
import type { Occurrence } from '#features/schedules/contract.ts';
import { statement } from '#kernel/database/statement.ts';
import type { ScheduleRow } from './queries.ts';

/** What processing a due time needs. */
export interface DueRow
  extends Pick<
    ScheduleRow,
    | 'id'
    | 'project_id'
    | 'organization_id'
    | 'name'
    | 'cron'
    | 'timezone'
    | 'message'
    | 'level'
    | 'agent_id'
    | 'model'
    | 'budget'
    | 'goal'
    | 'missed'
    | 'overlap'
    | 'user_id'
    | 'next_at'
    | 'version'
  > {
  now: string;
  /** Seconds since it could first have been claimed. */
  seconds_late: number;
}

const moment = 'greatest(next_at, not_before)';

/** Milliseconds until the next due time, negative if one is already due; no row if there is none. */
export const selectWait = statement<{ wait: number }>(
  'schedules.wait',
  `select extract(epoch from ${moment} - now())::float8 * 1000 as wait from schedules where paused_at is null order by ${moment} limit 1`,
);

/** Leases due schedules for a while: if this server dies, another one claims them after that. */
export const claimDue = statement<DueRow, { seconds: number; limit: number }>(
  'schedules.claim-due',
  `with due as (
     select id, extract(epoch from now() - ${moment})::float8 as seconds_late from schedules
     where paused_at is null and ${moment} <= now() order by ${moment} limit $limit for update skip locked
   )
   update schedules s set not_before = now() + make_interval(secs => $seconds) from due, projects p
   where s.id = due.id and p.id = s.project_id
   returning s.id, s.project_id, p.organization_id, s.name, s.cron, s.timezone, s.message, s.level, s.agent_id, s.model, s.budget, s.goal,
     s.missed, s.overlap, s.user_id, s.next_at, s.version, now() as now, due.seconds_late`,
);

export const delay = statement<never, { id: string; nextAt: string; seconds: number }>(
  'schedules.delay',
  'update schedules set not_before = now() + make_interval(secs => $seconds) where id = $id and next_at = $nextAt',
);

/** `dealt_with`: this time already has an outcome. */
export const lockSchedule = statement<
  { next_at: string; paused: boolean; version: number; dealt_with: boolean },
  { id: string; dueAt: string }
>(
  'schedules.lock',
  `select next_at, paused_at is not null as paused, version,
     exists (select from schedule_occurrences where schedule_id = $id and due_at = $dueAt) as dealt_with
   from schedules where id = $id for update`,
);

/** An unfinished run of the schedule. */
export const selectUnfinished = statement<{ id: string; title: string }, { id: string }>(
  'schedules.select-going',
  `select id, title from runs where origin_id = $id and status in ('queued', 'running', 'waiting') order by created_at limit 1`,
);

/** @returns the due time: now for a run that a person starts outside the schedule's times */
export const insertOccurrence = statement<
  { due_at: string },
  {
    scheduleId: string;
    dueAt: string | null;
    status: Occurrence['status'];
    reason: string | null;
    runId: string | null;
    missed: number | null;
    missedSince: string | null;
  }
>(
  'schedules.insert-occurrence',
  `with entered as (
     insert into schedule_occurrences (schedule_id, due_at, status, reason, run_id, missed, missed_since, manual)
     values ($scheduleId, coalesce($dueAt::timestamptz, now()), $status, $reason, $runId, $missed, $missedSince, $dueAt is null)
     returning schedule_id, due_at, status, reason
   ), event as (
     ${insertEvent('start_failed', {
       from: `entered e join schedules w on w.id = e.schedule_id join projects p on p.id = w.project_id
         join organizations o on o.id = p.organization_id where e.status = 'failed'`,
       subject: 'w.id',
       occurrence: 'e.due_at',
       organizationId: 'o.id',
       senderId: 'w.user_id',
       payload: {
         origin: `'schedule'`,
         originId: 'w.id',
         name: 'w.name',
         reason: 'e.reason',
         projectId: 'p.id',
         project: 'p.name',
         organization: 'o.name',
       },
       context: {
         previous: `(select status from schedule_occurrences where schedule_id = e.schedule_id and due_at < e.due_at
           order by due_at desc limit 1)`,
       },
     })}
   )
   select due_at from entered`,
);

export const advance = statement<never, { id: string; nextAt: string }>(
  'schedules.advance',
  'update schedules set next_at = $nextAt, not_before = null where id = $id',
);

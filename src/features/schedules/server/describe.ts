/** Presents schedules and occurrences as the API returns them. */
import type { Occurrence, Schedule, ScheduleEntry } from '#features/schedules/contract.ts';
import { texts as wire } from '#wire/texts.ts';
import type { OccurrenceRow, ScheduleRow } from './queries.ts';

export function describeOccurrence(row: OccurrenceRow): Occurrence {
  const { due_at: dueAt, at, status, reason, manual, missed, missed_since, run_id, run_title, run_status } = row;
  return {
    dueAt,
    at,
    status,
    reason,
    manual,
    missed: missed !== null && missed_since !== null ? { count: missed, since: missed_since } : null,
    run: run_id !== null && run_status !== null ? { id: run_id, title: run_title ?? '', status: run_status } : null,
  };
}

/** For lists: without the message, which may be long. */
export function describeEntry(row: ScheduleRow): ScheduleEntry {
  const { message: _, goal: __, ...entry } = describe(row);
  return entry;
}

export function describe(row: ScheduleRow): Schedule {
  return {
    id: row.id,
    project: { id: row.project_id, name: row.project_name },
    name: row.name,
    cron: row.cron,
    timezone: row.timezone,
    message: row.message,
    level: row.level,
    agent: row.agent_id !== null ? { id: row.agent_id, name: row.agent_name ?? '', archived: row.agent_archived ?? false } : null,
    model: row.model,
    budget: row.budget,
    goal: row.goal,
    missed: row.missed,
    overlap: row.overlap,
    onBehalfOf: { id: row.user_id, name: row.user_name ?? wire.formerMember, role: row.user_role },
    pausedAt: row.paused_at,
    nextAt: row.paused_at === null ? row.next_at : null,
    version: row.version,
    createdAt: row.created_at,
    changedAt: row.changed_at,
    last: row.last && describeOccurrence(row.last),
  };
}

import type { Trigger, TriggerOccurrence } from '#features/triggers/contract.ts';
import { texts as wire } from '#wire/texts.ts';
import type { OccurrenceRow } from './occurrence-queries.ts';
import type { TriggerRow } from './queries.ts';

export function describeTrigger(row: TriggerRow, last: OccurrenceRow | undefined): Trigger {
  const { id, kind, name, message, level, model, budget, goal, path, by_runs: byRuns } = row;
  const { old_secret_until: oldSecretUntil, strangers, strangers_at: lastAt } = row;
  return {
    id,
    project: { id: row.project_id, name: row.project_name },
    kind,
    name,
    message,
    level,
    agent: row.agent_id === null ? null : { id: row.agent_id, name: row.agent_name ?? '', archived: row.agent_archived ?? false },
    model,
    budget,
    goal,
    onBehalfOf: { id: row.user_id, name: row.user_name ?? wire.formerMember, role: row.user_role },
    pausedAt: row.paused_at,
    webhook:
      kind === 'webhook'
        ? {
            address: `/api/hooks/${id}`,
            oldSecretUntil,
            strangers: strangers === null || lastAt === null ? null : { times: strangers, lastAt },
          }
        : null,
    files: path === null ? null : { path, byRuns },
    createdAt: row.created_at,
    changedAt: row.changed_at,
    lastOccurrence: last ? describeOccurrence(last) : null,
  };
}

export function describeOccurrence(row: OccurrenceRow): TriggerOccurrence {
  const { id, at, outcome, code, reason, times, bytes, paths, depth, run_id, run_title, run_status } = row;
  const run = run_id !== null && run_title !== null && run_status !== null ? { id: run_id, title: run_title, status: run_status } : null;
  const { last_at: lastAt, message_id: messageId, path_count: pathCount } = row;
  return { id, at, outcome, code, reason, times, lastAt, messageId, bytes, paths, pathCount, depth, run };
}

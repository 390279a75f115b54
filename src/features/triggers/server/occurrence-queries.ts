import { insertEvent } from '#features/outbox/server/outbox.ts';
import type { TriggerOccurrence } from '#features/triggers/contract.ts';
import { statement } from '#kernel/database/statement.ts';

export interface OccurrenceRow {
  id: number;
  trigger_id: string;
  at: string;
  outcome: TriggerOccurrence['outcome'];
  code: string | null;
  reason: string | null;
  times: number;
  last_at: string;
  message_id: string | null;
  bytes: number | null;
  paths: string[];
  path_count: number;
  depth: number;
  run_id: string | null;
  run_title: string | null;
  run_status: NonNullable<TriggerOccurrence['run']>['status'] | null;
}

const columns = `o.id, o.trigger_id, o.at, o.outcome, o.code, o.reason, o.times, o.last_at, o.message_id, o.bytes, o.paths, o.path_count, o.depth,
  o.run_id, r.title as run_title, r.status as run_status`;

export const selectOccurrences = statement<OccurrenceRow, { triggerId: string; before: number; limit: number }>(
  'triggers.select-occurrences',
  `select ${columns} from trigger_occurrences o left join runs r on r.id = o.run_id
   where o.trigger_id = $triggerId and o.id < $before order by o.id desc limit $limit`,
  { replica: true },
);

export const selectLastOccurrences = statement<OccurrenceRow, { triggerIds: readonly string[] }>(
  'triggers.select-last-occurrences',
  `select ${columns} from unnest($triggerIds::uuid[]) as t (id)
   cross join lateral (select * from trigger_occurrences where trigger_id = t.id order by id desc limit 1) o
   left join runs r on r.id = o.run_id`,
);

export const selectStartedBy = statement<{ run_id: string | null }, { triggerId: string; messageId: string }>(
  'triggers.select-started-by',
  `select run_id from trigger_occurrences where trigger_id = $triggerId and message_id = $messageId and outcome = 'started'`,
);

interface EventValues {
  messageId: string | null;
  bytes: number | null;
  paths: readonly string[];
  pathCount: number;
  depth: number;
}

/**
 * Returns no row if the trigger was deleted or paused. Waits for a concurrent transaction that starts a run for the same message.
 * @throws on the index `trigger_occurrences_message` if that message has already started one
 */
export const insertStarted = statement<{ id: number }, { triggerId: string } & EventValues>(
  'triggers.insert-started',
  `insert into trigger_occurrences (trigger_id, outcome, message_id, bytes, paths, path_count, depth)
   select id, 'started', $messageId, $bytes, $paths::text[], $pathCount, $depth from triggers
   where id = $triggerId and paused_at is null for share
   returning id`,
);

export const nameRun = statement<never, { id: number; runId: string }>(
  'triggers.name-run',
  'update trigger_occurrences set run_id = $runId where id = $id',
);

/** @returns no row if it was rejected for the same reason within the last hour: then that entry counts it */
export const insertRejected = statement<
  { id: number },
  { triggerId: string; code: string; reason: string; senderCodes: readonly string[] } & EventValues
>(
  'triggers.insert-refused',
  `with newest as (
     select id, outcome, code, last_at from trigger_occurrences where trigger_id = $triggerId order by id desc limit 1
   ), again as (
     update trigger_occurrences o set times = o.times + 1, last_at = now(), reason = $reason, message_id = $messageId, bytes = $bytes,
       paths = $paths::text[],
       path_count = $pathCount, depth = $depth
     from newest n
     where o.id = n.id and n.outcome = 'refused' and n.code = $code and n.last_at > now() - interval '1 hour' returning o.id
   ), entered as (
     insert into trigger_occurrences (trigger_id, outcome, code, reason, message_id, bytes, paths, path_count, depth)
     select id, 'refused', $code, $reason, $messageId, $bytes, $paths::text[], $pathCount, $depth from triggers
     where id = $triggerId and not exists (select from again)
     returning id, trigger_id, code, reason
   ), event as (
     ${insertEvent('start_failed', {
       from: `entered e join triggers w on w.id = e.trigger_id join projects p on p.id = w.project_id
         join organizations o on o.id = p.organization_id where e.code <> all ($senderCodes::text[])`,
       subject: 'w.id',
       occurrence: 'e.id',
       organizationId: 'o.id',
       senderId: 'w.user_id',
       payload: {
         origin: `'trigger'`,
         originId: 'w.id',
         name: 'w.name',
         reason: 'e.reason',
         projectId: 'p.id',
         project: 'p.name',
         organization: 'o.name',
       },
       context: {
         previous: `(select outcome from trigger_occurrences
           where trigger_id = e.trigger_id and id < e.id and (code is null or code <> all ($senderCodes::text[])) order by id desc limit 1)`,
       },
     })}
   )
   select id from entered`,
);

/** Keeps occurrences whose runs are still active: they record the depth of a chain. */
export const deleteOldOccurrences = statement<{ id: number }>(
  'triggers.delete-old-occurrences',
  `delete from trigger_occurrences o where o.at < now() - interval '30 days'
     and not exists (select from runs r where r.id = o.run_id and r.status in ('queued', 'running', 'waiting'))
   returning o.id`,
  { timeout: 30_000 },
);

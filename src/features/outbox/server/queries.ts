import type { EventKind, OutboxEvent } from '#features/outbox/events.ts';
import { statement } from '#kernel/database/statement.ts';
import type { QueueRow } from '#kernel/shared-metrics.ts';

/** Events ready for processing, oldest first. Only kinds that this version knows: a later version may write others. */
export const selectDue = statement<{ id: number }, { kinds: readonly EventKind[]; limit: number }>(
  'outbox.select-due',
  'select id from outbox where kind = any ($kinds::text[]) and not_before <= now() order by id limit $limit',
);

/** Locks events until the transaction ends, so no other server processes them. Skips those that another server has locked or processed. */
export const lockEvents = statement<OutboxEvent, { ids: readonly number[] }>(
  'outbox.lock',
  `select id, kind, organization_id, sender_id, payload, context from outbox where id = any ($ids::bigint[])
   order by id for update skip locked`,
);

export const measureQueue = statement<QueueRow>(
  'outbox.measure-queue',
  `select count(*)::int as depth, extract(epoch from now() - min(not_before))::float8 as oldest_seconds
   from outbox where not_before <= now()`,
);

export const deleteEvents = statement<never, { ids: readonly number[] }>(
  'outbox.delete',
  'delete from outbox where id = any ($ids::bigint[])',
);

export const postponeEvent = statement<never, { id: number; seconds: number }>(
  'outbox.postpone',
  'update outbox set not_before = now() + make_interval(secs => $seconds) where id = $id',
);

/**
 * The outbox: what people may have to be notified of is written in the statement that makes it happen, so that no event is lost and none
 * is told of that did not happen. Who is notified, and by which channels, is worked out when the event is read.
 */
import type { Contexts, EventKind, Payloads } from '#features/outbox/events.ts';

export * from './queries.ts';

/** For each member, an SQL expression of its value. */
type Expressions<T> = { [K in keyof T]-?: string };

interface EventSource<K extends EventKind> {
  /** The rows of the event, joined to what it names: what follows `from`. */
  from: string;
  /** What it is about; with `occurrence` it tells the event from all others of its kind. */
  subject: string;
  /** Which time that was. */
  occurrence: string;
  organizationId: string;
  senderId: string;
  payload: Expressions<Payloads[K]>;
  context: Expressions<Contexts[K]>;
}

/**
 * An insert for statements that make an event happen. Those with several parts have it as a part of their own; it inserts nothing
 * where `from` has no row. The triggers of the version before look for `kind`, `subject` and `occurrence` (`0044_outbox.sql`).
 */
export function insertEvent<K extends EventKind>(kind: K, source: EventSource<K>): string {
  const { from, subject, occurrence, organizationId, senderId, payload, context } = source;
  return `insert into outbox (kind, subject, occurrence, organization_id, sender_id, payload, context)
     select '${kind}', ${subject}, (${occurrence})::text, ${organizationId}, ${senderId}, ${object(payload)}, ${object(context)}
     from ${from}
     on conflict (kind, subject, occurrence) do nothing`;
}

const object = (members: Record<string, string>) =>
  `jsonb_build_object(${Object.entries(members)
    .map(([name, expression]) => `'${name}', ${expression}`)
    .join(', ')})`;

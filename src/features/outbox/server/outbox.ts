/**
 * The outbox: the statement that makes something happen also writes the event, so an event exists if and only if it happened. Recipients
 * and channels are resolved when the event is processed.
 */
import type { Contexts, EventKind, Payloads } from '#features/outbox/events.ts';

export * from './queries.ts';

/** For each field, an SQL expression for its value. */
type Expressions<T> = { [K in keyof T]-?: string };

interface EventSource<K extends EventKind> {
  /** What follows `from`: the rows of the event, joined to what it names. */
  from: string;
  /** What the event is about: a uuid. Unique together with `occurrence` among the events of its kind. */
  subject: string;
  /** Distinguishes events about the same subject. */
  occurrence: string;
  organizationId: string;
  senderId: string;
  payload: Expressions<Payloads[K]>;
  context: Expressions<Contexts[K]>;
}

/**
 * @returns an insert, to embed in (`with event as (…)`) or end the statement that makes the event happen. It inserts nothing if `from` has
 * no row.
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

/** Writes audit entries. */
import type { Action } from '#features/audit-log/actions.ts';
import type { Queryable } from '#kernel/database/statement.ts';
import type { Actor } from './access.ts';
import * as sql from './queries.ts';

export interface NewEntry {
  organizationId: string;
  /** Known from the run where there is one. */
  projectId?: string | null | undefined;
  actor: Actor;
  action: Action;
  /** The run that it concerns, where it is not the run that does it (`actor.runId`). */
  runId?: string | null | undefined;
  /** What it is done to. `kind`: a word such as run, approval, agent. */
  subject?: { kind: string; id: string | null; name: string } | undefined;
  /** What else one wants to know later, without secrets and without contents of files. */
  detail?: Record<string, unknown> | undefined;
}

const MAX_NAME = 300;
const MAX_TEXT = 2000;

/** As `record`, in each organization of the person who acts: for what is not the work of one of them. */
export async function recordOf(on: Queryable, { actor, action, subject, detail }: Omit<NewEntry, 'organizationId'>): Promise<void> {
  if (actor.userId === null) throw new Error('only a person has organizations');
  const about = subject && toJson({ ...subject, name: storable(subject.name, MAX_NAME) });
  const said = detail && toJson(detail);
  await sql.insertEntryOf(on, {
    userId: actor.userId,
    userName: storable(actor.name, MAX_NAME),
    action,
    subject: about ?? null,
    detail: said ?? null,
    address: actor.address ?? null,
  });
}

/** @param on the transaction of what is recorded, where there is one: then both happen or neither */
export async function record(on: Queryable, { organizationId, projectId, actor, action, runId, subject, detail }: NewEntry): Promise<void> {
  await sql.insertEntry(on, {
    organizationId,
    projectId: projectId ?? null,
    userId: actor.userId,
    userName: storable(actor.name, MAX_NAME),
    runId: actor.runId ?? runId ?? null,
    byRun: actor.runId !== undefined,
    action,
    subject: subject ? toJson({ kind: subject.kind, id: subject.id, name: storable(subject.name, MAX_NAME) }) : null,
    detail: detail ? toJson(detail) : null,
    address: actor.address ?? null,
  });
}

/** Names and arguments may come from a model: what PostgreSQL cannot keep must not undo what is recorded. */
function storable(text: string, max = MAX_TEXT): string {
  const short = text.length > max ? `${text.slice(0, max)}…` : text;
  return short.toWellFormed().replaceAll('\0', '\ufffd');
}

const toJson = (value: object) => JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'string' ? storable(inner) : inner));

/** Writes audit entries. */
import type { Action } from '#features/audit-log/actions.ts';
import type { Queryable } from '#kernel/database/statement.ts';
import type { Actor } from './access.ts';
import * as sql from './queries.ts';

export interface NewEntry {
  organizationId: string;
  /** Taken from the run, if there is one. */
  projectId?: string | null | undefined;
  actor: Actor;
  action: Action;
  /** The run concerned, if it is not the acting run (`actor.runId`). */
  runId?: string | null | undefined;
  /** The subject of the action. `kind`: a word such as run, approval, agent. */
  subject?: { kind: string; id: string | null; name: string } | undefined;
  /** Further details worth knowing later, without secrets or file contents. */
  detail?: Record<string, unknown> | undefined;
}

const MAX_NAME = 300;
const MAX_TEXT = 2000;

type EntryAnywhere = Omit<NewEntry, 'organizationId'>;

/** As `record`, in each organization of the actor: for actions outside any organization. */
export async function recordOf(on: Queryable, entry: EntryAnywhere): Promise<void> {
  if (entry.actor.userId === null) throw new Error('only a person has organizations');
  await recordAbout(on, entry.actor.userId, entry);
}

/** As `record`, in each organization of a person whose account somebody else acted on. */
export async function recordAbout(on: Queryable, aboutId: string, { actor, action, subject, detail }: EntryAnywhere): Promise<void> {
  const about = subject && toJson({ ...subject, name: storable(subject.name, MAX_NAME) });
  const said = detailOf(actor, detail);
  await sql.insertEntryAbout(on, {
    aboutId,
    userId: actor.userId,
    userName: storable(actor.name, MAX_NAME),
    action,
    subject: about ?? null,
    detail: said,
    address: actor.address ?? null,
  });
}

/** @param on the transaction of the recorded action, if there is one: then both happen or neither */
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
    detail: detailOf(actor, detail),
    address: actor.address ?? null,
  });
}

/** With the name of the token that was used, if one was. */
function detailOf({ token }: Actor, detail: NewEntry['detail']): string | null {
  if (token === undefined) return detail ? toJson(detail) : null;
  return toJson({ ...detail, token });
}

/** Names and arguments may come from a model: text that PostgreSQL cannot store must not roll back the recorded action. */
function storable(text: string, max = MAX_TEXT): string {
  const short = text.length > max ? `${text.slice(0, max)}…` : text;
  return short.toWellFormed().replaceAll('\0', '\ufffd');
}

const toJson = (value: object) => JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'string' ? storable(inner) : inner));

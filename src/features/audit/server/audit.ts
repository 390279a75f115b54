/**
 * Audit: who did what, when and from where. Entries are only ever added; the database itself refuses all else. They copy the
 * names they tell, since they outlive projects, runs and people.
 */
import type { Action } from '#features/audit/actions.ts';
import type { Database } from '#kernel/database/pool.ts';
import type { Queryable } from '#kernel/database/statement.ts';
import type { Actor } from './access.ts';
import * as sql from './queries.ts';

export type { Actor } from './access.ts';
export type Audit = ReturnType<typeof createAudit>;

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

export function createAudit({ db }: { db: Database }) {
  return {
    /** @param on the transaction of what is recorded, where there is one: then both happen or neither */
    async record(on: Queryable, { organizationId, projectId, actor, action, runId, subject, detail }: NewEntry): Promise<void> {
      await sql.insertEntry(
        on,
        organizationId,
        projectId ?? null,
        actor.userId,
        storable(actor.name, MAX_NAME),
        actor.runId ?? runId ?? null,
        actor.runId !== undefined,
        action,
        subject ? toJson({ kind: subject.kind, id: subject.id, name: storable(subject.name, MAX_NAME) }) : null,
        detail ? toJson(detail) : null,
        actor.address ?? null,
      );
    },
  };
}

/** Names and arguments may come from a model: what PostgreSQL cannot keep must not undo what is recorded. */
function storable(text: string, max = MAX_TEXT): string {
  const short = text.length > max ? `${text.slice(0, max)}…` : text;
  return short.toWellFormed().replaceAll('\0', '\ufffd');
}

const toJson = (value: object) => JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'string' ? storable(inner) : inner));

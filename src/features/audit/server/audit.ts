/**
 * Audit: who did what, when and from where. Entries are only ever added; the database itself refuses all else. They copy the
 * names they tell, since they outlive projects, runs and people.
 */
import { type Action, actions, kindOf } from '#features/audit/actions.ts';
import { type AuditEntry, type exportAudit, type listAudit, MAX_EXPORTED, MAX_PEOPLE } from '#features/audit/contract.ts';
import { toCsv } from '#kernel/csv.ts';
import type { Database } from '#kernel/database/pool.ts';
import type { Queryable } from '#kernel/database/statement.ts';
import { invalid, Refusal } from '#kernel/errors.ts';
import type { QueryOf } from '#wire/contract.ts';
import type { Actor } from './access.ts';
import { head, toLines } from './lines.ts';
import * as sql from './queries.ts';

export type { Actor, Person } from './access.ts';
export type Audit = ReturnType<typeof createAudit>;
type Selection = Omit<QueryOf<typeof exportAudit>, 'organization'>;

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
const LINES_AT_ONCE = 5000;
const DAY_MS = 86_400_000;

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

    /** @throws 422 for days in the wrong order */
    async list(
      organizationId: string,
      { before, limit, ...selection }: Omit<QueryOf<typeof listAudit>, 'organization'>,
    ): Promise<{ entries: AuditEntry[]; more: boolean }> {
      const rows = await sql.selectEntries(db, organizationId, { ...choose(selection), ...(before && { before }) }, limit + 1);
      return { entries: rows.slice(0, limit).map(describe), more: rows.length > limit };
    },

    people: (organizationId: string): Promise<{ id: string; name: string }[]> => sql.selectPeople(db, organizationId, MAX_PEOPLE),

    /**
     * Reads page by page, since a line takes a tenth of the memory of an entry.
     * @returns a CSV file @throws as `list`, and 422 `too_many_entries`
     */
    async export(organizationId: string, selection: Selection): Promise<Uint8Array> {
      const chosen = choose(selection);
      const parts = [Buffer.from(toCsv([head]))];
      let before: number | undefined;
      for (let count = 0; ; ) {
        const rows = await sql.selectEntries(db, organizationId, { ...chosen, ...(before && { before }) }, LINES_AT_ONCE);
        count += rows.length;
        if (count > MAX_EXPORTED) throw tooMany();
        parts.push(Buffer.from(toLines(rows.map(describe))));
        before = rows.at(-1)?.id;
        if (rows.length < LINES_AT_ONCE) return Buffer.concat(parts);
      }
    },
  };
}

function choose({ action, user, project, run, from, to }: Selection): sql.Chosen {
  if (from && to && from > to) throw invalid([{ path: 'to', message: 'This is before the first day.' }]);
  return {
    ...(action && { actions: actions.filter((each) => each === action || kindOf(each) === action) }),
    ...(user && { user }),
    ...(project && { project }),
    ...(run && { run }),
    ...(from && { since: `${from}T00:00:00Z` }),
    ...(to && { until: new Date(Date.parse(to) + DAY_MS).toISOString() }),
  };
}

const describe = (row: sql.EntryRow): AuditEntry => ({
  id: row.id,
  at: row.at,
  who: { id: row.user_id, name: row.user_name },
  byRun: row.by_run,
  action: row.action,
  subject: row.subject,
  project: row.project_id === null ? null : { id: row.project_id, name: row.project_name ?? nameIf(row, 'project') },
  run: row.run_id === null ? null : { id: row.run_id, name: row.run_name ?? nameIf(row, 'run') },
  detail: row.detail,
  address: row.address,
});

/** What was gone when it was recorded is told by the subject, if it was that. */
const nameIf = ({ subject }: sql.EntryRow, kind: string): string => (subject?.kind === kind ? subject.name : `a former ${kind}`);

const tooMany = () =>
  new Refusal(
    422,
    'too_many_entries',
    `These are more than ${MAX_EXPORTED.toLocaleString('en')} entries. Choose fewer days, and export one part after the other.`,
  );

/** Names and arguments may come from a model: what PostgreSQL cannot keep must not undo what is recorded. */
function storable(text: string, max = MAX_TEXT): string {
  const short = text.length > max ? `${text.slice(0, max)}…` : text;
  return short.toWellFormed().replaceAll('\0', '\ufffd');
}

const toJson = (value: object) => JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'string' ? storable(inner) : inner));

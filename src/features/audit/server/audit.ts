/** Audit: lets admins read the audit log, in pages and as a file. */

import { type AuditEntry, type exportAudit, type listAudit, MAX_EXPORTED, MAX_PEOPLE } from '#features/audit/contract.ts';
import { actions, kindOf } from '#features/audit-log/actions.ts';
import type { AuditLog, Person } from '#features/audit-log/server/audit-log.ts';
import { toCsv } from '#kernel/csv.ts';
import type { Database } from '#kernel/database/pool.ts';
import { HttpProblem, invalid } from '#kernel/errors.ts';
import type { QueryOf } from '#wire/contract.ts';
import { head, toLines } from './lines.ts';
import * as sql from './queries.ts';
import { texts } from './texts.ts';

export type Audit = ReturnType<typeof createAudit>;
type Selection = Omit<QueryOf<typeof exportAudit>, 'organization'>;

/** Few enough that others get their turn meanwhile. */
const LINES_PER_PAGE = 1000;
const DAY_MS = 86_400_000;

export function createAudit({ db, auditLog }: { db: Database; auditLog: AuditLog }) {
  return {
    /** @throws 422 if the days are in the wrong order */
    async list(
      organizationId: string,
      { before, limit, ...selection }: Omit<QueryOf<typeof listAudit>, 'organization'>,
    ): Promise<{ entries: AuditEntry[]; more: boolean }> {
      const rows = await sql.selectEntries(db, { organizationId, ...choose(selection), ...(before && { before }), limit: limit + 1 });
      return { entries: rows.slice(0, limit).map(describe), more: rows.length > limit };
    },

    people: (organizationId: string): Promise<{ id: string; name: string }[]> => sql.selectPeople(db, { organizationId, max: MAX_PEOPLE }),

    /** @returns a CSV file, read while it is sent @throws as `list`, and 422 `too_many_entries` */
    async export(actor: Person, organizationId: string, selection: Selection): Promise<AsyncIterable<Uint8Array>> {
      const chosen = { organizationId, ...choose(selection) };
      const select = (before?: number) => sql.selectEntries(db, { ...chosen, ...(before && { before }), limit: LINES_PER_PAGE });
      const first = await select();
      if (first.length === LINES_PER_PAGE && (await sql.hasMore(db, { ...chosen, count: MAX_EXPORTED }))) throw tooMany();
      // Not before the first page is read: an export does not list itself.
      await auditLog.record(db, { organizationId, actor, action: 'export.audit', detail: { ...selection } });
      return writeCsv(first, select);
    },
  };
}

async function* writeCsv(first: sql.EntryRow[], select: (before?: number) => Promise<sql.EntryRow[]>): AsyncGenerator<Uint8Array> {
  yield Buffer.from(toCsv([head]));
  for (let rows = first; ; rows = await select(rows.at(-1)?.id)) {
    yield Buffer.from(toLines(rows.map(describe)));
    if (rows.length < LINES_PER_PAGE) return;
  }
}

function choose({ action, user, project, run, from, to }: Selection): sql.Chosen {
  if (from && to && from > to) throw invalid([{ path: 'to', message: texts.problems.before }]);
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

/** The name of something already gone when the entry was written comes from the subject, if that is of this kind. */
const nameIf = ({ subject }: sql.EntryRow, kind: keyof typeof texts.former): string =>
  subject?.kind === kind ? subject.name : texts.former[kind];

const tooMany = () => new HttpProblem(422, 'too_many_entries', texts.problems.tooMany(MAX_EXPORTED));

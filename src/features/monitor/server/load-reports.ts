/** Load reports: results of load tests, stored for viewing and comparison. Only operators may see them. */
import type { Actor, AuditLog } from '#features/audit-log/server/audit-log.ts';
import type { LoadReport, LoadReportSummary } from '#features/monitor/load-report.ts';
import { summarize } from '#features/monitor/summarize.ts';
import type { Database } from '#kernel/database/pool.ts';
import type { Queryable } from '#kernel/database/statement.ts';
import { HttpProblem } from '#kernel/errors.ts';
import * as sql from './queries.ts';
import { texts } from './texts.ts';

const reportNotFound = () => new HttpProblem(404, 'not_found', texts.problems.noReport);

/** Storing a report again changes nothing. */
export async function storeLoadReport(db: Queryable, report: LoadReport): Promise<void> {
  const { id, test, startedAt, passed } = report;
  await sql.insertLoadReport(db, {
    id,
    test,
    startedAt,
    passed,
    summary: JSON.stringify(summarize(report)),
    report: JSON.stringify(report),
  });
}

/**
 * @param before id of the report after which the page starts
 * @returns the newest first, and whether there are more
 */
async function listLoadReports(
  db: Queryable,
  { before, limit }: { before?: string | undefined; limit: number },
): Promise<{ reports: LoadReportSummary[]; more: boolean }> {
  const rows = await sql.selectLoadReports(db, { before: before ?? null, limit: limit + 1 });
  return { reports: rows.slice(0, limit).map(({ summary }) => summary), more: rows.length > limit };
}

/** @throws 404 */
async function readLoadReport(db: Queryable, id: string): Promise<LoadReport> {
  const [row] = await sql.selectLoadReport(db, { id });
  if (!row) throw reportNotFound();
  return row.report;
}

export function createLoadReports({ db, auditLog }: { db: Database; auditLog: AuditLog }) {
  return {
    list: (page: { before?: string | undefined; limit: number }) => listLoadReports(db, page),
    /** @throws 404 */
    read: (id: string) => readLoadReport(db, id),

    /** Recorded in the operator's organizations. @throws 404 */
    async remove(actor: Actor, id: string): Promise<void> {
      await db.transaction(async (tx) => {
        const [row] = await sql.deleteLoadReport(tx, { id });
        if (!row) throw reportNotFound();
        const name = texts.report(row.test, row.started_at);
        const subject = { kind: 'load_report', id, name };
        tx.withCommit(auditLog.recordOf(tx, { actor, action: 'load_report.delete', subject }));
      });
    },
  };
}

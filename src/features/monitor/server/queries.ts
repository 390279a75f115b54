import type { LoadReport, LoadReportSummary, LoadTest } from '#features/monitor/load-report.ts';
import { statement } from '#kernel/database/statement.ts';

/** Storing the same report again changes nothing. */
export const insertLoadReport = statement<
  never,
  { id: string; test: LoadTest; startedAt: string; passed: boolean; summary: string; report: string }
>(
  'monitor.insert-load-report',
  `insert into load_reports (id, test, started_at, passed, summary, report)
   values ($id, $test, $startedAt, $passed, $summary::jsonb, $report::jsonb)
   on conflict (id) do nothing`,
);

export const selectLoadReports = statement<{ summary: LoadReportSummary }, { before: string | null; limit: number }>(
  'monitor.select-load-reports',
  `select summary from load_reports
   where $before::uuid is null or (started_at, id) < (select b.started_at, b.id from load_reports b where b.id = $before)
   order by started_at desc, id desc limit $limit`,
  { replica: true },
);

export const selectLoadReport = statement<{ report: LoadReport }, { id: string }>(
  'monitor.select-load-report',
  'select report from load_reports where id = $id',
  { replica: true },
);

export const deleteLoadReport = statement<{ test: LoadTest; started_at: string }, { id: string }>(
  'monitor.delete-load-report',
  'delete from load_reports where id = $id returning test, started_at',
);

import { useCallback } from 'react';
import { useLocation } from 'wouter';
import { LoadReportView } from '#features/monitor/client/load-report/load-report-view.tsx';
import { useLoadReport } from '#features/monitor/client/queries.ts';
import { nameOf, ReportActions } from '#features/monitor/client/report-actions.tsx';
import { ReportFailure } from '#features/monitor/client/report-failure.tsx';
import { useDocumentTitle } from '#ui/app/document-title.ts';
import { Page, PageHead, PagePath } from '#ui/app/page.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { texts } from '../texts/pages.ts';

const words = texts.loadReports;

export default function LoadReportPage({ reportId }: { reportId: string }) {
  const [, navigate] = useLocation();
  const onDeleted = useCallback(() => navigate('/monitor/load-reports'), [navigate]);
  const report = useLoadReport(reportId);
  useDocumentTitle(report.data ? nameOf(report.data) : words.report);
  return (
    <Page wide>
      <PageHead>
        <PagePath href="/monitor/load-reports" name={words.title} />
        {report.data && <ReportActions report={report.data} onDeleted={onDeleted} />}
      </PageHead>
      {report.isPending && <Waiting what={words.loadingReport} />}
      {report.isError && (
        <>
          <h1 className="visually-hidden">{words.report}</h1>
          <ReportFailure error={report.error} />
        </>
      )}
      {report.data && <LoadReportView report={report.data} />}
    </Page>
  );
}

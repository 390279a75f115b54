import { useCallback, useMemo } from 'react';
import { useLocation } from 'wouter';
import { useDeleteReport } from '#features/monitor/client/deletion.ts';
import { LoadReportView } from '#features/monitor/client/load-report/load-report-view.tsx';
import { testNames } from '#features/monitor/client/load-report/say.ts';
import { useLoadReport } from '#features/monitor/client/queries.ts';
import { ReportFailure } from '#features/monitor/client/report-failure.tsx';
import type { LoadReport } from '#features/monitor/load-report.ts';
import { type Command, useCommands } from '#ui/app/commands.ts';
import { useDocumentTitle } from '#ui/app/document-title.ts';
import { Page, PageHead, PagePath } from '#ui/app/page.tsx';
import { sayExactly } from '#ui/format/time.tsx';
import { Button } from '#ui/primitives/button.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';

export default function LoadReportPage({ reportId }: { reportId: string }) {
  const report = useLoadReport(reportId);
  useDocumentTitle(report.data ? nameOf(report.data) : 'Load report');
  return (
    <Page wide>
      <PageHead>
        <PagePath href="/load-reports" name="Load reports" />
        {report.data && <Actions report={report.data} />}
      </PageHead>
      {report.isPending && <Waiting what="Loading the report" />}
      {report.isError && (
        <>
          <h1 className="visually-hidden">Load report</h1>
          <ReportFailure error={report.error} />
        </>
      )}
      {report.data && <LoadReportView report={report.data} />}
    </Page>
  );
}

const nameOf = ({ test, startedAt }: LoadReport) => `${testNames[test]} of ${sayExactly(startedAt)}`;

function Actions({ report }: { report: LoadReport }) {
  const [, navigate] = useLocation();
  const remove = useDeleteReport();
  const onDelete = useCallback(() => {
    remove(report.id, `The ${nameOf(report)}`);
    navigate('/load-reports');
  }, [report, remove, navigate]);
  const onDownload = useCallback(() => download(report), [report]);
  useCommands(
    useMemo(
      (): Command[] => [
        { id: 'download-report', label: 'Download this report as JSON', icon: 'download', run: onDownload },
        { id: 'delete-report', label: 'Delete this report', icon: 'trash', run: onDelete },
      ],
      [onDelete, onDownload],
    ),
  );
  return (
    <div className="page-actions">
      <Button icon="download" onClick={onDownload}>
        JSON
      </Button>
      <Button icon="trash" onClick={onDelete}>
        Delete
      </Button>
    </div>
  );
}

function download(report: LoadReport): void {
  const address = URL.createObjectURL(new Blob([JSON.stringify(report, null, 2)], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = `${report.test}-${report.startedAt.slice(0, 19).replaceAll(':', '-')}.json`;
  link.click();
  URL.revokeObjectURL(address);
}

import { ReportList } from '#features/monitor/client/report-list.tsx';
import { useDocumentTitle } from '#ui/app/document-title.ts';
import { Page, PageHead } from '#ui/app/page.tsx';

export default function LoadReportsPage() {
  useDocumentTitle('Load reports');
  return (
    <Page wide>
      <PageHead title="Load reports" />
      <ReportList />
    </Page>
  );
}

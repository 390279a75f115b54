import { ReportList } from '#features/monitor/client/report-list.tsx';
import { useDocumentTitle } from '#ui/app/document-title.ts';
import { Page, PageHead } from '#ui/app/page.tsx';
import { texts } from './texts/pages.ts';

export default function LoadReportsPage() {
  useDocumentTitle(texts.loadReports.title);
  return (
    <Page wide>
      <PageHead title={texts.loadReports.title} />
      <ReportList />
    </Page>
  );
}

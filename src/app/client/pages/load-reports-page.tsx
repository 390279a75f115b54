import { ReportList } from '#features/monitor/client/report-list.tsx';
import { useDocumentTitle } from '#ui/app/document-title.ts';

export default function LoadReportsPage() {
  useDocumentTitle('Load reports');
  return (
    <main id="main" className="page" data-wide="" tabIndex={-1}>
      <div className="page-head">
        <h1>Load reports</h1>
      </div>
      <ReportList />
    </main>
  );
}

import { useMemo } from 'react';
import { CompareView } from '#features/monitor/client/compare/compare-view.tsx';
import { useSeveralReports } from '#features/monitor/client/queries.ts';
import { ReportFailure } from '#features/monitor/client/report-failure.tsx';
import { useDocumentTitle } from '#ui/app/document-title.ts';
import { LinkButton } from '#ui/app/link-button.tsx';
import { Page, PageHead } from '#ui/app/page.tsx';
import { useSearch } from '#ui/app/search-params.ts';
import { Empty } from '#ui/primitives/empty.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';

export default function ComparePage() {
  useDocumentTitle('Load reports compared');
  const chosen = new URLSearchParams(useSearch()).get('reports') ?? '';
  const { reports, isPending, error } = useSeveralReports(
    useMemo(() => [...new Set(chosen.split(',').filter(Boolean))].slice(0, 4), [chosen]),
  );
  const inOrder = useMemo(() => reports.toSorted((a, b) => a.startedAt.localeCompare(b.startedAt)), [reports]);
  return (
    <Page wide>
      <PageHead title="Load reports compared">
        <LinkButton href="/load-reports">Choose others</LinkButton>
      </PageHead>
      {isPending ? (
        <Waiting what="Loading the reports" />
      ) : error ? (
        <ReportFailure error={error} />
      ) : inOrder.length < 2 ? (
        <Empty icon="plot" title="Nothing to compare">
          Choose two reports or more in the list.
        </Empty>
      ) : (
        <CompareView reports={inOrder} />
      )}
    </Page>
  );
}

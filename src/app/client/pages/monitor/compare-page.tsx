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
import { texts } from '../texts/pages.ts';

const words = texts.loadReports;

export default function ComparePage() {
  useDocumentTitle(words.compared);
  const chosen = new URLSearchParams(useSearch()).get('reports') ?? '';
  const { reports, isPending, error } = useSeveralReports(
    useMemo(() => [...new Set(chosen.split(',').filter(Boolean))].slice(0, 4), [chosen]),
  );
  const inOrder = useMemo(() => reports.toSorted((a, b) => a.startedAt.localeCompare(b.startedAt)), [reports]);
  return (
    <Page wide>
      <PageHead title={words.compared}>
        <LinkButton href="/monitor/load-reports">{words.chooseOthers}</LinkButton>
      </PageHead>
      {isPending ? (
        <Waiting what={words.loadingReports} />
      ) : error ? (
        <ReportFailure error={error} />
      ) : inOrder.length < 2 ? (
        <Empty icon="plot" title={words.nothing}>
          {words.choose}
        </Empty>
      ) : (
        <CompareView reports={inOrder} />
      )}
    </Page>
  );
}

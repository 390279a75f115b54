import { useState } from 'react';
import { Link } from 'wouter';
import type { LoadReportSummary } from '#features/monitor/load-report.ts';
import { LinkButton } from '#ui/app/link-button.tsx';
import { formatNumber } from '#ui/format/figure.ts';
import { formatExact, Time } from '#ui/format/time.tsx';
import { Button, IconButton } from '#ui/primitives/button.tsx';
import { Empty } from '#ui/primitives/empty.tsx';
import { Scrolling } from '#ui/primitives/scrolling.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { useDeleteReport, useHiddenReports } from './deletion.ts';
import { formatMs, formatShare } from './format.ts';
import { ResultMark } from './load-report/test-result.tsx';
import { useLoadReports } from './queries.ts';
import { ReportFailure } from './report-failure.tsx';
import { texts } from './texts/list.ts';
import { texts as summary } from './texts/summary.ts';
import './report-list.css';

const { columns } = texts;

/** More lines could not be distinguished in one plot. */
const MAX_COMPARED = 4;

/** All reports, the newest first; two or more can be selected and compared. */
export function ReportList() {
  const list = useLoadReports();
  const hidden = useHiddenReports();
  const [chosen, setChosen] = useState<readonly string[]>([]);
  if (list.isPending) return <Waiting what={texts.loading} />;
  if (list.isError) return <ReportFailure error={list.error} onRetry={() => void list.refetch()} />;
  const reports = list.data.pages.flatMap((page) => page.reports).filter(({ id }) => !hidden.has(id));
  if (reports.length === 0) return <NoReports />;
  const compared = chosen.filter((id) => reports.some((report) => report.id === id));
  const choose = (id: string, on: boolean) => setChosen(on ? [...compared, id] : compared.filter((each) => each !== id));
  return (
    <div className="report-list">
      <CompareBar chosen={compared} />
      <Scrolling label={texts.table}>
        <table className="reports">
          <thead>
            <tr>
              <th scope="col">
                <span className="visually-hidden">{columns.compare}</span>
              </th>
              <th scope="col">{columns.test}</th>
              <th scope="col">{columns.when}</th>
              <th scope="col" className="reports-figure">
                {columns.users}
              </th>
              <th scope="col" className="reports-figure">
                {columns.holds}
              </th>
              <th scope="col" className="reports-figure">
                {columns.p95}
              </th>
              <th scope="col" className="reports-figure">
                {columns.errors}
              </th>
              <th scope="col">{columns.verdict}</th>
              <th scope="col">
                <span className="visually-hidden">{columns.actions}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {reports.map((report) => (
              <ReportRow
                key={report.id}
                report={report}
                chosen={compared.includes(report.id)}
                full={compared.length >= MAX_COMPARED}
                onChoose={(on) => choose(report.id, on)}
              />
            ))}
          </tbody>
        </table>
      </Scrolling>
      {list.hasNextPage && (
        <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {texts.more}
        </Button>
      )}
    </div>
  );
}

function NoReports() {
  return (
    <Empty icon="plot" title={texts.emptyTitle}>
      {texts.empty(<code className="command">npm run test:load</code>)}
    </Empty>
  );
}

function CompareBar({ chosen }: { chosen: readonly string[] }) {
  const ready = chosen.length >= 2;
  return (
    <div className="compare-bar">
      <p className="muted">{ready ? texts.chosen(chosen.length, MAX_COMPARED) : texts.choose}</p>
      {ready && (
        <LinkButton kind="primary" href={`/monitor/load-reports/compare?reports=${chosen.join(',')}`}>
          {texts.compare(chosen.length)}
        </LinkButton>
      )}
    </div>
  );
}

interface RowProps {
  report: LoadReportSummary;
  chosen: boolean;
  /** No more can be selected. */
  full: boolean;
  onChoose: (on: boolean) => void;
}

function ReportRow({ report, chosen, full, onChoose }: RowProps) {
  const { id, test, startedAt, users, holds, p95, errorRate, passed, headline } = report;
  const remove = useDeleteReport();
  const name = summary.name(summary.tests[test], formatExact(startedAt));
  const measured = p95 > 0;
  return (
    <tr>
      <td>
        <label className="reports-choose">
          <input type="checkbox" checked={chosen} disabled={full && !chosen} onChange={(event) => onChoose(event.target.checked)} />
          <span className="visually-hidden">{texts.compareNamed(name)}</span>
        </label>
      </td>
      <th scope="row">
        <Link href={`/monitor/load-reports/${id}`} aria-label={name}>
          {summary.tests[test]}
        </Link>
        <p className="reports-headline">{headline}</p>
      </th>
      <td>
        <Time at={startedAt} />
      </td>
      <td className="reports-figure">{formatNumber(users)}</td>
      <td className="reports-figure">{holds === null ? '–' : formatNumber(holds)}</td>
      <td className="reports-figure">{measured ? formatMs(p95) : '–'}</td>
      <td className="reports-figure">{measured ? formatShare(errorRate) : '–'}</td>
      <td>
        <ResultMark passed={passed} />
      </td>
      <td>
        <IconButton size="small" icon="trash" label={texts.deleteNamed(name)} onClick={() => remove(id, name)} />
      </td>
    </tr>
  );
}

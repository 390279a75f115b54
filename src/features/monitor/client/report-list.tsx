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
import { formatFigure, formatShare, testNames } from './load-report/format.ts';
import { ResultMark } from './load-report/test-result.tsx';
import { useLoadReports } from './queries.ts';
import { ReportFailure } from './report-failure.tsx';
import './report-list.css';

/** More lines could not be distinguished in one plot. */
const MAX_COMPARED = 4;

/** All reports, the newest first; two or more can be selected and compared. */
export function ReportList() {
  const list = useLoadReports();
  const hidden = useHiddenReports();
  const [chosen, setChosen] = useState<readonly string[]>([]);
  if (list.isPending) return <Waiting what="Loading reports" />;
  if (list.isError) return <ReportFailure error={list.error} onRetry={() => void list.refetch()} />;
  const reports = list.data.pages.flatMap((page) => page.reports).filter(({ id }) => !hidden.has(id));
  if (reports.length === 0) return <NoReports />;
  const compared = chosen.filter((id) => reports.some((report) => report.id === id));
  const choose = (id: string, on: boolean) => setChosen(on ? [...compared, id] : compared.filter((each) => each !== id));
  return (
    <div className="report-list">
      <CompareBar chosen={compared} />
      <Scrolling label="Table of load reports">
        <table className="reports">
          <thead>
            <tr>
              <th scope="col">
                <span className="visually-hidden">Compare</span>
              </th>
              <th scope="col">test</th>
              <th scope="col">when</th>
              <th scope="col" className="reports-figure">
                users
              </th>
              <th scope="col" className="reports-figure">
                holds
              </th>
              <th scope="col" className="reports-figure">
                p95
              </th>
              <th scope="col" className="reports-figure">
                errors
              </th>
              <th scope="col">verdict</th>
              <th scope="col">
                <span className="visually-hidden">Actions</span>
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
          Show older ones
        </Button>
      )}
    </div>
  );
}

function NoReports() {
  return (
    <Empty icon="plot" title="No load reports yet">
      A load test shows how many people this installation carries, and what would give out first. Run{' '}
      <code className="command">npm run test:load</code> where Guildhall is installed; its report appears here.
    </Empty>
  );
}

function CompareBar({ chosen }: { chosen: readonly string[] }) {
  const ready = chosen.length >= 2;
  return (
    <div className="compare-bar">
      <p className="muted">{ready ? `${chosen.length} of at most ${MAX_COMPARED} are chosen.` : 'Choose two or more to compare them.'}</p>
      {ready && (
        <LinkButton kind="primary" href={`/load-reports/compare?reports=${chosen.join(',')}`}>
          Compare {chosen.length}
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
  const name = `${testNames[test]} of ${formatExact(startedAt)}`;
  const measured = p95 > 0;
  return (
    <tr>
      <td>
        <label className="reports-choose">
          <input type="checkbox" checked={chosen} disabled={full && !chosen} onChange={(event) => onChoose(event.target.checked)} />
          <span className="visually-hidden">Compare {name}</span>
        </label>
      </td>
      <th scope="row">
        <Link href={`/load-reports/${id}`} aria-label={name}>
          {testNames[test]}
        </Link>
        <p className="reports-headline">{headline}</p>
      </th>
      <td>
        <Time at={startedAt} />
      </td>
      <td className="reports-figure">{formatNumber(users)}</td>
      <td className="reports-figure">{holds === null ? '–' : formatNumber(holds)}</td>
      <td className="reports-figure">{measured ? `${formatFigure(p95)} ms` : '–'}</td>
      <td className="reports-figure">{measured ? formatShare(errorRate) : '–'}</td>
      <td>
        <ResultMark passed={passed} />
      </td>
      <td>
        <IconButton size="small" icon="trash" label={`Delete the ${name}`} onClick={() => remove(id, `The ${name}`)} />
      </td>
    </tr>
  );
}

import { useMemo } from 'react';
import { Link } from 'wouter';
import type { LoadReport } from '#features/monitor/load-report.ts';
import { formatNumber } from '#ui/format/figure.ts';
import { formatExact } from '#ui/format/time.tsx';
import { Scrolling } from '#ui/primitives/scrolling.tsx';
import { ResultMark } from '../load-report/test-result.tsx';
import { PlotGrid } from '../plot/plot-grid.tsx';
import { texts } from '../texts/compare.ts';
import { texts as summary } from '../texts/summary.ts';
import { type Compared, compare, compareSteps, ratioOf } from './compared.ts';
import { letterOf, overlaidPlots } from './overlaid.ts';
import '../load-report/load-report.css';
import '#ui/primitives/figures.css';
import './compare.css';

/** Reports side by side; the first is the baseline for the others. */
export function CompareView({ reports }: { reports: readonly LoadReport[] }) {
  const { figures, steps, plots } = useMemo(
    () => ({ figures: compare(reports), steps: compareSteps(reports), plots: overlaidPlots(reports) }),
    [reports],
  );
  return (
    <div className="load-report">
      <section aria-labelledby="figures">
        <h2 id="figures">{texts.figures}</h2>
        <p className="lead">{texts.about}</p>
        <Scrolling label={texts.table}>
          <table className="figures compared">
            <thead>
              <tr>
                <td />
                {reports.map((report, index) => (
                  <ReportHead key={report.id} report={report} letter={letterOf(index)} />
                ))}
              </tr>
            </thead>
            <Rows title={texts.wholeTest} reports={reports} compared={figures} />
            <Rows title={texts.steps} reports={reports} compared={steps} />
          </table>
        </Scrolling>
      </section>
      <section aria-labelledby="plots">
        <h2 id="plots">{texts.plots}</h2>
        <PlotGrid plots={plots} />
      </section>
    </div>
  );
}

function ReportHead({ report, letter }: { report: LoadReport; letter: string }) {
  const { id, test, startedAt, passed, users, version, machine } = report;
  return (
    <th scope="col">
      <span className="compared-letter">{letter}</span> <Link href={`/monitor/load-reports/${id}`}>{summary.tests[test]}</Link>
      <span className="compared-about">{formatExact(startedAt)}</span>
      <span className="compared-about">{texts.reportAbout(formatNumber(users), machine.cores, version)}</span>
      <ResultMark passed={passed} />
    </th>
  );
}

function Rows({ title, reports, compared }: { title: string; reports: readonly LoadReport[]; compared: readonly Compared[] }) {
  return (
    <tbody>
      <tr className="compared-title">
        <th scope="rowgroup" colSpan={reports.length + 1}>
          {title}
        </th>
      </tr>
      {compared.map((row) => (
        <tr key={row.name}>
          <th scope="row">{row.name}</th>
          {reports.map(({ id }, index) => {
            const value = row.values[index] ?? null;
            const ratio = ratioOf(row, index);
            return (
              <td key={id}>
                {value === null ? '–' : row.format(value)}
                {ratio && (
                  <span className="compared-ratio" data-verdict={ratio.verdict}>
                    {texts.ratio(ratio.text, ratio.verdict)}
                  </span>
                )}
              </td>
            );
          })}
        </tr>
      ))}
    </tbody>
  );
}

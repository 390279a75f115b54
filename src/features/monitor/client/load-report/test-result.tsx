import type { LoadReport } from '#features/monitor/load-report.ts';
import { summarize } from '#features/monitor/summarize.ts';
import { formatNumber } from '#ui/format/figure.ts';
import { formatExact } from '#ui/format/time.tsx';
import { Icon } from '#ui/primitives/icon.tsx';
import { formatMs, formatPerSecond, formatSeconds, formatShare } from '../format.ts';
import { KeyFigure } from '../key-figure.tsx';
import { texts } from '../texts/report.ts';
import { texts as summary } from '../texts/summary.ts';
import { ERROR_TARGET, P95_TARGET_MS } from './targets.ts';
import './test-result.css';

const words = texts.keyFigures;

/** Whether it holds, and what would run out first: all that most readers want to know. */
export function TestResult({ report }: { report: LoadReport }) {
  const { test, startedAt, passed, headline, version, machine, target } = report;
  return (
    <header className="test-result" data-passed={passed}>
      <p className="test-result-what">
        <ResultMark passed={passed} />
        <span>{summary.tests[test]}</span>
        <time dateTime={startedAt}>{formatExact(startedAt)}</time>
      </p>
      <h1 className="test-result-headline">{headline}</h1>
      <KeyFigures report={report} />
      <p className="test-result-where">{texts.where(version, target.origin, machine.cores, machine.memoryGiB)}</p>
    </header>
  );
}

export function ResultMark({ passed }: { passed: boolean }) {
  return (
    <strong className="test-result-mark" data-passed={passed}>
      <Icon name={passed ? 'check' : 'close'} />
      {passed ? summary.passed : summary.failed}
    </strong>
  );
}

function KeyFigures({ report }: { report: LoadReport }) {
  const { p95, errorRate, requestsPerSecond, holds } = summarize(report);
  const measured = report.total.requests > 0;
  return (
    <dl className="key-figures">
      {holds === null ? (
        <KeyFigure name={words.users} value={formatNumber(report.users)} note={words.duration(formatSeconds(report.seconds))} />
      ) : (
        <KeyFigure name={words.holds} value={formatNumber(holds)} note={words.tried(formatNumber(report.users))} />
      )}
      <KeyFigure
        name={words.slowest}
        value={measured ? formatMs(p95) : '–'}
        note={words.target(formatMs(P95_TARGET_MS))}
        share={p95 / P95_TARGET_MS}
      />
      <KeyFigure
        name={words.errors}
        value={measured ? formatShare(errorRate) : '–'}
        note={words.target(formatShare(ERROR_TARGET))}
        share={errorRate / ERROR_TARGET}
      />
      <KeyFigure
        name={words.throughput}
        value={formatPerSecond(requestsPerSecond)}
        note={words.requests(formatNumber(report.total.requests))}
      />
    </dl>
  );
}

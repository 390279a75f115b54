import type { LoadReport } from '#features/monitor/load-report.ts';
import { summarize } from '#features/monitor/summarize.ts';
import { formatNumber } from '#ui/format/figure.ts';
import { formatExact } from '#ui/format/time.tsx';
import { Icon } from '#ui/primitives/icon.tsx';
import { formatFigure, formatPerSecond, formatSeconds, formatShare, testNames } from './format.ts';
import { ERROR_TARGET, P95_TARGET_MS } from './targets.ts';
import './test-result.css';

/** Whether it holds, and what would run out first: all that most readers want to know. */
export function TestResult({ report }: { report: LoadReport }) {
  const { test, startedAt, passed, headline, version, machine, target } = report;
  return (
    <header className="test-result" data-passed={passed}>
      <p className="test-result-what">
        <ResultMark passed={passed} />
        <span>{testNames[test]}</span>
        <time dateTime={startedAt}>{formatExact(startedAt)}</time>
      </p>
      <h1 className="test-result-headline">{headline}</h1>
      <KeyFigures report={report} />
      <p className="test-result-where">
        Guildhall {version} at {target.origin} · {machine.cores} cores, {machine.memoryGiB} GiB
      </p>
    </header>
  );
}

export function ResultMark({ passed }: { passed: boolean }) {
  return (
    <strong className="test-result-mark" data-passed={passed}>
      <Icon name={passed ? 'check' : 'close'} />
      {passed ? 'Passed' : 'Failed'}
    </strong>
  );
}

function KeyFigures({ report }: { report: LoadReport }) {
  const { p95, errorRate, requestsPerSecond, holds } = summarize(report);
  const measured = report.total.requests > 0;
  return (
    <dl className="key-figures">
      {holds === null ? (
        <KeyFigure name="Users at once" value={formatNumber(report.users)} note={`for ${formatSeconds(report.seconds)}`} />
      ) : (
        <KeyFigure name="Users that hold" value={formatNumber(holds)} note={`of ${formatNumber(report.users)} tried`} />
      )}
      <KeyFigure
        name="Slowest step, p95"
        value={measured ? `${formatFigure(p95)} ms` : '–'}
        note={`target below ${P95_TARGET_MS} ms`}
        share={p95 / P95_TARGET_MS}
      />
      <KeyFigure
        name="Errors"
        value={measured ? formatShare(errorRate) : '–'}
        note={`target below ${formatShare(ERROR_TARGET)}`}
        share={errorRate / ERROR_TARGET}
      />
      <KeyFigure name="Throughput" value={formatPerSecond(requestsPerSecond)} note={`${formatNumber(report.total.requests)} requests`} />
    </dl>
  );
}

interface KeyFigureProps {
  name: string;
  value: string;
  note: string;
  /** The share of the target's limit. */
  share?: number;
}

function KeyFigure({ name, value, note, share }: KeyFigureProps) {
  return (
    <div className="key-figure">
      <dt>{name}</dt>
      <dd className="key-figure-value numeric">{value}</dd>
      <dd className="key-figure-note">
        {share !== undefined && <Meter share={share} />}
        {note}
      </dd>
    </div>
  );
}

/** Decoration: the figures next to it say the same. */
export function Meter({ share }: { share: number }) {
  const width = Math.min(1, Math.max(0, share)) * 100;
  return (
    <svg className="meter" data-full={share >= 1} width="100%" height="4" preserveAspectRatio="none" viewBox="0 0 100 4" aria-hidden="true">
      <rect className="meter-ground" width="100" height="4" />
      <rect className="meter-fill" width={width} height="4" />
    </svg>
  );
}

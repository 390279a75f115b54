import type { LoadReport, LoadReportSummary } from './load-report.ts';

type HeadlineFigures = Pick<LoadReportSummary, 'requestsPerSecond' | 'errorRate' | 'p95' | 'holds'>;

/** A report's figures in a list; for a stress test, those at the most users that held. */
export function summarize(report: LoadReport): LoadReportSummary {
  const { id, test, startedAt, version, users, seconds, passed, headline, machine } = report;
  return { id, test, startedAt, version, users, seconds, passed, headline, machine, ...headlineFigures(report) };
}

function headlineFigures({ stress, steps, total, seconds }: LoadReport): HeadlineFigures {
  const holds = stress?.holds ?? null;
  const atHolds = stress?.stages.findLast(({ users, met }) => met && users === holds);
  if (atHolds) return { requestsPerSecond: atHolds.requestsPerSecond, errorRate: atHolds.errorRate, p95: atHolds.p95, holds };
  return {
    requestsPerSecond: seconds > 0 ? total.requests / seconds : 0,
    errorRate: total.requests > 0 ? total.errors / total.requests : 0,
    p95: Math.max(0, ...steps.filter(({ paced }) => !paced).map(({ p95 }) => p95)),
    holds,
  };
}

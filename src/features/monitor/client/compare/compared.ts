/** Compares reports: figures, and their ratios to the first. */
import type { LoadReport } from '#features/monitor/load-report.ts';
import { summarize } from '#features/monitor/summarize.ts';
import { formatFigure, formatMemory, formatMs, formatPerSecond, formatShare, formatStep } from '../format.ts';
import { meanResources } from '../load-report/shares.ts';
import { texts } from '../texts/compare.ts';

export interface Compared {
  name: string;
  /** By report; null: not measured, or not visible. */
  values: (number | null)[];
  format: (value: number) => string;
  better: 'less' | 'more';
}

type Measure = Omit<Compared, 'values'> & { of: (report: LoadReport) => number | null };

const perRequest = (cores: number | null, report: LoadReport) => {
  const { requestsPerSecond } = summarize(report);
  return cores === null || requestsPerSecond === 0 ? null : (cores / requestsPerSecond) * 1000;
};
const usedBy = (report: LoadReport) =>
  report.stress?.stages.findLast(({ users, met }) => met && users === report.stress?.holds)?.resources ?? meanResources(report);
const measured = (report: LoadReport, value: number) => (report.total.requests === 0 ? null : value);

const names = texts.measures;

const measures: Measure[] = [
  { name: names.holds, format: formatFigure, better: 'more', of: ({ stress }) => stress?.holds ?? null },
  {
    name: names.throughput,
    format: formatPerSecond,
    better: 'more',
    of: (report) => measured(report, summarize(report).requestsPerSecond),
  },
  { name: names.slowest, format: formatMs, better: 'less', of: (report) => measured(report, summarize(report).p95) },
  { name: names.p50, format: formatMs, better: 'less', of: (report) => measured(report, report.total.p50) },
  { name: names.p99, format: formatMs, better: 'less', of: (report) => measured(report, report.total.p99) },
  { name: names.errors, format: formatShare, better: 'less', of: (report) => measured(report, summarize(report).errorRate) },
  { name: names.serverCpu, format: formatMs, better: 'less', of: (report) => perRequest(usedBy(report).serverCpu, report) },
  { name: names.databaseCpu, format: formatMs, better: 'less', of: (report) => perRequest(usedBy(report).databaseCpu, report) },
  { name: names.eventLoop, format: formatShare, better: 'less', of: (report) => usedBy(report).eventLoop },
  { name: names.memory, format: formatMemory, better: 'less', of: (report) => usedBy(report).memory },
];

/** Figures that at least one report has. */
export function compare(reports: readonly LoadReport[]): Compared[] {
  return measures
    .map(({ of, ...measure }) => ({ ...measure, values: reports.map(of) }))
    .filter(({ values }) => values.some((value) => value !== null));
}

/** p95 of each step, in the order of the first report. */
export function compareSteps(reports: readonly LoadReport[]): Compared[] {
  const steps = [...new Set(reports.flatMap((report) => report.steps.map(({ name }) => name)))];
  return steps.map((name) => ({
    name: formatStep(name),
    values: reports.map(({ steps }) => {
      const step = steps.find((each) => each.name === name);
      return step && step.count > step.errors ? step.p95 : null;
    }),
    format: formatMs,
    better: 'less',
  }));
}

interface Ratio {
  text: string;
  verdict: 'better' | 'worse' | 'same';
}

/** Below this, two measurements of the same thing differ anyway. */
const NOISE = 0.05;

/** @returns the ratio of a figure to that of the first report; undefined if either is missing or zero */
export function ratioOf({ values, better }: Compared, index: number): Ratio | undefined {
  const [first, value] = [values[0], values[index]];
  if (index === 0 || !first || value === null || value === undefined) return undefined;
  const ratio = value / first;
  const text = `${ratio >= 10 ? formatFigure(ratio) : ratio.toFixed(2)} ×`;
  if (Math.abs(ratio - 1) <= NOISE) return { text, verdict: 'same' };
  return { text, verdict: ratio > 1 === (better === 'more') ? 'better' : 'worse' };
}

/** Combines the plots of several reports. */
import type { LoadReport } from '#features/monitor/load-report.ts';
import { formatCores, formatFigure, formatMemory, formatMs, formatPerSecond, formatSeconds } from '../format.ts';
import { stagesByUsers } from '../load-report/stress-shapes.ts';
import { P95_TARGET_MS } from '../load-report/targets.ts';
import type { Line, Shape } from '../plot/shape.ts';
import { texts } from '../texts/compare.ts';

type Point = readonly [x: number, y: number | null];
type Series = { label: string; points: Point[] };

const looks: Pick<Line, 'colour' | 'dash' | 'width'>[] = [
  { colour: '--plot-1', width: 2 },
  { colour: '--plot-2', dash: [7, 3], width: 2 },
  { colour: '--plot-3', dash: [2, 2], width: 2 },
  { colour: '--plot-4', width: 1.25 },
];

/** A, B, C, D: short enough for a legend. */
export const letterOf = (index: number): string => String.fromCharCode(65 + index);

function overlay(series: readonly Series[]): Pick<Shape, 'x' | 'lines'> {
  const x = [...new Set(series.flatMap(({ points }) => points.map(([at]) => at)))].sort((a, b) => a - b);
  const lines = series.map(({ label, points }, index): Line => {
    const values = new Map(points);
    return { label, values: x.map((at) => values.get(at) ?? null), joined: true, ...(looks[index] ?? { colour: '--plot-4' }) };
  });
  return { x, lines };
}

interface Overlaid {
  title: string;
  over: string;
  shape: Shape;
}

export function overlaidPlots(reports: readonly LoadReport[]): Overlaid[] {
  const ofMoments = (name: 'p95' | 'requestsPerSecond') =>
    overlay(
      reports.map(({ moments }, index) => ({
        label: letterOf(index),
        points: moments.map((each): Point => [Math.round(each.at), each[name]]),
      })),
    );
  const ofSamples = (name: 'serverCpu' | 'memory') =>
    overlay(
      reports.map(({ samples }, index) => ({
        label: letterOf(index),
        points: samples.map((each): Point => [Math.round(each.at), each[name]]),
      })),
    );
  const overTime = { formatX: formatSeconds, clock: true, sync: 'compare' };
  const target = { value: P95_TARGET_MS, label: texts.target, kind: 'target' } as const;
  const plots: Overlaid[] = [
    {
      title: texts.latency,
      over: texts.overTime,
      shape: { ...ofMoments('p95'), ...overTime, formatY: formatMs, log: true, bound: target },
    },
    { title: texts.requests, over: texts.overTime, shape: { ...ofMoments('requestsPerSecond'), ...overTime, formatY: formatPerSecond } },
    {
      title: texts.cpu,
      over: texts.overTime,
      shape: { ...ofSamples('serverCpu'), ...overTime, formatY: formatCores, tickY: formatFigure },
    },
    {
      title: texts.memory,
      over: texts.overTime,
      shape: { ...ofSamples('memory'), ...overTime, formatY: formatMemory, unit: 1024 ** 2 },
    },
  ];
  return reports.filter(({ stress }) => stress).length >= 2 ? [...byUsers(reports), ...plots] : plots;
}

function byUsers(reports: readonly LoadReport[]): Overlaid[] {
  const of = (name: 'requestsPerSecond' | 'p95') =>
    overlay(
      reports.map(({ stress }, index) => ({
        label: letterOf(index),
        points: stagesByUsers(stress?.stages ?? []).map((stage): Point => [stage.users, stage[name]]),
      })),
    );
  const users = { formatX: formatFigure, sync: 'compare-users' };
  const target = { value: P95_TARGET_MS, label: texts.target, kind: 'target' } as const;
  return [
    { title: texts.throughputByUsers, over: texts.overUsers, shape: { ...of('requestsPerSecond'), ...users, formatY: formatPerSecond } },
    { title: texts.latencyByUsers, over: texts.overUsers, shape: { ...of('p95'), ...users, formatY: formatMs, log: true, bound: target } },
  ];
}

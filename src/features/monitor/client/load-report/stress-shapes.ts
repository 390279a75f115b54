/** The plots of a stress test, by number of users. */
import type { LoadReport } from '#features/monitor/load-report.ts';
import { throughputAt } from '#features/monitor/scalability.ts';
import { formatFigure, formatMs, formatPerSecond, formatShare } from '../format.ts';
import type { Line, Mark, Shape } from '../plot/shape.ts';
import { texts } from '../texts/report.ts';
import { type Share, sharesOf } from './shares.ts';
import { P95_TARGET_MS } from './targets.ts';

const words = texts.stress;

type Stress = NonNullable<LoadReport['stress']>;
type Stage = Stress['stages'][number];

const CURVE_POINTS = 60;

/** One stage for each number of users: the way down repeats some, and takes precedence. */
export function stagesByUsers(stages: readonly Stage[]): Stage[] {
  return [...new Map(stages.map((stage) => [stage.users, stage])).values()].sort((a, b) => a.users - b.users);
}

function marksOf({ holds, breaks }: Stress): Mark[] {
  const marks: Mark[] = [];
  if (breaks !== null) marks.push({ x: breaks, label: words.breaks(formatFigure(breaks)), kind: 'bad' });
  if (holds > 0) marks.push({ x: holds, label: words.holds(formatFigure(holds)), kind: 'good' });
  return marks;
}

export function throughputShape(stress: Stress): Shape {
  const { fit, stages } = stress;
  const most = Math.max(...stages.map(({ users }) => users));
  const curve = fit ? Array.from({ length: CURVE_POINTS + 1 }, (_, index) => (index / CURVE_POINTS) * most * 1.05) : [];
  const x = [...new Set([...curve, ...stages.map(({ users }) => users)])].sort((a, b) => a - b);
  const byUsers = new Map(stagesByUsers(stages).map((stage) => [stage.users, stage]));
  const missed = [...byUsers.values()].filter(({ met }) => !met);
  const lines: Line[] = [
    { label: words.measured, values: x.map((users) => byUsers.get(users)?.requestsPerSecond ?? null), colour: '--plot-1', dots: true },
  ];
  if (fit)
    lines.push({
      label: words.law,
      values: x.map((users) => throughputAt(fit, users)),
      colour: '--plot-4',
      dash: [6, 4],
    });
  return {
    x,
    lines,
    formatX: (users) => formatFigure(Math.round(users)),
    formatY: formatPerSecond,
    marks: marksOf(stress),
    missed: missed.map(({ users, requestsPerSecond }) => ({ x: users, y: requestsPerSecond })),
    atLeast: 1.2 * Math.max(...stages.map(({ requestsPerSecond }) => requestsPerSecond)),
    sync: 'stress',
  };
}

export function latencyShape(stress: Stress): Shape {
  const stages = stagesByUsers(stress.stages);
  return {
    x: stages.map(({ users }) => users),
    lines: [{ label: words.slowest, values: stages.map(({ p95 }) => p95), colour: '--plot-1', width: 2 }],
    formatX: formatFigure,
    formatY: formatMs,
    log: true,
    bound: { value: P95_TARGET_MS, label: words.target, kind: 'target' },
    missed: stages.filter(({ met }) => !met).map(({ users, p95 }) => ({ x: users, y: p95 })),
    sync: 'stress',
  };
}

const looks: Pick<Line, 'colour' | 'dash' | 'width'>[] = [
  { colour: '--plot-1', width: 2 },
  { colour: '--plot-2', dash: [6, 3] },
  { colour: '--plot-3', dash: [2, 2] },
  { colour: '--plot-4' },
];

const fullAtMost = (share: Share | undefined) => (share ? Math.min(1, share.share) : null);

/** The utilization of each resource, ordered by headroom at the most users, the least first. */
export function shareShape({ stages: all }: Stress, machine: LoadReport['machine']): Shape {
  const stages = stagesByUsers(all);
  const shares = stages.map(({ resources }) => new Map(sharesOf(resources, machine).map((share): [string, Share] => [share.name, share])));
  const names = [...(shares.at(-1)?.keys() ?? [])].slice(0, looks.length);
  return {
    x: stages.map(({ users }) => users),
    lines: names.map((name, index) => ({
      label: name,
      // A pool with a long queue is several times full, and would make all others look empty.
      values: shares.map((each) => fullAtMost(each.get(name))),
      ...(looks[index] ?? { colour: '--plot-4' }),
    })),
    formatX: formatFigure,
    formatY: formatShare,
    bound: { value: 1, label: words.all, kind: 'capacity' },
    sync: 'stress',
  };
}

/** The plots of the monitor page. */
import type { MonitorReply } from '#features/monitor/monitor-contract.ts';
import { formatNumber } from '#ui/format/figure.ts';
import { formatDuration } from '#ui/format/time.tsx';
import { formatBound, formatCores, formatFigure, formatMemory, formatMs, formatPerSecond, formatShare } from '../format.ts';
import { ERROR_TARGET, P95_TARGET_MS } from '../load-report/targets.ts';
import type { Line, Shape } from '../plot/shape.ts';
import { texts } from '../texts/monitor.ts';
import { LOOP_DELAY_MS, OLDEST_S, POOL_WAIT_MS, type Topic } from './assess.ts';

const words = texts.plots;
const MEGABYTE = 1024 ** 2;

interface Panel {
  title: string;
  /** Its assessment is shown with it. */
  topic?: Topic;
  shape: Shape;
}

const styles = [
  { colour: '--plot-1', width: 2 },
  { colour: '--plot-2', dash: [6, 3] },
  { colour: '--plot-3', dash: [2, 2] },
  { colour: '--plot-4' },
  { colour: '--plot-1', dash: [8, 3, 2, 3] },
  { colour: '--plot-2', dash: [3, 3] },
] as const satisfies readonly Partial<Line>[];

const count = (value: number) => formatNumber(Math.round(value));
/** Fewer would have axes with fractions. */
const SMALLEST_COUNT = 4;
const perMinute = (value: number) => words.perMinute(formatFigure(value));

/** A line for each name, in an order that does not change. */
const linesOf = (family: Readonly<Record<string, Line['values']>>, label: (name: string) => string): Line[] =>
  Object.entries(family).map(([name, values], i) => ({ label: label(name), values, colour: '--plot-4', ...styles[i % styles.length] }));

/** @param formatTime of seconds since 1970: exactly, and briefly for the axis */
export function panelsOf(
  { series, times, step, range }: MonitorReply,
  formatTime: { exact(seconds: number): string; brief(seconds: number): string },
): Panel[] {
  const x = times.map((time) => Date.parse(time) / 1000);
  const from = x[0] ?? 0;
  const axis = {
    x,
    formatX: formatTime.exact,
    clock: { from, to: from + x.length * step, format: formatTime.brief },
    sync: `monitor ${range}`,
  };
  const { queues, oldest, runs, refused, modelCalls, cacheHits } = series;
  const queueName = (queue: string) => texts.queueNames[queue] ?? queue;
  const seconds = (value: number) => formatDuration(value * 1000);
  const target = (value: number): Shape['bound'] => ({ value, label: words.target, kind: 'target' });
  const panel = (title: string, shape: Pick<Shape, 'lines' | 'formatY'> & Partial<Shape>, topic?: Topic): Panel => ({
    title,
    shape: { ...axis, ...shape },
    ...(topic && { topic }),
  });
  const most = Math.max(0, ...series.poolMax.map((value) => value ?? 0));
  return [
    panel(
      texts.topics.responses,
      {
        log: true,
        formatY: formatMs,
        bound: target(P95_TARGET_MS),
        lines: [
          { label: words.p99, values: series.p99, colour: '--plot-1', dash: [2, 2], width: 1 },
          { label: words.p95, values: series.p95, colour: '--plot-1', width: 2 },
          { label: words.p50, values: series.p50, colour: '--plot-4' },
        ],
      },
      'responses',
    ),
    panel(
      texts.topics.errors,
      {
        formatY: formatBound,
        bound: target(ERROR_TARGET),
        atLeast: ERROR_TARGET * 1.5,
        lines: [{ label: words.failed, values: series.errors, colour: '--danger', width: 2 }],
      },
      'errors',
    ),
    panel(words.requestsTitle, {
      formatY: formatPerSecond,
      lines: [{ label: words.requests, values: series.requests, colour: '--plot-1', filled: true }],
    }),
    panel(
      texts.topics.sessions,
      {
        formatY: count,
        lines: [
          { label: words.sessions, values: series.sessions, colour: '--plot-1', width: 2 },
          { label: words.streams, values: series.streams, colour: '--plot-2', dash: [6, 3] },
        ],
      },
      'sessions',
    ),
    panel(
      texts.topics.pool,
      {
        formatY: count,
        ...(most > 0 && { bound: { value: most, label: words.max, kind: 'capacity' as const } }),
        lines: [{ label: words.used, values: series.poolUsed, colour: '--plot-1', filled: true }],
      },
      'pool',
    ),
    panel(words.waitTitle, {
      formatY: formatMs,
      bound: target(POOL_WAIT_MS),
      lines: [{ label: words.wait, values: series.poolWaitP95, colour: '--plot-1', width: 2 }],
    }),
    panel(
      texts.topics.memory,
      {
        formatY: formatMemory,
        unit: MEGABYTE,
        lines: [
          { label: words.resident, values: series.memory, colour: '--plot-1', filled: true },
          { label: words.heap, values: series.heap, colour: '--plot-2', dash: [6, 3] },
        ],
      },
      'memory',
    ),
    panel(
      texts.topics.loop,
      {
        formatY: formatMs,
        bound: target(LOOP_DELAY_MS),
        lines: [{ label: words.delay, values: series.loopDelay, colour: '--plot-1', width: 2 }],
      },
      'loop',
    ),
    panel(words.cpuTitle, {
      formatY: formatCores,
      tickY: formatFigure,
      lines: [{ label: words.cpu, values: series.cpu, colour: '--plot-1', filled: true }],
    }),
    panel(texts.topics.queues, { formatY: count, atLeast: SMALLEST_COUNT, lines: linesOf(queues, queueName) }, 'queues'),
    panel(words.oldestTitle, {
      formatY: seconds,
      tickY: words.seconds,
      unit: 60,
      bound: target(OLDEST_S),
      lines: linesOf(oldest, queueName),
    }),
    panel(words.runsTitle, {
      formatY: formatFigure,
      lines: [{ label: words.working, values: series.working, colour: '--plot-4', filled: true }, ...linesOf(runs, words.ended)],
    }),
    panel(texts.topics.limits, { formatY: perMinute, lines: linesOf(refused, (limiter) => limiter) }, 'limits'),
    panel(texts.topics.models, { formatY: perMinute, lines: linesOf(modelCalls, (outcome) => outcome) }, 'models'),
    panel(words.costTitle, {
      formatY: (value) => words.perHour(value.toFixed(2)),
      lines: [{ label: words.cost, values: nothingIfZero(series.modelCost), colour: '--plot-1', filled: true }],
    }),
    panel(words.cacheTitle, {
      formatY: formatShare,
      bound: { value: 1, label: words.allReads, kind: 'capacity' },
      lines: linesOf(cacheHits, (cache) => cache),
    }),
    panel(
      texts.topics.replication,
      { formatY: seconds, lines: [{ label: words.lag, values: series.lag, colour: '--plot-1', width: 2 }] },
      'replication',
    ),
    panel(words.databaseTitle, {
      formatY: formatMemory,
      unit: MEGABYTE,
      lines: [{ label: words.database, values: series.databaseBytes, colour: '--plot-1', filled: true }],
    }),
  ];
}

/** A plot that would only show zeros is left out. */
const nothingIfZero = (values: Line['values']): Line['values'] => (values.some((value) => value) ? values : []);

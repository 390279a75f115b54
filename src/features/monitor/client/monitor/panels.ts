/** The plots of the monitor page. */
import type { MonitorReply, MonitorSeries } from '#features/monitor/monitor-contract.ts';
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
const seconds = (value: number) => formatDuration(value * 1000);
const perMinute = (value: number) => words.perMinute(formatFigure(value));

/** A line for each name, in an order that does not change. */
const linesOf = (family: Readonly<Record<string, Line['values']>>, label: (name: string) => string): Line[] =>
  Object.entries(family).map(([name, values], i) => ({ label: label(name), values, colour: '--plot-4', ...styles[i % styles.length] }));

const area = (label: string, values: Line['values']): Line => ({ label, values, colour: '--plot-1', filled: true });
const target = (value: number): Shape['bound'] => ({ value, label: words.target, kind: 'target' });

type Make = (title: string, shape: Pick<Shape, 'lines' | 'formatY'> & Partial<Shape>, topic?: Topic) => Panel;

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
  const make: Make = (title, shape, topic) => ({ title, shape: { ...axis, ...shape }, ...(topic && { topic }) });
  return [...ofRequests(series, make), ...ofResources(series, make), ...ofWork(series, make), ...ofDatabase(series, make)];
}

function ofRequests(series: MonitorSeries, make: Make): Panel[] {
  const times: Line[] = [
    { label: words.p99, values: series.p99, colour: '--plot-1', dash: [2, 2], width: 1 },
    { label: words.p95, values: series.p95, colour: '--plot-1', width: 2 },
    { label: words.p50, values: series.p50, colour: '--plot-4' },
  ];
  const failed: Line = { label: words.failed, values: series.errors, colour: '--danger', width: 2 };
  const sessions: Line[] = [
    { label: words.sessions, values: series.sessions, colour: '--plot-1', width: 2 },
    { label: words.streams, values: series.streams, colour: '--plot-2', dash: [6, 3] },
  ];
  const leastShare = ERROR_TARGET * 1.5;
  return [
    make(texts.topics.responses, { log: true, formatY: formatMs, bound: target(P95_TARGET_MS), lines: times }, 'responses'),
    make(texts.topics.errors, { formatY: formatBound, bound: target(ERROR_TARGET), atLeast: leastShare, lines: [failed] }, 'errors'),
    make(words.requestsTitle, { formatY: formatPerSecond, lines: [area(words.requests, series.requests)] }),
    make(texts.topics.sessions, { formatY: count, lines: sessions }, 'sessions'),
  ];
}

function ofResources(series: MonitorSeries, make: Make): Panel[] {
  const most = Math.max(0, ...series.poolMax.map((value) => value ?? 0));
  const all: Shape['bound'] = { value: most, label: words.max, kind: 'capacity' };
  const memory: Line[] = [
    area(words.resident, series.memory),
    { label: words.heap, values: series.heap, colour: '--plot-2', dash: [6, 3] },
  ];
  const wait: Line = { label: words.wait, values: series.poolWaitP95, colour: '--plot-1', width: 2 };
  const delay: Line = { label: words.delay, values: series.loopDelay, colour: '--plot-1', width: 2 };
  return [
    make(texts.topics.pool, { formatY: count, ...(most > 0 && { bound: all }), lines: [area(words.used, series.poolUsed)] }, 'pool'),
    make(words.waitTitle, { formatY: formatMs, bound: target(POOL_WAIT_MS), lines: [wait] }),
    make(texts.topics.memory, { formatY: formatMemory, unit: MEGABYTE, lines: memory }, 'memory'),
    make(texts.topics.loop, { formatY: formatMs, bound: target(LOOP_DELAY_MS), lines: [delay] }, 'loop'),
    make(words.cpuTitle, { formatY: formatCores, tickY: formatFigure, lines: [area(words.cpu, series.cpu)] }),
  ];
}

function ofWork(series: MonitorSeries, make: Make): Panel[] {
  const { queues, oldest, runs, dueTimes, refused, busy, modelCalls } = series;
  const queueName = (queue: string) => texts.queueNames[queue] ?? queue;
  const asIs = (name: string) => name;
  const working: Line = { label: words.working, values: series.working, colour: '--plot-4', filled: true };
  const failures = [
    { label: words.restarts, values: nothingIfZero(series.restarts), colour: '--danger', width: 2 },
    { label: words.notificationsGivenUp, values: nothingIfZero(series.notificationsGivenUp), colour: '--plot-1', dash: [6, 3] },
    { label: words.jobsFailed, values: nothingIfZero(series.jobsFailed), colour: '--plot-2', dash: [2, 2] },
  ] as const satisfies readonly Line[];
  const wrong: Line = { label: words.signInsFailed, values: nothingIfZero(series.signInsFailed), colour: '--danger', width: 2 };
  const waits = { formatY: seconds, tickY: words.seconds, unit: 60, bound: target(OLDEST_S) };
  const costs = { formatY: (value: number) => words.perHour(value.toFixed(2)), lines: [area(words.cost, nothingIfZero(series.modelCost))] };
  return [
    make(texts.topics.queues, { formatY: count, atLeast: SMALLEST_COUNT, lines: linesOf(queues, queueName) }, 'queues'),
    make(words.oldestTitle, { ...waits, lines: linesOf(oldest, queueName) }),
    make(words.runsTitle, { formatY: formatFigure, lines: [working, ...linesOf(runs, words.ended)] }),
    make(words.dueTimesTitle, { formatY: perMinute, lines: linesOf(dueTimes, asIs) }),
    make(texts.topics.failures, { formatY: perMinute, lines: failures.filter(({ values }) => values.length > 0) }, 'failures'),
    make(words.signInsTitle, { formatY: perMinute, lines: [wrong] }),
    make(texts.topics.overload, { formatY: perMinute, lines: linesOf(busy, asIs) }, 'overload'),
    make(texts.topics.limits, { formatY: perMinute, lines: linesOf(refused, asIs) }, 'limits'),
    make(texts.topics.models, { formatY: perMinute, lines: linesOf(modelCalls, asIs) }, 'models'),
    make(words.costTitle, costs),
  ];
}

function ofDatabase(series: MonitorSeries, make: Make): Panel[] {
  const every: Shape['bound'] = { value: 1, label: words.allReads, kind: 'capacity' };
  const lag: Line = { label: words.lag, values: series.lag, colour: '--plot-1', width: 2 };
  const size = area(words.database, series.databaseBytes);
  return [
    make(words.cacheTitle, { formatY: formatShare, bound: every, lines: linesOf(series.cacheHits, (cache) => cache) }),
    make(texts.topics.replication, { formatY: seconds, lines: [lag] }, 'replication'),
    make(words.databaseTitle, { formatY: formatMemory, unit: MEGABYTE, lines: [size] }),
  ];
}

/** A plot that would only show zeros is left out, and one of which a server of the version before knows nothing. */
const nothingIfZero = (values: Line['values'] | undefined): Line['values'] => (values?.some((value) => value) ? values : []);

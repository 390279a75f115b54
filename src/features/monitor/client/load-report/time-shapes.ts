/** The plots of a report over time. */
import type { LoadReport } from '#features/monitor/load-report.ts';
import { formatCores, formatFigure, formatMemory, formatMs, formatPerSecond, formatSeconds, formatShare } from '../format.ts';
import type { Shape } from '../plot/shape.ts';
import { texts } from '../texts/report.ts';
import { P95_TARGET_MS } from './targets.ts';

const words = texts.time;

interface TimePlot {
  title: string;
  hint?: string;
  shape: Shape;
}

type Moment = LoadReport['moments'][number];
type Sample = LoadReport['samples'][number];

/** @param sync shared by all plots of one report, and with it their cursor */
export function timePlots({ moments, samples, machine }: LoadReport, sync: string): TimePlot[] {
  const ofMoments = (name: keyof Moment) => moments.map((moment) => moment[name]);
  const ofSamples = (name: keyof Sample) => samples.map((sample) => sample[name]);
  const seen = { x: moments.map(({ at }) => at), formatX: formatSeconds, clock: true, sync };
  const used = { x: samples.map(({ at }) => at), formatX: formatSeconds, clock: true, sync };
  return [
    {
      title: words.latency,
      hint: words.latencyAbout,
      shape: {
        ...seen,
        log: true,
        formatY: formatMs,
        bound: { value: P95_TARGET_MS, label: words.latencyTarget, kind: 'target' },
        lines: [
          { label: words.p99, values: ofMoments('p99'), colour: '--plot-1', dash: [2, 2], width: 1 },
          { label: words.p95, values: ofMoments('p95'), colour: '--plot-1', width: 2 },
          { label: words.p50, values: ofMoments('p50'), colour: '--plot-4', width: 1.5 },
        ],
      },
    },
    {
      title: words.requestsTitle,
      shape: {
        ...seen,
        formatY: formatPerSecond,
        lines: [
          { label: words.requests, values: ofMoments('requestsPerSecond'), colour: '--plot-1', filled: true },
          { label: words.errors, values: ofMoments('errorsPerSecond'), colour: '--danger', dash: [4, 3], width: 2 },
        ],
      },
    },
    {
      title: words.usersTitle,
      shape: {
        ...seen,
        formatY: formatFigure,
        lines: [{ label: words.users, values: ofMoments('users'), colour: '--plot-4', stepped: true, filled: true }],
      },
    },
    {
      title: words.processor,
      shape: {
        ...used,
        formatY: formatCores,
        tickY: formatFigure,
        bound: { value: machine.cores, label: words.allCores, kind: 'capacity' },
        lines: [
          { label: words.server, values: ofSamples('serverCpu'), colour: '--plot-1', width: 2 },
          { label: words.database, values: ofSamples('databaseCpu'), colour: '--plot-2', dash: [6, 3] },
          { label: words.generator, values: ofSamples('generatorCpu'), colour: '--plot-4', dash: [2, 2] },
        ],
      },
    },
    {
      title: words.eventLoop,
      hint: words.eventLoopAbout,
      shape: {
        ...used,
        formatY: formatShare,
        bound: { value: 1, label: words.alwaysBusy, kind: 'capacity' },
        lines: [{ label: words.busy, values: ofSamples('eventLoop'), colour: '--plot-1', filled: true }],
      },
    },
    {
      title: words.delayTitle,
      hint: words.delayAbout,
      shape: { ...used, formatY: formatMs, lines: [{ label: words.delay, values: ofSamples('eventLoopDelay'), colour: '--plot-1' }] },
    },
    {
      title: words.pool,
      shape: {
        ...used,
        formatY: formatFigure,
        ...boundOf(samples),
        lines: [
          { label: words.poolUsed, values: ofSamples('poolUsed'), colour: '--plot-1', filled: true },
          { label: words.poolWaiting, values: ofSamples('poolWaiting'), colour: '--danger', dash: [4, 3], width: 2 },
        ],
      },
    },
    {
      title: words.memory,
      shape: {
        ...used,
        formatY: formatMemory,
        unit: 1024 ** 2,
        lines: [{ label: words.resident, values: ofSamples('memory'), colour: '--plot-1', filled: true }],
      },
    },
    {
      title: words.sessionsTitle,
      shape: {
        ...used,
        formatY: formatFigure,
        lines: [
          { label: words.sessions, values: ofSamples('activeSessions'), colour: '--plot-1' },
          { label: words.streams, values: ofSamples('streams'), colour: '--plot-2', dash: [6, 3] },
        ],
      },
    },
  ];
}

function boundOf(samples: readonly Sample[]): Pick<Shape, 'bound'> {
  const max = samples.find(({ poolMax }) => poolMax !== null)?.poolMax;
  return max ? { bound: { value: max, label: words.poolMax, kind: 'capacity' } } : {};
}

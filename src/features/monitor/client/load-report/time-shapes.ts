/** The plots of a report over time. */
import type { LoadReport } from '#features/monitor/load-report.ts';
import { formatCores, formatFigure, formatMemory, formatMs, formatPerSecond, formatSeconds, formatShare } from './format.ts';
import type { Shape } from './plot/shape.ts';
import { P95_TARGET_MS } from './targets.ts';

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
      title: 'Latency',
      hint: 'From when a request was due. Each line up is the same ratio.',
      shape: {
        ...seen,
        log: true,
        formatY: formatMs,
        bound: { value: P95_TARGET_MS, label: 'p95 target:', kind: 'target' },
        lines: [
          { label: 'p99', values: ofMoments('p99'), colour: '--plot-1', dash: [2, 2], width: 1 },
          { label: 'p95', values: ofMoments('p95'), colour: '--plot-1', width: 2 },
          { label: 'p50', values: ofMoments('p50'), colour: '--plot-4', width: 1.5 },
        ],
      },
    },
    {
      title: 'Requests and errors',
      shape: {
        ...seen,
        formatY: formatPerSecond,
        lines: [
          { label: 'requests', values: ofMoments('requestsPerSecond'), colour: '--plot-1', filled: true },
          { label: 'errors', values: ofMoments('errorsPerSecond'), colour: '--danger', dash: [4, 3], width: 2 },
        ],
      },
    },
    {
      title: 'Users',
      shape: {
        ...seen,
        formatY: formatFigure,
        lines: [{ label: 'users', values: ofMoments('users'), colour: '--plot-4', stepped: true, filled: true }],
      },
    },
    {
      title: 'Processor',
      shape: {
        ...used,
        formatY: formatCores,
        tickY: formatFigure,
        bound: { value: machine.cores, label: 'all:', kind: 'capacity' },
        lines: [
          { label: 'server', values: ofSamples('serverCpu'), colour: '--plot-1', width: 2 },
          { label: 'database', values: ofSamples('databaseCpu'), colour: '--plot-2', dash: [6, 3] },
          { label: 'generator', values: ofSamples('generatorCpu'), colour: '--plot-4', dash: [2, 2] },
        ],
      },
    },
    {
      title: 'Event loop',
      hint: 'Share of the time in which the server’s processes were busy.',
      shape: {
        ...used,
        formatY: formatShare,
        bound: { value: 1, label: 'always busy:', kind: 'capacity' },
        lines: [{ label: 'busy', values: ofSamples('eventLoop'), colour: '--plot-1', filled: true }],
      },
    },
    {
      title: 'Event loop delay',
      hint: 'p99 of how late the server got to its work.',
      shape: { ...used, formatY: formatMs, lines: [{ label: 'delay', values: ofSamples('eventLoopDelay'), colour: '--plot-1' }] },
    },
    {
      title: 'Connection pool',
      shape: {
        ...used,
        formatY: formatFigure,
        ...boundOf(samples),
        lines: [
          { label: 'used', values: ofSamples('poolUsed'), colour: '--plot-1', filled: true },
          { label: 'waiting for one', values: ofSamples('poolWaiting'), colour: '--danger', dash: [4, 3], width: 2 },
        ],
      },
    },
    {
      title: 'Memory of the server',
      shape: {
        ...used,
        formatY: formatMemory,
        unit: 1024 ** 2,
        lines: [{ label: 'resident', values: ofSamples('memory'), colour: '--plot-1', filled: true }],
      },
    },
    {
      title: 'Sessions and streams',
      shape: {
        ...used,
        formatY: formatFigure,
        lines: [
          { label: 'active sessions', values: ofSamples('activeSessions'), colour: '--plot-1' },
          { label: 'open streams', values: ofSamples('streams'), colour: '--plot-2', dash: [6, 3] },
        ],
      },
    },
  ];
}

function boundOf(samples: readonly Sample[]): Pick<Shape, 'bound'> {
  const max = samples.find(({ poolMax }) => poolMax !== null)?.poolMax;
  return max ? { bound: { value: max, label: 'at most:', kind: 'capacity' } } : {};
}

/** The utilization of each resource, which shows what would run out first. */
import type { LoadReport } from '#features/monitor/load-report.ts';
import { formatFigure, formatMemory, formatShare } from './format.ts';

type Sample = LoadReport['samples'][number];
type Resources = Omit<Sample, 'at'>;
type Machine = LoadReport['machine'];

export interface Share {
  /** As in `stress.limit.resource`, where it is one of those. */
  name: string;
  /** 0 to 1, above 1 when there is more work than capacity. */
  share: number;
  text: string;
}

/** @returns the measured resources, the one with the least headroom first */
export function sharesOf(used: Resources, { cores, memoryGiB }: Machine): Share[] {
  const { serverCpu, databaseCpu, generatorCpu, eventLoop, memory, poolUsed, poolMax, poolWaiting } = used;
  const shares: Share[] = [];
  const add = (name: string, value: number | null, bound: number | null, say: (value: number, bound: number) => string) => {
    if (value !== null && bound !== null && bound > 0) shares.push({ name, share: value / bound, text: say(value, bound) });
  };
  const ofCores = (value: number, bound: number) => `${value.toFixed(2)} of ${bound} cores`;
  add('server CPU', serverCpu, cores, ofCores);
  add('database CPU', databaseCpu, cores, ofCores);
  add('generator CPU', generatorCpu, cores, ofCores);
  if (serverCpu !== null && databaseCpu !== null && generatorCpu !== null)
    add('whole machine', serverCpu + databaseCpu + generatorCpu, cores, (value, bound) => {
      const parts = `server ${serverCpu.toFixed(2)}, database ${databaseCpu.toFixed(2)}, generator ${generatorCpu.toFixed(2)}`;
      return `${ofCores(value, bound)}: ${parts}`;
    });
  add('event loop', eventLoop, 1, (value) => `${formatShare(value)} of the time busy`);
  add('connection pool', poolUsed === null ? null : poolUsed + (poolWaiting ?? 0), poolMax, (_value, bound) => {
    const waiting = poolWaiting ? `, ${formatFigure(poolWaiting)} waiting` : '';
    return `${formatFigure(poolUsed ?? 0)} of ${bound} connections${waiting}`;
  });
  add('memory', memory, memoryGiB * 1024 ** 3, (value, bound) => `${formatMemory(value)} of ${formatMemory(bound)}`);
  return shares.sort((a, b) => b.share - a.share);
}

const names = [
  'serverCpu',
  'databaseCpu',
  'generatorCpu',
  'eventLoop',
  'eventLoopDelay',
  'memory',
  'poolUsed',
  'poolMax',
  'poolWaiting',
  'streams',
  'activeSessions',
] as const satisfies (keyof Resources)[];

/** Means over the time in which all users were active. */
export function meanResources({ samples, moments, users }: Pick<LoadReport, 'samples' | 'moments' | 'users'>): Resources {
  const full = moments.filter((moment) => moment.users >= users * 0.95);
  const [from, to] = [full[0]?.at ?? 0, full.at(-1)?.at ?? Number.POSITIVE_INFINITY];
  const within = samples.filter(({ at }) => at >= from && at <= to);
  const mean = (name: keyof Resources) => {
    const values = within.flatMap((sample) => sample[name] ?? []);
    return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
  };
  return Object.fromEntries(names.map((name) => [name, mean(name)])) as unknown as Resources;
}

/** The utilization of each resource, which shows what would run out first. */
import type { LoadReport } from '#features/monitor/load-report.ts';
import { formatFigure, formatMemory, formatShare } from '../format.ts';
import { texts } from '../texts/report.ts';

const words = texts.shares;

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
  const ofCores = (value: number, bound: number) => words.ofCores(value.toFixed(2), bound);
  add(words.serverCpu, serverCpu, cores, ofCores);
  add(words.databaseCpu, databaseCpu, cores, ofCores);
  add(words.generatorCpu, generatorCpu, cores, ofCores);
  if (serverCpu !== null && databaseCpu !== null && generatorCpu !== null)
    add(words.machine, serverCpu + databaseCpu + generatorCpu, cores, (value, bound) =>
      words.ofMachine(value.toFixed(2), bound, serverCpu.toFixed(2), databaseCpu.toFixed(2), generatorCpu.toFixed(2)),
    );
  add(words.eventLoop, eventLoop, 1, (value) => words.busy(formatShare(value)));
  add(words.pool, poolUsed === null ? null : poolUsed + (poolWaiting ?? 0), poolMax, (_value, bound) =>
    words.ofPool(formatFigure(poolUsed ?? 0), bound, poolWaiting ? formatFigure(poolWaiting) : undefined),
  );
  add(words.memory, memory, memoryGiB * 1024 ** 3, (value, bound) => words.ofMemory(formatMemory(value), formatMemory(bound)));
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

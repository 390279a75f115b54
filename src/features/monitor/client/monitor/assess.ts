/** Whether each thing is fine, by the guide's thresholds, in a sentence; and if not, what to do. */
import { BLOATED } from '#features/monitor/bloat.ts';
import type { MonitorReply } from '#features/monitor/monitor-contract.ts';
import { formatNumber } from '#ui/format/figure.ts';
import { formatBound, formatMemory, formatMs, formatShare } from '../format.ts';
import { ERROR_TARGET, P95_TARGET_MS } from '../load-report/targets.ts';
import { texts } from '../texts/monitor.ts';

export interface Assessment {
  status: 'ok' | 'warning' | 'bad' | 'unknown';
  text: string;
}
type Values = readonly (number | null)[];
type Words = (count: string) => string;

/** Of the connections: from here on, requests soon wait for one. */
export const POOL_SHARE = 0.9;
export const POOL_WAIT_MS = 100;
export const LOOP_DELAY_MS = 200;
/** Runs and notifications are claimed within a second or two, jobs within thirty. */
export const OLDEST_S = 120;
const LAG_S = 30;
const REFUSED_SHARE = 0.05;
const MODEL_FAILURES = 0.1;
const FAILED_JOBS = 3;
/** More is no accident of a busy hour. */
const MAY_EXCEED = 0.05;
const GROWTH = 1.5;

const measured = (values: Values): number[] => values.filter((value) => value !== null);
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]): number => sum(values) / Math.max(1, values.length);
export const latest = (values: Values): number | null => values.findLast((value) => value !== null) ?? null;

/** Bad while two of the last three values exceed the bound; a warning if more than a few have. */
function against(values: Values, bound: number, step: number, words: { fine: string; advice: string; over: Words }): Assessment {
  const known = measured(values);
  if (known.length === 0) return { status: 'unknown', text: texts.notMeasured };
  const over = known.filter((value) => value > bound).length;
  if (over === 0) return { status: 'ok', text: words.fine };
  const isNow = known.slice(-3).filter((value) => value > bound).length >= Math.min(2, known.length);
  const status = isNow ? 'bad' : over / known.length > MAY_EXCEED ? 'warning' : 'ok';
  const seen = words.over(texts.steps(over, known.length, step));
  return { status, text: status === 'ok' ? seen : `${seen} ${words.advice}` };
}

/** Compares the first quarter of the range with the last. @returns undefined if too little of either was measured */
function growth(values: Values): { from: number; to: number; grew: boolean } | undefined {
  const quarter = Math.floor(values.length / 4);
  const [first, last] = [values.slice(0, quarter), values.slice(-quarter)].map(measured) as [number[], number[]];
  if (Math.min(first.length, last.length) < quarter / 2) return undefined;
  const [from, to] = [mean(first), mean(last)];
  return { from, to, grew: to > from * GROWTH };
}

/** Within an hour, people arrive and caches fill: only a day tells whether something grows. */
function ofGrowth(
  values: Values,
  range: MonitorReply['range'],
  format: (value: number) => string,
  words: (typeof texts)['memory' | 'sessions'],
): Assessment {
  const now = latest(values);
  if (now === null) return { status: 'unknown', text: texts.notMeasured };
  if (range === 'hour') return { status: 'ok', text: words.now(format(now)) };
  const found = growth(values);
  if (!found) return { status: 'ok', text: words.tooEarly(format(now)) };
  if (!found.grew) return { status: 'ok', text: words.steady(format(now)) };
  return { status: 'warning', text: `${words.grew(format(found.from), format(found.to))} ${words.advice}` };
}

const of = (values: Values | undefined): number => sum(measured(values ?? []));

function ofPool({ series, step }: MonitorReply): Assessment {
  const { poolUsed, poolMax, poolWaitP95 } = series;
  const shares = poolUsed.map((used, i) => (used === null || !poolMax[i] ? null : used / (poolMax[i] ?? 1)));
  const words = texts.pool;
  const used = against(shares, POOL_SHARE, step, { ...words, over: words.over(formatBound(POOL_SHARE)) });
  const waits = against(poolWaitP95, POOL_WAIT_MS, step, { ...words, over: words.waits(formatMs(POOL_WAIT_MS)) });
  return worse(used, waits);
}

function ofQueues({ series, step }: MonitorReply): Assessment {
  const slow = Object.entries(series.oldest).map(([queue, values]) => {
    const { fine, over, advice } = texts.queues;
    return against(values, OLDEST_S, step, { fine, over: over(texts.queueNames[queue] ?? queue, texts.plots.seconds(OLDEST_S)), advice });
  });
  return slow.reduce(worse, { status: slow.length > 0 ? 'ok' : 'unknown', text: slow.length > 0 ? texts.queues.fine : texts.notMeasured });
}

function ofLimits({ series, step }: MonitorReply): Assessment {
  const refused = sum(Object.values(series.refused).map(of)) * (step / 60);
  const requests = of(series.requests) * step;
  if (refused === 0) return { status: 'ok', text: texts.limits.fine };
  const share = refused / Math.max(refused, requests);
  const words = texts.limits.refused(formatNumber(Math.round(refused)), formatShare(share));
  return share > REFUSED_SHARE ? { status: 'warning', text: `${words} ${texts.limits.advice}` } : { status: 'ok', text: words };
}

function ofOverload({ series, step }: MonitorReply): Assessment {
  const refused = sum(Object.values(series.busy).map(of)) * (step / 60);
  if (refused === 0) return { status: 'ok', text: texts.overload.fine };
  const share = refused / Math.max(refused, of(series.requests) * step);
  const words = texts.overload.refused(formatNumber(Math.round(refused)), formatShare(share));
  return { status: share > ERROR_TARGET ? 'bad' : 'warning', text: `${words} ${texts.overload.advice}` };
}

function ofFailures({ series, step }: MonitorReply): Assessment {
  const times = (values: Values) => Math.round(of(values) * (step / 60));
  const { found, fine, advice } = texts.failures;
  const [restarts, givenUp, jobs] = [times(series.restarts), times(series.notificationsGivenUp), times(series.jobsFailed)];
  const seen = [restarts && found.restarts(restarts), givenUp && found.givenUp(givenUp), jobs && found.jobs(jobs)]
    .filter(Boolean)
    .join(' ');
  if (seen === '') return { status: 'ok', text: fine };
  // A job that failed once or twice has been tried again since.
  return restarts + givenUp > 0 || jobs > FAILED_JOBS ? { status: 'warning', text: `${seen} ${advice}` } : { status: 'ok', text: seen };
}

function ofModels({ series, step }: MonitorReply): Assessment {
  const calls = sum(Object.values(series.modelCalls).map(of)) * (step / 60);
  if (calls === 0) return { status: 'ok', text: texts.models.none };
  const failed = of(series.modelCalls['failed']) * (step / 60);
  const words = texts.models.called(formatNumber(Math.round(calls)), formatNumber(Math.round(failed)));
  return failed / calls > MODEL_FAILURES ? { status: 'warning', text: `${words} ${texts.models.advice}` } : { status: 'ok', text: words };
}

function ofServers({ servers }: MonitorReply): Assessment {
  const silent = servers.filter(({ reports }) => !reports).map(({ name }) => name);
  const versions = new Set(servers.filter(({ reports }) => reports).map(({ version }) => version));
  if (servers.length === 0) return { status: 'unknown', text: texts.servers.none };
  if (silent.length === servers.length) return { status: 'bad', text: texts.servers.allSilent };
  if (silent.length > 0) return { status: 'warning', text: texts.servers.silent(silent) };
  if (versions.size > 1) return { status: 'warning', text: texts.servers.versions([...versions]) };
  return { status: 'ok', text: texts.servers.fine(servers.length) };
}

export const isBloated = ({ rows, deadRows }: MonitorReply['tables'][number]): boolean =>
  deadRows > BLOATED.min && deadRows > rows * BLOATED.share;

function ofTables({ tables }: MonitorReply): Assessment {
  const bloated = tables.filter(isBloated).map(({ name }) => name);
  return bloated.length > 0 ? { status: 'warning', text: texts.tables.bloated(bloated) } : { status: 'ok', text: texts.tables.fine };
}

const order = ['unknown', 'ok', 'warning', 'bad'] as const satisfies readonly Assessment['status'][];
const worse = (a: Assessment, b: Assessment): Assessment => (order.indexOf(b.status) > order.indexOf(a.status) ? b : a);

export type Topic = keyof typeof texts.topics;

export function assess(reply: MonitorReply): Readonly<Record<Topic, Assessment>> {
  const { series, step, range } = reply;
  const { responses, errors, loop, replication } = texts;
  const lag = against(series.lag, LAG_S, step, { ...replication, over: replication.over(texts.plots.seconds(LAG_S)) });
  return {
    responses: against(series.p95, P95_TARGET_MS, step, { ...responses, over: responses.over(formatMs(P95_TARGET_MS)) }),
    errors: against(series.errors, ERROR_TARGET, step, { ...errors, over: errors.over(formatBound(ERROR_TARGET)) }),
    sessions: ofGrowth(series.sessions, range, (count) => formatNumber(Math.round(count)), texts.sessions),
    pool: ofPool(reply),
    memory: ofGrowth(series.memory, range, formatMemory, texts.memory),
    loop: against(series.loopDelay, LOOP_DELAY_MS, step, { ...loop, over: loop.over(formatMs(LOOP_DELAY_MS)) }),
    queues: ofQueues(reply),
    overload: ofOverload(reply),
    limits: ofLimits(reply),
    failures: ofFailures(reply),
    models: ofModels(reply),
    replication: lag.status === 'unknown' ? { status: 'unknown', text: replication.none } : lag,
    servers: ofServers(reply),
    tables: ofTables(reply),
  };
}

/** What needs attention, the worst first. */
export const concerns = (assessed: ReturnType<typeof assess>): (Assessment & { topic: Topic })[] =>
  (Object.entries(assessed) as [Topic, Assessment][])
    .flatMap(([topic, assessment]) => (assessment.status === 'bad' || assessment.status === 'warning' ? [{ topic, ...assessment }] : []))
    .sort((a, b) => order.indexOf(b.status) - order.indexOf(a.status));

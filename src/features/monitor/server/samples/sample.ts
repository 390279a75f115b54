/** What a sample holds, and how it is made of two scrapes. Servers of other versions read it too: names keep their meaning. */
import { total } from '#features/monitor/histogram.ts';
import type { Scrape, Series } from './scrape.ts';

export interface Sample {
  /** By `GET /api/projects`: how many failed (5xx), then how many took how long, by bucket; trailing zeros are left out. */
  requests: Readonly<Record<string, readonly number[]>>;
  /** Waits for a connection, by bucket. */
  poolWaits: readonly number[];
  /** The statements that took the most time: how many, and their seconds. */
  statements: Readonly<Record<string, readonly [calls: number, seconds: number]>>;
  /** Increases, by `counted`: `runs.done`. Zeros are left out. */
  counts: Readonly<Record<string, number>>;
  /** By `gauges`: `queue.runs`. The highest of the scrapes that it covers. */
  gauges: Readonly<Record<string, number>>;
  /** The last one of a server that was stopped in order. */
  stopped?: true;
}

const MOST_STATEMENTS = 15;
/** Requests of load balancers and Prometheus would make everything look fast. */
const routine = /^(?:\/metrics$|\/api\/health)/;

/** Counters, with the label that tells them apart. */
const counted: readonly (readonly [name: string, metric: string, label?: string])[] = [
  ['runs', 'runs_ended_total', 'outcome'],
  ['refused', 'limit_refused_total', 'limiter'],
  ['busy', 'requests_refused_total', 'class'],
  ['dueTimes', 'schedule_occurrences_total', 'status'],
  ['modelCalls', 'model_calls_total', 'outcome'],
  ['modelFailures', 'model_failures_total', 'provider'],
  ['modelCost', 'model_cost_dollars_total'],
  ['cacheHits', 'cache_hits_total', 'cache'],
  ['cacheMisses', 'cache_misses_total', 'cache'],
  ['signInsFailed', 'sign_ins_failed_total'],
  ['restarts', 'server_process_restarts_total'],
  ['notificationsGivenUp', 'notifications_given_up_total'],
  ['jobsFailed', 'jobs_failed_total'],
  ['cpu', 'process_cpu_seconds_total'],
];

const gauges: readonly (readonly [name: string, metric: string, label?: string])[] = [
  ['memory', 'process_resident_memory_bytes'],
  ['heap', 'nodejs_heap_size_used_bytes'],
  ['loopDelay', 'nodejs_eventloop_lag_p99_seconds'],
  ['loopBusy', 'event_loop_utilization', 'process'],
  ['pool', 'database_connections', 'state'],
  ['sessions', 'active_sessions'],
  ['streams', 'event_streams'],
  ['working', 'runs_working'],
  ['queue', 'queue_depth', 'queue'],
  ['oldest', 'queue_oldest_seconds', 'queue'],
  ['lag', 'database_replication_lag_seconds', 'standby'],
  ['databaseBytes', 'database_size_bytes'],
];

/** Sums of a metric by the values of a label, under `name` or `name.value`. */
function sumBy(scrape: Scrape, [name, metric, label]: (typeof counted)[number]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { labels, value } of scrape.get(metric) ?? []) {
    const key = label === undefined ? name : `${name}.${labels[label]}`;
    sums.set(key, (sums.get(key) ?? 0) + value);
  }
  return sums;
}

/** What has been counted since startup, in the form of a sample. */
export interface Totals {
  requests: Map<string, number[]>;
  poolWaits: number[];
  statements: Map<string, [calls: number, seconds: number]>;
  counts: Map<string, number>;
}

export function totalsOf(scrape: Scrape): Totals {
  return {
    requests: readRequests(scrape),
    poolWaits: bucketsOf(scrape.get('database_pool_wait_seconds_bucket') ?? []),
    statements: readStatements(scrape),
    counts: new Map(counted.flatMap((each) => [...sumBy(scrape, each)])),
  };
}

export const gaugesOf = (scrape: Scrape): Map<string, number> => new Map(gauges.flatMap((each) => [...sumBy(scrape, each)]));

/** When the first process of the server started, in milliseconds since 1970. */
export const startedAtOf = (scrape: Scrape): number => (scrape.get('process_start_time_seconds')?.[0]?.value ?? 0) * 1000;

function readRequests(scrape: Scrape): Map<string, number[]> {
  const buckets = Map.groupBy(scrape.get('http_request_duration_seconds_bucket') ?? [], nameOf);
  const counts = Map.groupBy(scrape.get('http_request_duration_seconds_count') ?? [], nameOf);
  const found = new Map<string, number[]>();
  for (const [name, series] of buckets) {
    if (routine.test(series[0]?.labels['route'] ?? '')) continue;
    const failed = counts.get(name)?.filter(({ labels }) => labels['status']?.startsWith('5')) ?? [];
    found.set(name, [failed.reduce((sum, { value }) => sum + value, 0), ...bucketsOf(series)]);
  }
  return found;
}

const nameOf = ({ labels }: Series) => `${labels['method']} ${labels['route']}`;

/** Prometheus' buckets contain those below; ours do not. Adds up series that differ in other labels. */
function bucketsOf(series: readonly Series[]): number[] {
  const upTo = new Map<number, number>();
  for (const { labels, value } of series) {
    const bound = labels['le'] === '+Inf' ? Infinity : Number(labels['le']);
    upTo.set(bound, (upTo.get(bound) ?? 0) + value);
  }
  const sums = [...upTo].sort(([a], [b]) => a - b).map(([, count]) => count);
  return sums.map((count, i) => count - (sums[i - 1] ?? 0));
}

function readStatements(scrape: Scrape): Totals['statements'] {
  const calls = new Map((scrape.get('database_statement_calls_total') ?? []).map(({ labels, value }) => [labels['statement'], value]));
  const seconds = scrape.get('database_statement_time_seconds_total') ?? [];
  return new Map(seconds.map(({ labels, value }) => [labels['statement'] ?? '', [calls.get(labels['statement']) ?? 0, value]]));
}

/** The counts between two readings. A count that fell began anew: its process was replaced before its counts were read. */
export function between(before: Totals, after: Totals): Omit<Sample, 'gauges' | 'stopped'> {
  const rise = (from = 0, to = 0) => (to < from ? to : to - from);
  const rises = (from: readonly number[] = [], to: readonly number[]) => trim(to.map((count, i) => rise(from[i], count)));
  const requests = [...after.requests]
    .map(([name, counts]) => [name, rises(before.requests.get(name), counts)] as const)
    .filter(([, counts]) => counts.length > 0);
  const statements = [...after.statements]
    .map(([name, [calls, seconds]]) => {
      const [callsBefore, secondsBefore] = before.statements.get(name) ?? [];
      return [name, [rise(callsBefore, calls), round(rise(secondsBefore, seconds))]] as const;
    })
    .filter(([, [calls]]) => calls > 0)
    .sort(([, [, a]], [, [, b]]) => b - a)
    .slice(0, MOST_STATEMENTS);
  const counts = [...after.counts].map(([name, count]) => [name, round(rise(before.counts.get(name), count))] as const);
  return {
    requests: Object.fromEntries(requests),
    poolWaits: rises(before.poolWaits, after.poolWaits),
    statements: Object.fromEntries(statements),
    counts: Object.fromEntries(counts.filter(([, count]) => count > 0)),
  };
}

/** To six digits: more would only take space. */
export const round = (value: number): number => Number(value.toPrecision(6));

function trim(counts: number[]): number[] {
  const last = counts.findLastIndex((count) => count > 0);
  return total(counts) === 0 ? [] : counts.slice(0, last + 1);
}

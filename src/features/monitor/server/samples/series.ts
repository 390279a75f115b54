/** Merges the samples of all servers into series: counts per time are added up, and quantiles taken of buckets that were added up. */
import { addBuckets, quantile, total } from '#features/monitor/histogram.ts';
import type { MonitorSeries, RouteFigures, SlowStatement } from '#features/monitor/monitor-contract.ts';
import { POOL_SECONDS } from '#kernel/database/pool-metrics.ts';
import { RESPONSE_SECONDS } from '#kernel/http/response-seconds.ts';
import type { SampleRow } from './queries.ts';
import type { Sample } from './sample.ts';

const MOST_ROUTES = 20;
const MOST_STATEMENTS = 15;
/** What every server sees of what they share; everything else is added up. */
const shared = /^(?:sessions|databaseBytes|lag\b.*|(?:queue|oldest)\.(?!emails).*|loopDelay|loopBusy\b.*)$/;

const milliseconds = (seconds: number | null) => (seconds === null ? null : seconds * 1000);

interface Merged {
  failed: number;
  responses: number[];
  poolWaits: number[];
  /** Per second, of all servers. */
  rates: Map<string, number>;
  gauges: Map<string, number>;
}

/** @param rows of one bucket */
function merge(rows: readonly SampleRow[]): Merged | undefined {
  if (rows.length === 0) return undefined;
  const merged: Merged = { failed: 0, responses: [], poolWaits: [], rates: new Map(), gauges: new Map() };
  for (const ofServer of Map.groupBy(rows, ({ server }) => server).values()) {
    const seconds = ofServer.reduce((sum, row) => sum + row.seconds, 0);
    const count = (name: string, amount: number) => seconds > 0 && merged.rates.set(name, (merged.rates.get(name) ?? 0) + amount / seconds);
    const gauges = new Map<string, number>();
    for (const { sample } of ofServer) {
      for (const [failed = 0, ...buckets] of Object.values(sample.requests ?? {})) {
        merged.failed += failed;
        addBuckets(merged.responses, buckets);
        count('requests', total(buckets));
      }
      addBuckets(merged.poolWaits, sample.poolWaits ?? []);
      for (const [name, amount] of Object.entries(sample.counts ?? {})) count(name, amount);
      for (const [name, value] of Object.entries(sample.gauges ?? {})) gauges.set(name, Math.max(value, gauges.get(name) ?? value));
    }
    for (const [name, value] of gauges) {
      const others = merged.gauges.get(name) ?? 0;
      merged.gauges.set(name, shared.test(name) ? Math.max(others, value) : others + value);
    }
  }
  return merged;
}

/** @param buckets how many there are; `first` is the number of the first */
export function buildSeries(rows: readonly SampleRow[], first: number, buckets: number): MonitorSeries {
  const byBucket = Map.groupBy(rows, ({ bucket }) => bucket);
  const merged = Array.from({ length: buckets }, (_, i) => merge(byBucket.get(first + i) ?? []));
  const of = (read: (bucket: Merged) => number | null) => merged.map((bucket) => (bucket ? read(bucket) : null));
  const gauge = (name: string, factor = 1) =>
    of(({ gauges }) => {
      const value = gauges.get(name);
      return value === undefined ? null : value * factor;
    });
  const rate = (name: string, perSeconds = 1) => of(({ rates }) => (rates.get(name) ?? 0) * perSeconds);
  const worst = (prefix: string) =>
    of(({ gauges }) => {
      const found = [...gauges].flatMap(([name, value]) => (name.startsWith(prefix) ? [value] : []));
      return found.length > 0 ? Math.max(...found) : null;
    });
  const family = (prefix: string, from: 'rates' | 'gauges') => namesOf(merged, prefix, from);
  const rates = (prefix: string) => Object.fromEntries(family(prefix, 'rates').map((name) => [name, rate(`${prefix}.${name}`, 60)]));
  const gauges = (prefix: string) => Object.fromEntries(family(prefix, 'gauges').map((name) => [name, gauge(`${prefix}.${name}`)]));
  const responseTime = (q: number) => of(({ responses }) => milliseconds(quantile(q, responses, RESPONSE_SECONDS)));
  const hits = (cache: string) =>
    of(({ rates }) => {
      const hit = rates.get(`cacheHits.${cache}`) ?? 0;
      const reads = hit + (rates.get(`cacheMisses.${cache}`) ?? 0);
      return reads > 0 ? hit / reads : null;
    });
  return {
    p50: responseTime(0.5),
    p95: responseTime(0.95),
    p99: responseTime(0.99),
    requests: rate('requests'),
    errors: of(({ responses, failed }) => (total(responses) > 0 ? failed / total(responses) : null)),
    poolWaitP95: of(({ poolWaits }) => milliseconds(quantile(0.95, poolWaits, POOL_SECONDS))),
    poolUsed: gauge('pool.peak'),
    poolMax: gauge('pool.max'),
    memory: gauge('memory'),
    heap: gauge('heap'),
    loopDelay: gauge('loopDelay', 1000),
    loopBusy: worst('loopBusy'),
    cpu: rate('cpu'),
    sessions: gauge('sessions'),
    streams: gauge('streams'),
    working: gauge('working'),
    runs: rates('runs'),
    refused: rates('refused'),
    busy: rates('busy'),
    dueTimes: rates('dueTimes'),
    modelCalls: rates('modelCalls'),
    modelCost: rate('modelCost', 3600),
    queues: gauges('queue'),
    oldest: gauges('oldest'),
    cacheHits: Object.fromEntries(
      [...new Set([...family('cacheHits', 'rates'), ...family('cacheMisses', 'rates')])].map((cache) => [cache, hits(cache)]),
    ),
    signInsFailed: rate('signInsFailed', 60),
    restarts: rate('restarts', 60),
    notificationsGivenUp: rate('notificationsGivenUp', 60),
    jobsFailed: rate('jobsFailed', 60),
    lag: worst('lag'),
    databaseBytes: gauge('databaseBytes'),
  };
}

/** What follows the prefix in any bucket, in alphabetical order. */
function namesOf(merged: readonly (Merged | undefined)[], prefix: string, from: 'rates' | 'gauges'): string[] {
  const names = new Set<string>();
  for (const bucket of merged)
    for (const name of bucket?.[from].keys() ?? []) if (name.startsWith(`${prefix}.`)) names.add(name.slice(prefix.length + 1));
  return [...names].sort();
}

/** The slowest endpoints by p95. */
export function slowestRoutes(samples: readonly Partial<Sample>[]): RouteFigures[] {
  const sums = new Map<string, { failed: number; buckets: number[] }>();
  for (const { requests = {} } of samples) {
    for (const [name, [failed = 0, ...buckets]] of Object.entries(requests)) {
      const sum = sums.get(name) ?? { failed: 0, buckets: [] };
      sums.set(name, sum);
      sum.failed += failed;
      addBuckets(sum.buckets, buckets);
    }
  }
  const figures = [...sums].map(([name, { failed, buckets }]) => {
    const [method = '', route = ''] = name.split(' ');
    const time = (q: number) => milliseconds(quantile(q, buckets, RESPONSE_SECONDS));
    return { method, route, requests: total(buckets), errors: failed, p50: time(0.5), p95: time(0.95), p99: time(0.99) };
  });
  return figures.sort((a, b) => (b.p95 ?? 0) - (a.p95 ?? 0)).slice(0, MOST_ROUTES);
}

/** The statements that took the most time, of those that took the most on each server. */
export function slowestStatements(samples: readonly Partial<Sample>[]): SlowStatement[] {
  const sums = new Map<string, { calls: number; seconds: number }>();
  for (const { statements = {} } of samples) {
    for (const [name, [calls, seconds]] of Object.entries(statements)) {
      const sum = sums.get(name) ?? { calls: 0, seconds: 0 };
      sums.set(name, { calls: sum.calls + calls, seconds: sum.seconds + seconds });
    }
  }
  const all = [...sums.values()].reduce((sum, { seconds }) => sum + seconds, 0);
  return [...sums]
    .map(([name, { calls, seconds }]) => ({
      name,
      calls,
      meanMs: (seconds / calls) * 1000,
      totalMs: seconds * 1000,
      share: all > 0 ? seconds / all : 0,
    }))
    .sort((a, b) => b.totalMs - a.totalMs)
    .slice(0, MOST_STATEMENTS);
}

import type { Metrics } from '#kernel/metrics.ts';

/** Bounds of buckets. Samples in the database count waits in the same ones; see response-seconds.ts. */
export const POOL_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

interface PoolStats {
  total: number;
  idle: number;
  waiting: number;
  max: number;
  queries: number;
}

/** Time spent waiting for a connection and for a statement's response, failures included. In milliseconds. */
export function createPoolMetrics(metrics: Metrics | undefined, stats: () => PoolStats) {
  const peak = createPeak();
  metrics?.gauge(
    'database_connections',
    'Pool connections, by state; peak: the most in use at once in the last minute or two',
    (gauge) => {
      const { total, idle, waiting, max } = stats();
      gauge.set({ state: 'idle' }, idle);
      gauge.set({ state: 'used' }, total - idle);
      gauge.set({ state: 'waiting' }, waiting);
      gauge.set({ state: 'peak' }, peak.read());
      gauge.set({ state: 'max' }, max);
    },
    { labelNames: ['state'] },
  );
  metrics?.counterOf('database_queries_total', 'Statements sent to PostgreSQL', () => stats().queries);

  const wait = metrics?.histogram('database_pool_wait_seconds', 'Time spent waiting for a pool connection', [], POOL_SECONDS);
  const statement = metrics?.histogram(
    'database_statement_seconds',
    'Time from sending a statement to receiving its result',
    [],
    POOL_SECONDS,
  );
  /** By name of the statement; scripts have none. */
  const byStatement = new Map<string, { calls: number; seconds: number }>();
  const read = (of: 'calls' | 'seconds') => () => [...byStatement].map(([name, totals]) => [name, totals[of]] as const);
  metrics?.counterBy('database_statement_calls_total', 'Statements sent to PostgreSQL, by name', 'statement', read('calls'));
  metrics?.counterBy(
    'database_statement_time_seconds_total',
    'Time from sending statements to receiving their results, by name',
    'statement',
    read('seconds'),
  );

  return {
    waited: (milliseconds: number) => wait?.observe(milliseconds / 1000),
    taken(): void {
      const { total, idle } = stats();
      peak.note(total - idle);
    },
    answered(name: string, milliseconds: number): void {
      statement?.observe(milliseconds / 1000);
      const totals = byStatement.get(name);
      if (!totals) return void byStatement.set(name, { calls: 1, seconds: milliseconds / 1000 });
      totals.calls++;
      totals.seconds += milliseconds / 1000;
    },
  };
}

/** The highest value in the current and the last full minute, so that no reader resets it for another. */
function createPeak() {
  let minute = 0;
  let highest = [0, 0];
  function turn(): void {
    const now = Math.floor(performance.now() / 60_000);
    if (now !== minute) highest = [0, now === minute + 1 ? (highest[0] ?? 0) : 0];
    minute = now;
  }
  return {
    note(value: number): void {
      turn();
      if (value > (highest[0] ?? 0)) highest[0] = value;
    },
    read(): number {
      turn();
      return Math.max(...highest);
    },
  };
}

import type { Metrics } from '#kernel/metrics.ts';

const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

interface PoolStats {
  total: number;
  idle: number;
  waiting: number;
  max: number;
  queries: number;
}

/** Time spent waiting for a connection and for a statement's response, failures included. In milliseconds. */
export function createPoolMetrics(metrics: Metrics | undefined, stats: () => PoolStats) {
  metrics?.gauge(
    'database_connections',
    'Pool connections, by state',
    (gauge) => {
      const { total, idle, waiting, max } = stats();
      gauge.set({ state: 'idle' }, idle);
      gauge.set({ state: 'used' }, total - idle);
      gauge.set({ state: 'waiting' }, waiting);
      gauge.set({ state: 'max' }, max);
    },
    { labelNames: ['state'] },
  );
  metrics?.counterOf('database_queries_total', 'Statements sent to PostgreSQL', () => stats().queries);

  const wait = metrics?.histogram('database_pool_wait_seconds', 'Time spent waiting for a pool connection', [], SECONDS);
  const statement = metrics?.histogram('database_statement_seconds', 'Time from sending a statement to receiving its result', [], SECONDS);
  return {
    waited: (milliseconds: number) => wait?.observe(milliseconds / 1000),
    answered: (milliseconds: number) => statement?.observe(milliseconds / 1000),
  };
}

/** Monitor: is all well (for load balancers), and how much of what (for Prometheus). */
import type { Health } from '#features/monitor/contract.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Heartbeat } from '#kernel/database/heartbeat.ts';
import type { Database } from '#kernel/database/pool.ts';
import { refusals, type Writability } from '#kernel/database/writability.ts';
import type { EventBus } from '#kernel/event-bus.ts';
import type { Metrics } from '#kernel/metrics.ts';
import { createChecks } from './checks.ts';

export type Monitor = ReturnType<typeof createMonitor>;

interface Options {
  db: Database;
  heartbeat: Heartbeat;
  eventBus: EventBus;
  clock: Clock;
  writability: Writability;
  metrics: Metrics;
  version: string;
  /** Text of all processes' metrics, where there are several. */
  collectFromAll: (() => Promise<string>) | undefined;
  countActiveSessions: () => Promise<number>;
  counts: () => { runs: number; readers: number; streams: number; cachedSessions: number; hashesWaiting: number };
}

export function createMonitor({
  db,
  heartbeat,
  eventBus,
  clock,
  writability,
  metrics,
  version,
  collectFromAll,
  countActiveSessions,
  counts,
}: Options) {
  let stopping = false;

  metrics.gauge(
    'database_connections',
    'Connections of the pool by state',
    (gauge) => {
      const { total, idle, waiting, max } = db.stats();
      gauge.set({ state: 'idle' }, idle);
      gauge.set({ state: 'used' }, total - idle);
      gauge.set({ state: 'waiting' }, waiting);
      gauge.set({ state: 'max' }, max);
    },
    { labelNames: ['state'] },
  );
  metrics.counterOf('database_queries_total', 'Statements sent to PostgreSQL', () => db.stats().queries);
  metrics.gauge(
    'active_sessions',
    'Sessions that have not expired, of all servers',
    // While PostgreSQL is away there is no such number.
    (gauge) =>
      countActiveSessions().then(
        (count) => gauge.set(count),
        () => gauge.remove(),
      ),
    { aggregator: 'first' },
  );
  metrics.gauge('runs_working', 'Runs this process works on', (gauge) => gauge.set(counts().runs));
  metrics.gauge('run_readers', 'Readers of runs on this process', (gauge) => gauge.set(counts().readers));
  metrics.gauge('event_streams', 'Open event streams of this process', (gauge) => gauge.set(counts().streams));
  metrics.gauge('cached_sessions', 'Sessions kept in memory by this process', (gauge) => gauge.set(counts().cachedSessions));
  metrics.gauge('password_hashes_waiting', 'Sign-ins waiting for their turn to be hashed', (gauge) => gauge.set(counts().hashesWaiting));
  metrics.gauge('server_processes', 'Processes of this server', (gauge) => gauge.set(1));

  metrics.gauge(
    'database_writes_refused',
    'Processes whose last write PostgreSQL refused, by reason',
    (gauge) => {
      for (const reason of Object.keys(refusals)) gauge.set({ reason }, writability.refused() === reason ? 1 : 0);
    },
    { labelNames: ['reason'] },
  );
  metrics.gauge(
    'database_clock_difference_seconds',
    'How far the clock of this server is ahead of PostgreSQL’s',
    (gauge) => {
      const found = clock.difference();
      if (found) gauge.set(found.milliseconds / 1000);
    },
    { aggregator: 'first' },
  );
  const check = createChecks({ db, heartbeat, eventBus, clock, writability });

  return {
    /** From now on this server wants no more requests. */
    beginStopping(): void {
      stopping = true;
    },
    stopping: () => stopping,
    async health(): Promise<Health> {
      const checks = await check();
      const { database, news, writes, clock } = checks;
      const well = writes.ok && clock.ok ? 'ok' : 'degraded';
      const status = stopping ? 'stopping' : database.ok && news.ok ? well : 'unavailable';
      return { status, checks, version, uptimeSeconds: Math.round(process.uptime()) };
    },
    /** Of this process alone when the one that adds them up does not answer. */
    metrics: async (): Promise<string> => (await collectFromAll?.().catch(() => undefined)) ?? metrics.registry.metrics(),
  };
}

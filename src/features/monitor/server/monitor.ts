/** Monitor: is all well (for load balancers), and how much of what (for Prometheus). */
import { performance } from 'node:perf_hooks';
import type { Health } from '#features/monitor/contract.ts';
import type { Database } from '#kernel/database/pool.ts';
import { statement } from '#kernel/database/statement.ts';
import type { Live } from '#kernel/live.ts';
import type { Metrics } from '#kernel/metrics.ts';

export type Monitor = ReturnType<typeof createMonitor>;

interface Options {
  db: Database;
  live: Live;
  metrics: Metrics;
  version: string;
  /** Text of all processes' metrics; only our own where there is but one. */
  collect: () => Promise<string>;
  countActiveSessions: () => Promise<number>;
  counts: () => { runs: number; readers: number; streams: number; cachedSessions: number; hashesWaiting: number };
}

const ping = statement<{ one: number }>('monitor.ping', 'select 1 as one', { timeout: 1500 });
/** How long an answer of the database is believed, so that many probes cost one query. */
const BELIEVED_MS = 250;

export function createMonitor({ db, live, metrics, version, collect, countActiveSessions, counts }: Options) {
  let stopping = false;
  let lastPing: { at: number; answer: Promise<Health['checks'][string]> } | undefined;

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
  metrics.gauge('database_queries', 'Statements sent to PostgreSQL since the start', (gauge) => gauge.set(db.stats().queries));
  metrics.gauge(
    'active_sessions',
    'Sessions that have not expired, of all servers',
    async (gauge) => gauge.set(await countActiveSessions().catch(() => Number.NaN)),
    { shared: true },
  );
  metrics.gauge('runs_working', 'Runs this process works on', (gauge) => gauge.set(counts().runs));
  metrics.gauge('run_readers', 'Readers of runs on this process', (gauge) => gauge.set(counts().readers));
  metrics.gauge('event_streams', 'Open event streams of this process', (gauge) => gauge.set(counts().streams));
  metrics.gauge('cached_sessions', 'Sessions kept in memory by this process', (gauge) => gauge.set(counts().cachedSessions));
  metrics.gauge('password_hashes_waiting', 'Sign-ins waiting for their turn to be hashed', (gauge) => gauge.set(counts().hashesWaiting));
  metrics.gauge('server_processes', 'Processes of this server', (gauge) => gauge.set(1));
  metrics.gauge('event_loop_utilization', 'Share of the time the event loop was busy since the last scrape', createLoopGauge());

  async function pingDatabase(): Promise<Health['checks'][string]> {
    const start = performance.now();
    try {
      await ping(db);
      return { ok: true, detail: 'PostgreSQL answers.', milliseconds: Math.round((performance.now() - start) * 10) / 10 };
    } catch {
      return { ok: false, detail: 'PostgreSQL cannot be reached or does not answer. Check that it runs and that DATABASE_URL is right.' };
    }
  }

  function checkDatabase(): Promise<Health['checks'][string]> {
    if (!lastPing || performance.now() - lastPing.at > BELIEVED_MS) lastPing = { at: performance.now(), answer: pingDatabase() };
    return lastPing.answer;
  }

  return {
    /** From now on this server wants no more requests. */
    beginStopping(): void {
      stopping = true;
    },
    stopping: () => stopping,
    async health(): Promise<Health> {
      const database = await checkDatabase();
      const news = live.connected()
        ? { ok: true, detail: 'News between servers arrive.' }
        : { ok: false, detail: 'The connection for news between servers is being made again; until then nothing is cached.' };
      const checks = { database, news };
      const status = stopping ? 'stopping' : database.ok && news.ok ? 'ok' : 'unavailable';
      return { status, checks, version, uptimeSeconds: Math.round(process.uptime()) };
    },
    metrics: collect,
  };
}

function createLoopGauge() {
  let before = performance.eventLoopUtilization();
  return (gauge: { set(value: number): void }) => {
    const now = performance.eventLoopUtilization();
    gauge.set(performance.eventLoopUtilization(now, before).utilization);
    before = now;
  };
}

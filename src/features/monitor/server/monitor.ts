/** Monitor: health (for load balancers), metrics (for Prometheus), and what all servers measured (for operators). */

import type { AuditLog } from '#features/audit-log/server/audit-log.ts';
import type { Health } from '#features/monitor/contract.ts';
import type { MonitorReply } from '#features/monitor/monitor-contract.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Heartbeat } from '#kernel/database/heartbeat.ts';
import type { Database } from '#kernel/database/pool.ts';
import type { Writability } from '#kernel/database/writability.ts';
import type { EventBus } from '#kernel/event-bus.ts';
import type { Log } from '#kernel/log.ts';
import type { Metrics } from '#kernel/metrics.ts';
import { createSharedReads } from '#kernel/shared-reads.ts';
import { createChecks } from './checks.ts';
import { createDatabaseFigures, type DatabaseFigures, registerDatabaseFigures } from './database-figures.ts';
import { createLoadReports } from './load-reports.ts';
import { readMonitor } from './samples/monitor-reply.ts';
import { deleteOld } from './samples/queries.ts';
import { createSampler } from './samples/sampler.ts';
import { createScrapes } from './scrapes.ts';

export type Monitor = ReturnType<typeof createMonitor>;

interface Options {
  db: Database;
  heartbeat: Heartbeat;
  eventBus: EventBus;
  clock: Clock;
  writability: Writability;
  metrics: Metrics;
  log: Log;
  version: string;
  /** Name of this server on the monitor page. */
  serverName: string;
  /** Text of all processes' metrics, if there are several. */
  collectFromAll: (() => Promise<string>) | undefined;
  auditLog: AuditLog;
}

export function createMonitor(options: Options) {
  const { db, heartbeat, eventBus, clock, writability, metrics, log, version, serverName, collectFromAll, auditLog } = options;
  let stopping = false;

  const check = createChecks({ db, heartbeat, eventBus, clock, writability });
  const figures = createDatabaseFigures(db);
  const share = createSharedReads();
  const collect = collectFromAll ?? (() => metrics.registry.metrics());
  const sampler = createSampler({ db, log, server: serverName, version, collect });
  // One process of each server measures what all of them share, and writes what all of them measured.
  const isFirst = metrics.process === '1';
  if (isFirst) registerShared(options, figures);

  return {
    loadReports: createLoadReports({ db, auditLog }),
    scrapes: createScrapes({ db, eventBus }),

    start: () => isFirst && sampler.start(),
    close: sampler.close,
    /** Measures and writes samples now, for tests. */
    takeSamples: () => sampler.take([1, 10]),
    cleanUp: () => deleteOld(db),
    /** What all servers measured. */
    read: (range: MonitorReply['range']): Promise<MonitorReply> => share(range, () => readMonitor({ db, clock, figures }, range)),

    /** From now on this server reports that it is stopping. */
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
    /** Falls back to this process's metrics if the aggregating process does not answer. */
    metrics: async (): Promise<string> => (await collectFromAll?.().catch(() => undefined)) ?? metrics.registry.metrics(),
  };
}

function registerShared({ metrics, version }: Options, figures: DatabaseFigures): void {
  registerDatabaseFigures(metrics, figures);
  metrics.gauge('server_info', 'Version of this server', (gauge) => gauge.set({ version }, 1), {
    labelNames: ['version'],
    aggregator: 'first',
  });
}

/** Monitor: health (for load balancers) and metrics (for Prometheus). */

import type { AuditLog } from '#features/audit-log/server/audit-log.ts';
import type { Health } from '#features/monitor/contract.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Heartbeat } from '#kernel/database/heartbeat.ts';
import type { Database } from '#kernel/database/pool.ts';
import type { Writability } from '#kernel/database/writability.ts';
import type { EventBus } from '#kernel/event-bus.ts';
import type { Metrics } from '#kernel/metrics.ts';
import { createChecks } from './checks.ts';
import { createLoadReports } from './load-reports.ts';
import { createScrapes } from './scrapes.ts';

export type Monitor = ReturnType<typeof createMonitor>;

interface Options {
  db: Database;
  heartbeat: Heartbeat;
  eventBus: EventBus;
  clock: Clock;
  writability: Writability;
  metrics: Metrics;
  version: string;
  /** Text of all processes' metrics, if there are several. */
  collectFromAll: (() => Promise<string>) | undefined;
  auditLog: AuditLog;
}

export function createMonitor({ db, heartbeat, eventBus, clock, writability, metrics, version, collectFromAll, auditLog }: Options) {
  let stopping = false;

  const check = createChecks({ db, heartbeat, eventBus, clock, writability });

  return {
    loadReports: createLoadReports({ db, auditLog }),
    scrapes: createScrapes({ db, eventBus }),

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

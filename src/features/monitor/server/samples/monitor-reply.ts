import type { MonitoredServer, MonitorReply } from '#features/monitor/monitor-contract.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Database } from '#kernel/database/pool.ts';
import type { DatabaseFigures } from '../database-figures.ts';
import { type Period, type ServerRow, selectSamples, selectServers } from './queries.ts';
import { buildSeries, slowestRoutes, slowestStatements } from './series.ts';

const ranges = { hour: { minutes: 1, buckets: 60 }, day: { minutes: 10, buckets: 144 } } as const satisfies Record<
  MonitorReply['range'],
  { minutes: Period; buckets: number }
>;
const MOST_TABLES = 20;
/** Each process that serves measures its event loop; 0 is the one that starts the others. */
const SERVING = /^loopBusy\.[1-9]/;

interface Sources {
  db: Database;
  clock: Clock;
  figures: DatabaseFigures;
}

export async function readMonitor({ db, clock, figures }: Sources, range: MonitorReply['range']): Promise<MonitorReply> {
  const { minutes, buckets } = ranges[range];
  const step = minutes * 60;
  // Without the current step, which servers still measure.
  const to = Math.floor(clock.now() / 1000 / step);
  const from = to - buckets;
  const [rows, servers, { tables }] = await Promise.all([selectSamples(db, { minutes, from, to }), selectServers(db), figures.read()]);
  const samples = rows.map(({ sample }) => sample);
  return {
    range,
    step,
    times: Array.from({ length: buckets }, (_, i) => new Date((from + i) * step * 1000).toISOString()),
    series: buildSeries(rows, from, buckets),
    routes: slowestRoutes(samples),
    servers: servers.map(describeServer),
    statements: slowestStatements(samples),
    tables: tables.slice(0, MOST_TABLES),
  };
}

const describeServer = ({ name, version, started_at, last_seen_at, reports, sample }: ServerRow): MonitoredServer => ({
  name,
  version,
  processes: Math.max(1, Object.keys(sample.gauges ?? {}).filter((name) => SERVING.test(name)).length),
  startedAt: started_at,
  lastSeenAt: last_seen_at,
  reports,
});

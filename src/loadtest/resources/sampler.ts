/** Samples the resource usage of the servers and their database. Values that cannot be observed from here are null. */
import { getMetrics } from '#features/monitor/contract.ts';
import type { Resources } from '#features/monitor/load-report.ts';
import { createCall } from '#wire/call.ts';
import { type MetricsText, readMetricsText, sum } from './metrics-text.ts';
import { processorTimeOf } from './process-time.ts';

interface SamplerOptions {
  origins: readonly string[];
  /** METRICS_TOKEN of the servers. */
  token: string | undefined;
  /** Process id of their PostgreSQL, if it runs on this machine. */
  postmaster: number | undefined;
}

/** Figures from the servers beyond those that a report stores for each sample. */
export interface ServerFigures {
  processes: number | null;
  cachedSessions: number | null;
}
interface Seen extends Omit<Resources, 'generatorCpu'>, ServerFigures {}

export type Sampler = ReturnType<typeof createSampler>;

const TIMEOUT_MS = 3000;

export function createSampler({ origins, token, postmaster }: SamplerOptions) {
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const calls = origins.map((origin) => createCall(origin, fetch));
  const serverCores = createRate();
  const databaseCores = createRate();
  const loopSeconds = createRate();

  async function scrape(): Promise<MetricsText[] | undefined> {
    const scrapes = calls.map(async (call) => {
      const { body } = await call(getMetrics, {}, { headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
      return readMetricsText(body);
    });
    return Promise.all(scrapes).catch(() => undefined);
  }

  return {
    async sample(): Promise<Seen> {
      const texts = await scrape();
      const total = (series: string) => (texts ? sum(texts.map((text) => text.value(series))) : null);
      const first = (series: string) => texts?.[0]?.value(series) ?? null;
      const processes = total('server_processes');
      const busy = loopSeconds(total('event_loop_active_seconds_total'));
      const delays = texts?.map((text) => text.value('nodejs_eventloop_lag_p99_seconds')) ?? [];
      const delay = delays.length > 0 && sum(delays) !== null ? Math.max(...delays.map(Number)) * 1000 : null;
      return {
        serverCpu: serverCores(total('process_cpu_seconds_total')),
        databaseCpu: databaseCores(postmaster === undefined ? null : processorTimeOf(postmaster)),
        eventLoop: busy === null || !processes ? null : Math.min(1, busy / processes),
        eventLoopDelay: delay,
        memory: total('process_resident_memory_bytes'),
        poolUsed: total('database_connections{state="used"}'),
        poolMax: total('database_connections{state="max"}'),
        poolWaiting: total('database_connections{state="waiting"}'),
        streams: total('event_streams'),
        activeSessions: first('active_sessions'),
        processes,
        cachedSessions: total('cached_sessions'),
      };
    },
  };
}

/** @returns a function that takes increasing seconds of CPU time, and returns the cores in use since its last call */
function createRate(): (seconds: number | null) => number | null {
  let before: { at: number; seconds: number } | undefined;
  return (seconds) => {
    const at = performance.now();
    const last = before;
    before = seconds === null ? undefined : { at, seconds };
    // A replaced process takes its CPU time with it.
    if (seconds === null || !last || seconds < last.seconds) return null;
    return (seconds - last.seconds) / ((at - last.at) / 1000);
  };
}

/** The registry of metrics: Prometheus counters, gauges and histograms. Features register their own on it. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { lostLogLines } from './log.ts';

export type Metrics = ReturnType<typeof createMetrics>;

/** Gauges of the library whose names end as only a counter's may; others tell the same by type. */
const misnamed = ['nodejs_active_resources_total', 'nodejs_active_handles_total', 'nodejs_active_requests_total'];

/**
 * @param process number of this process among those of its server, for metrics that would mean nothing added up; 0 for the one that
 * starts the others
 */
export function createMetrics(process: number) {
  const registry = new Registry();
  const registers = [registry];
  // The library resets its own measures of the event loop at each scrape; they are replaced below.
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 1000 });
  for (const name of misnamed) registry.removeSingleMetric(name);
  aggregateBy(registry, 'process_start_time_seconds', 'min');

  const metrics = {
    registry,
    process: String(process),
    counter: <L extends string = never>(name: string, help: string, labelNames: readonly L[] = []) =>
      new Counter<L>({ name, help, labelNames, registers }),
    /** A counter that somebody else counts. @param read the total since the start, at each scrape */
    counterOf: (name: string, help: string, read: () => number) =>
      new Counter({
        name,
        help,
        registers,
        collect() {
          this.reset();
          this.inc(read());
        },
      }),
    /**
     * @param collect called at each scrape; sets the gauge
     * @param aggregator what one value is made of the processes' values: their sum, or the first where all have the same
     */
    gauge: <L extends string = never>(
      name: string,
      help: string,
      collect: (gauge: Gauge<L>) => void | Promise<void>,
      { labelNames = [], aggregator = 'sum' }: { labelNames?: readonly L[]; aggregator?: 'sum' | 'first' | 'min' | 'max' } = {},
    ) =>
      new Gauge<L>({
        aggregator,
        name,
        help,
        labelNames,
        registers,
        collect() {
          return collect(this);
        },
      }),
    histogram: <L extends string = never>(name: string, help: string, labelNames: readonly L[], buckets: number[]) =>
      new Histogram<L>({ name, help, labelNames, buckets, registers }),
  };
  metrics.gauge('server_processes', 'Processes of this server', (gauge) => gauge.set(1));
  metrics.counterOf('log_lines_lost_total', 'Log lines dropped because they could not be written', lostLogLines);
  return metrics;
}

/** The library decides this for its own metrics, and leaves some out where there are several processes. */
function aggregateBy(registry: Registry, name: string, aggregator: 'min'): void {
  Object.assign(registry.getSingleMetric(name) ?? {}, { aggregator });
}

/** The metrics registry: Prometheus counters, gauges and histograms. Features register their own on it. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { lostLogLines } from './log.ts';
import { createSharedMetrics } from './shared-metrics.ts';

export type Metrics = ReturnType<typeof createMetrics>;

/** Gauges of the library with names reserved for counters; others report the same by type. */
const misnamed = ['nodejs_active_resources_total', 'nodejs_active_handles_total', 'nodejs_active_requests_total'];

/**
 * @param process number of this process among those of its server, for metrics that make no sense as a sum; 0 for the one that starts the
 * others
 */
export function createMetrics(process: number) {
  const registry = new Registry();
  const registers = [registry];
  // The library resets its own event loop metrics at each scrape; they are replaced below.
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 1000 });
  for (const name of misnamed) registry.removeSingleMetric(name);
  aggregateBy(registry, 'process_start_time_seconds', 'min');

  const metrics = {
    registry,
    process: String(process),
    counter: <L extends string = never>(name: string, help: string, labelNames: readonly L[] = []) =>
      new Counter<L>({ name, help, labelNames, registers }),
    /** A counter whose total is kept elsewhere. @param read the total since startup, at each scrape */
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
    /** A counter by one label, whose totals are kept elsewhere. @param read the totals since startup by value of the label, at each scrape */
    counterBy: (name: string, help: string, label: string, read: () => Iterable<readonly [string, number]>) =>
      new Counter({
        name,
        help,
        labelNames: [label],
        registers,
        collect() {
          this.reset();
          for (const [value, total] of read()) this.inc({ [label]: value }, total);
        },
      }),
    /**
     * @param collect called at each scrape; sets the gauge
     * @param aggregator how the processes' values combine into one: their sum, or the first if all are the same
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
  return { ...metrics, ...createSharedMetrics(metrics) };
}

/** The library sets this for its own metrics, and omits some if there are several processes. */
function aggregateBy(registry: Registry, name: string, aggregator: 'min'): void {
  Object.assign(registry.getSingleMetric(name) ?? {}, { aggregator });
}

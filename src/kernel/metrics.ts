/** The registry of metrics: Prometheus counters, gauges and histograms. Rooms register their own on it. */
import cluster from 'node:cluster';
import { AggregatorRegistry, Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export type Metrics = ReturnType<typeof createMetrics>;

export function createMetrics() {
  const registry = new Registry();
  if (cluster.isWorker) {
    // Lets the first process ask this one for its metrics, to add them up.
    new AggregatorRegistry();
    AggregatorRegistry.setRegistries(registry);
  }
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    counter: <L extends string = never>(name: string, help: string, labelNames: readonly L[] = []) =>
      new Counter<L>({ name, help, labelNames, registers }),
    /**
     * @param collect called at each scrape; sets the gauge
     * @param shared the same for all processes, so that they are not added up
     */
    gauge: <L extends string = never>(
      name: string,
      help: string,
      collect: (gauge: Gauge<L>) => void | Promise<void>,
      { labelNames = [], shared = false }: { labelNames?: readonly L[]; shared?: boolean } = {},
    ) =>
      new Gauge<L>({
        aggregator: shared ? 'first' : 'sum',
        name,
        help,
        labelNames,
        registers,
        collect() {
          return collect(this);
        },
      }),
    histogram: <L extends string>(name: string, help: string, labelNames: readonly L[], buckets: number[]) =>
      new Histogram<L>({ name, help, labelNames, buckets, registers }),
  };
}

/**
 * Utilization of the event loop. Measured over fixed intervals rather than since the last scrape, so several scrapers do not reset each
 * other's values.
 */
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { Metrics } from './metrics.ts';

const STRETCH_MS = 5000;

type DelayHistogram = ReturnType<typeof monitorEventLoopDelay>;

const delays = {
  min: ['The least', ({ min }) => min],
  max: ['The greatest', ({ max }) => max],
  mean: ['The mean', ({ mean }) => mean],
  stddev: ['The standard deviation of the', ({ stddev }) => stddev],
  p50: ['The median', (histogram) => histogram.percentile(50)],
  p90: ['The 90th percentile of the', (histogram) => histogram.percentile(90)],
  p99: ['The 99th percentile of the', (histogram) => histogram.percentile(99)],
} satisfies Record<string, [help: string, (histogram: DelayHistogram) => number]>;
type Delay = keyof typeof delays;

/** The delay metrics use prom-client's names. */
export function registerEventLoop({ registry, process, gauge, counterOf }: Pick<Metrics, 'registry' | 'process' | 'gauge' | 'counterOf'>) {
  const histogram = monitorEventLoopDelay({ resolution: 10 });
  histogram.enable();
  let begun = performance.eventLoopUtilization();
  let last = measure();

  function measure() {
    const utilization = performance.eventLoopUtilization(begun).utilization;
    const seconds = Object.fromEntries(
      Object.entries(delays).map(([name, [, read]]) => [name, histogram.count > 0 ? read(histogram) / 1e9 : 0]),
    );
    return { utilization, seconds: seconds as Record<Delay, number> };
  }

  const timer = setInterval(() => {
    last = measure();
    begun = performance.eventLoopUtilization();
    histogram.reset();
  }, STRETCH_MS);
  timer.unref();

  gauge(
    'event_loop_utilization',
    'Share of the last five seconds in which the event loop of a process was busy',
    (utilization) => utilization.set({ process }, last.utilization),
    { labelNames: ['process'] },
  );
  counterOf(
    'event_loop_active_seconds_total',
    'Seconds in which event loops were busy',
    () => performance.eventLoopUtilization().active / 1000,
  );
  for (const [name, [which]] of Object.entries(delays)) {
    const metric = `nodejs_eventloop_lag_${name}_seconds`;
    registry.removeSingleMetric(metric);
    gauge(
      metric,
      `${which} delay of the event loop in the last five seconds; of the process where it is greatest`,
      (delay) => delay.set(last.seconds[name as Delay]),
      { aggregator: 'max' },
    );
  }
}

/**
 * Aggregates the metrics of all processes of a server. A process that does not answer in time delays nobody: its last reported counts still
 * apply, and `server_process_up` names it. Counts of a process remain after it ends, so no counter ever falls.
 */
import { AggregatorRegistry } from 'prom-client';
import type { Metrics } from '#kernel/metrics.ts';
import type { MetricValues, ToServerProcess } from './messages.ts';

const ANSWER_WAIT_MS = 2500;

interface ProcessSlot {
  number: number;
  child?: unknown;
}

interface Options<P extends ProcessSlot> {
  /** Of the measuring process. */
  metrics: Metrics;
  slots: readonly P[];
  send: (slot: P, message: ToServerProcess) => void;
}

export function createMetricsAggregator<P extends ProcessSlot>({ metrics, slots, send }: Options<P>) {
  const answered = new Set<number>();
  metrics.gauge(
    'server_process_up',
    'Whether a server process reported its metrics: 1, or 0 if it hangs or is being replaced',
    (gauge) => {
      for (const { number } of slots) gauge.set({ process: String(number) }, answered.has(number) ? 1 : 0);
    },
    { labelNames: ['process'] },
  );
  /** Counts of the process in each slot, as of its last answer. */
  const counted = new Map<number, MetricValues>();
  let ofEnded: MetricValues = [];
  let question = 0;
  let answers = new Map<number, MetricValues>();
  let noteAnswer: (() => void) | undefined;
  let collecting: Promise<string> | undefined;

  async function collect(): Promise<string> {
    question++;
    answers = new Map();
    const asked = slots.filter(({ child }) => child);
    for (const slot of asked) send(slot, { type: 'measure', question });
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ANSWER_WAIT_MS);
      noteAnswer = () => {
        if (answers.size < asked.length) return;
        clearTimeout(timer);
        resolve();
      };
      noteAnswer();
    });
    answered.clear();
    for (const number of answers.keys()) answered.add(number);
    const silent = [...counted].flatMap(([number, values]) => (answers.has(number) ? [] : [values]));
    for (const [number, values] of answers) counted.set(number, values.filter(isCounted));
    const own = (await metrics.registry.getMetricsAsJSON()) as MetricValues;
    return AggregatorRegistry.aggregate([...answers.values(), ...silent, ofEnded, own]).metrics();
  }

  return {
    /** One scrape answers all concurrent requests. */
    collect(): Promise<string> {
      collecting ??= collect().finally(() => {
        collecting = undefined;
      });
      return collecting;
    },
    receive({ number }: P, to: number, values: MetricValues): void {
      if (to !== question) return;
      answers.set(number, values);
      noteAnswer?.();
    },
    async noteEnd({ number }: P): Promise<void> {
      const values = counted.get(number);
      counted.delete(number);
      if (values) ofEnded = (await AggregatorRegistry.aggregate([ofEnded, values]).getMetricsAsJSON()) as MetricValues;
    },
  };
}

const isCounted = ({ type }: MetricValues[number]): boolean => String(type) === 'counter' || String(type) === 'histogram';

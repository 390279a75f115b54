/** Messages between the first process and the server processes it starts. */
import type { MetricObjectWithValues, MetricValue } from 'prom-client';

/** One process's metrics, before aggregation. */
export type MetricValues = MetricObjectWithValues<MetricValue<string>>[];

export type ToServerProcess =
  | { type: 'ping' }
  /** Sent with a socket, which the first process also keeps until it is `taken`; without one if the client has already gone. */
  | { type: 'connection' }
  /** The port is about to close: hold requests until there are no more connections. */
  | { type: 'hold' }
  | { type: 'no-more-connections' }
  | { type: 'reload' }
  | { type: 'measure'; question: number }
  | { type: 'metrics'; text: string };

export type ToFirstProcess =
  /** Sent first, as soon as its event loop runs. */
  | { type: 'alive' }
  | { type: 'ready' }
  | { type: 'taken' }
  | { type: 'wants-no-more-connections' }
  | { type: 'holds' }
  | { type: 'measured'; question: number; values: MetricValues }
  | { type: 'wants-metrics' };

/** Environment variable with a server process's number, from 1. */
export const PROCESS_NUMBER = 'GUILDHALL_PROCESS';

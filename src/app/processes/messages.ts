/** What the first process and the server processes that it starts say to each other. */
import type { MetricObjectWithValues, MetricValue } from 'prom-client';

/** One process's metrics, before they are added up. */
export type MetricValues = MetricObjectWithValues<MetricValue<string>>[];

export type ToServerProcess =
  | { type: 'ping' }
  /** Comes with a socket, which the first process keeps too until it is `taken`; without one where the client has gone already. */
  | { type: 'connection' }
  /** The port is about to be closed: requests wait until there are no more connections. */
  | { type: 'hold' }
  | { type: 'no-more-connections' }
  | { type: 'reload' }
  | { type: 'measure'; question: number }
  | { type: 'metrics'; text: string };

export type ToFirstProcess =
  /** The first thing it says, as soon as its event loop runs. */
  | { type: 'alive' }
  | { type: 'ready' }
  | { type: 'taken' }
  | { type: 'wants-no-more-connections' }
  | { type: 'holds' }
  | { type: 'measured'; question: number; values: MetricValues }
  | { type: 'wants-metrics' };

/** Variable that tells a server process its number among them, from 1. */
export const PROCESS_NUMBER = 'GUILDHALL_PROCESS';

/** Admission with its metrics, and a line in the log while requests are refused. */
import type { Log } from '#kernel/log.ts';
import type { Metrics } from '#kernel/metrics.ts';
import { createAdmission, type RefusalReason, refusalReasons } from './admission.ts';
import { createArrivals } from './arrivals.ts';
import { seatClasses } from './seat-classes.ts';

/** Bounds of buckets, in seconds. */
const WAIT_SECONDS = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 10];
/** The class of what was refused before it began. */
const ARRIVAL = 'arrival';
/** Refusals come by the thousand. */
const LOG_EVERY_MS = 5000;

interface Options {
  connections: number;
  log: Log;
  metrics: Metrics;
}

export function createMeasuredAdmission({ connections, log, metrics }: Options) {
  const wait = metrics.histogram('request_wait_seconds', 'Time that requests had to wait for a seat, by class', ['class'], WAIT_SECONDS);
  const refused = metrics.counter('requests_refused_total', 'Requests refused because all seats were taken, by class and reason', [
    'class',
    'reason',
  ]);
  for (const kind of [...seatClasses, ARRIVAL]) for (const reason of refusalReasons) refused.inc({ class: kind, reason }, 0);
  let unlogged = 0;
  let loggedAt = Number.NEGATIVE_INFINITY;

  function noteRefused(kind: string, reason: RefusalReason): void {
    refused.inc({ class: kind, reason });
    unlogged++;
    if (performance.now() - loggedAt < LOG_EVERY_MS) return;
    log.warn({ count: unlogged, class: kind, reason }, 'too many requests at once: some are refused for now');
    unlogged = 0;
    loggedAt = performance.now();
  }
  const noteWait = (kind: string, milliseconds: number) => wait.observe({ class: kind }, milliseconds / 1000);
  const admission = createAdmission({ connections, noteWait, noteRefused });
  const arrivals = createArrivals({ isFull: admission.isFull, noteRefused: (reason) => noteRefused(ARRIVAL, reason) });
  const gauge = (name: string, help: string, of: 'taken' | 'waiting') =>
    metrics.gauge(
      name,
      help,
      (gauged) => {
        for (const each of admission.stats()) gauged.set({ class: each.name }, each[of]);
      },
      { labelNames: ['class'] },
    );
  gauge('request_seats', 'Requests in work, by class', 'taken');
  gauge('requests_waiting', 'Requests that wait for a seat, by class', 'waiting');
  metrics.gauge('requests_arrived', 'Requests that have arrived and not begun', (gauged) => gauged.set(arrivals.waiting()));
  return { admission, arrivals };
}

/** What operators see of all servers together: `GET /api/monitor`. */
import * as z from 'zod';
import { endpointsOf, instant } from '#wire/contract.ts';

/** A value for each of `times`; null where nothing was measured. */
const values = z.array(z.number().nullable());
const byName = z.record(z.string(), values);

const series = z.object({
  /** Of responses, in ms: quantiles of the requests of all servers. */
  p50: values,
  p95: values,
  p99: values,
  /** Per second. */
  requests: values,
  /** Share of requests that failed (5xx): 0.01 is one percent. */
  errors: values,
  /** Wait for a database connection, in ms. */
  poolWaitP95: values,
  /** Connections of all processes: the most in use at once, and how many there may be. */
  poolUsed: values,
  poolMax: values,
  /** Bytes of all processes. */
  memory: values,
  heap: values,
  /** Delay of the event loop that was delayed most, p99 in ms. */
  loopDelay: values,
  /** Share of the time that the busiest process was busy. */
  loopBusy: values,
  /** Processor cores in use. */
  cpu: values,
  sessions: values,
  streams: values,
  /** Runs that servers are working on. */
  working: values,
  /**
   * Runs that ended, by outcome; requests over a limit, by limiter; requests refused because all seats were taken, by class; due times, by
   * status; model calls, by outcome: per minute.
   */
  runs: byName,
  refused: byName,
  busy: byName,
  dueTimes: byName,
  modelCalls: byName,
  /** US dollars per hour. */
  modelCost: values,
  /** Items that wait, and seconds that the oldest has been waiting, by queue. */
  queues: byName,
  oldest: byName,
  /** Share of reads answered from memory, by cache. */
  cacheHits: byName,
  /** Per minute. */
  signInsFailed: values,
  /** Processes that were replaced because they ended or hung, notifications given up, and failed attempts of recurring jobs. */
  restarts: values,
  notificationsGivenUp: values,
  jobsFailed: values,
  /** Seconds that a standby is behind, of the one that is furthest behind. */
  lag: values,
  databaseBytes: values,
});
export type MonitorSeries = z.infer<typeof series>;

const routeFigures = z.object({
  method: z.string(),
  route: z.string(),
  requests: z.number(),
  errors: z.number(),
  /** In ms. */
  p50: z.number().nullable(),
  p95: z.number().nullable(),
  p99: z.number().nullable(),
});
export type RouteFigures = z.infer<typeof routeFigures>;

const monitoredServer = z.object({
  name: z.string(),
  version: z.string(),
  processes: z.number(),
  startedAt: instant,
  lastSeenAt: instant,
  /** It wrote what it measured within the last two and a half minutes. */
  reports: z.boolean(),
});
export type MonitoredServer = z.infer<typeof monitoredServer>;

const slowStatement = z.object({
  name: z.string(),
  calls: z.number(),
  meanMs: z.number(),
  totalMs: z.number(),
  /** Of the time of all listed statements. */
  share: z.number(),
});
export type SlowStatement = z.infer<typeof slowStatement>;

const tableSize = z.object({
  name: z.string(),
  /** With indexes and TOAST. */
  bytes: z.number(),
  rows: z.number(),
  deadRows: z.number(),
  lastVacuumAt: instant.nullable(),
});
export type TableSize = z.infer<typeof tableSize>;

const monitorReply = z
  .object({
    range: z.enum(['hour', 'day']),
    /** Seconds from one time to the next. */
    step: z.number(),
    /** The beginning of each step; the current one is left out. */
    times: z.array(instant),
    series,
    /** The slowest 20, by p95. */
    routes: z.array(routeFigures),
    servers: z.array(monitoredServer),
    statements: z.array(slowStatement),
    tables: z.array(tableSize),
  })
  .meta({ id: 'Monitor' });
export type MonitorReply = z.infer<typeof monitorReply>;

export const getMonitor = endpointsOf('Monitoring')({
  name: 'getMonitor',
  method: 'GET',
  path: '/api/monitor',
  summary: 'Get what all servers measured in the last hour (by minute) or day (by ten minutes), for operators.',
  query: z.object({ range: z.enum(['hour', 'day']).default('hour') }),
  replies: { 200: monitorReply },
});

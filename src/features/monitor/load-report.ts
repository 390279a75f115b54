/**
 * A load report: what one run of a load test found. Written by the load tests, kept in the database, shown on the load-report
 * page and in the self-contained page beside its JSON. Times are milliseconds and sizes bytes, unless a name says otherwise.
 */
import * as z from 'zod';

const count = z.int().nonnegative();
const milliseconds = z.number().nonnegative();
/** Seconds since the load began. */
const at = z.number();

export const loadTest = z.enum(['load', 'stress', 'session']);
export type LoadTest = z.infer<typeof loadTest>;

const latency = z.object({ p50: milliseconds, p95: milliseconds, p99: milliseconds, max: milliseconds });

/** One kind of request, named after its contract. */
const stepFigures = latency.extend({
  name: z.string(),
  /** A later part of the request before it, no request of its own. */
  lap: z.literal(true).optional(),
  /** Takes as long as the model talks: reported, but no matter of the latency target. */
  paced: z.literal(true).optional(),
  count,
  errors: count,
});

const failure = z.object({ step: z.string(), code: z.string(), count, example: z.string() });
/** One promise and whether it was kept; `text` says so in words, with the figures. */
const target = z.object({ met: z.boolean(), text: z.string() });

const machine = z.object({
  cores: count,
  processor: z.string(),
  memoryGiB: z.number(),
  node: z.string(),
  system: z.string(),
});

/** What the generator saw in one interval. Latencies are null where nothing was answered. */
const moment = z.object({
  at,
  users: count,
  requestsPerSecond: z.number(),
  errorsPerSecond: z.number(),
  p50: milliseconds.nullable(),
  p95: milliseconds.nullable(),
  p99: milliseconds.nullable(),
});

/** What the server, its database and the generator used in one interval. Null: could not be seen from here. */
const sample = z.object({
  at,
  /** Cores in use. */
  serverCpu: z.number().nullable(),
  databaseCpu: z.number().nullable(),
  generatorCpu: z.number().nullable(),
  /** Share of the time the event loops were busy, 0 to 1, mean of the processes. */
  eventLoop: z.number().nullable(),
  /** p99 of how late the event loop was. */
  eventLoopDelay: milliseconds.nullable(),
  /** Resident memory of all server processes. */
  memory: z.number().nullable(),
  poolUsed: count.nullable(),
  poolMax: count.nullable(),
  /** Requests waiting for a connection. */
  poolWaiting: count.nullable(),
  streams: count.nullable(),
  activeSessions: count.nullable(),
});

/** One number of users, held for a while. */
const stage = z.object({
  users: count,
  direction: z.enum(['up', 'down']),
  /** Seconds since the load began, from when on it was measured. */
  from: at,
  seconds: z.number(),
  requestsPerSecond: z.number(),
  errorRate: z.number(),
  /** The worst of the steps that have a latency target. */
  p95: milliseconds,
  /** p99 of how late the generator was. */
  lateness: milliseconds,
  met: z.boolean(),
  /** What was missed, in words. */
  missed: z.array(z.string()),
  /** Means over the stage. */
  resources: sample.omit({ at: true }),
});

/** The Universal Scalability Law: throughput(n) = lambda n / (1 + sigma (n - 1) + kappa n (n - 1)). Gunther, 1993. */
const scalability = z.object({
  /** Requests per second of a single user. */
  lambda: z.number(),
  /** Share that is serial (contention). */
  sigma: z.number(),
  /** Cost of agreement between users (coherency). */
  kappa: z.number(),
  /** Coefficient of determination. */
  r2: z.number(),
  /** Users at which throughput is greatest; null without a maximum. */
  peakUsers: z.number().nullable(),
});

const resource = z.enum([
  'server CPU',
  'database CPU',
  'generator CPU',
  'connection pool',
  'event loop',
  'memory',
  'limiter',
  'nothing seen',
]);

const stress = z.object({
  stages: z.array(stage),
  /** The most users at which every target was met, going up and again coming down. */
  holds: count,
  /** The fewest users at which a target was missed; null when none was. */
  breaks: count.nullable(),
  fit: scalability.nullable(),
  /** What gave out first, and the figures that say so. */
  limit: z.object({ resource, evidence: z.string() }),
});

/** One thing that a session test tries. */
const phase = z.object({
  name: z.string(),
  /** What was done and what came of it, in a sentence. */
  summary: z.string(),
  met: z.boolean(),
  /** Was left out, and why stands in the summary. */
  skipped: z.literal(true).optional(),
  figures: z.array(z.object({ name: z.string(), value: z.number(), unit: z.string() })),
});

export const loadReport = z
  .object({
    format: z.literal(1),
    id: z.uuid(),
    test: loadTest,
    startedAt: z.iso.datetime(),
    /** Of Guildhall, as the tested server tells. */
    version: z.string(),
    /** Seconds the whole load lasted. */
    seconds: z.number(),
    /** `closed`: so many users, each waiting for its answers; `open`: so many journeys begin each second, whatever the answers. */
    model: z.enum(['closed', 'open']),
    /** At most, at the same time. */
    users: count,
    /** Journeys a second, in the open model. */
    arrivalsPerSecond: z.number().nullable(),
    /** Mean time between an answer and the next step. */
    think: milliseconds,
    /** Generator processes. */
    generators: count,
    /** Origin of the server, and how it runs, in words. */
    target: z.object({ origin: z.string(), about: z.string() }),
    machine,
    passed: z.boolean(),
    /** The outcome in one sentence a person understands: does it hold, and what would give out first. */
    headline: z.string(),
    targets: z.array(target),
    steps: z.array(stepFigures),
    total: latency.extend({ requests: count, errors: count }),
    failures: z.array(failure),
    /** How much later than due the generator sent requests. */
    lateness: latency,
    /** What else a reader should know. */
    notes: z.array(z.string()),
    moments: z.array(moment),
    samples: z.array(sample),
    /** Of a stress test only. */
    stress: stress.optional(),
    /** Of a session test only. */
    phases: z.array(phase).optional(),
  })
  .meta({ id: 'LoadReport' });
export type LoadReport = z.infer<typeof loadReport>;
export type Moment = LoadReport['moments'][number];
export type Sample = LoadReport['samples'][number];
export type Resources = Omit<Sample, 'at'>;

/** What a list of reports shows of each. */
export const loadReportSummary = loadReport
  .pick({ id: true, test: true, startedAt: true, version: true, users: true, seconds: true, passed: true, headline: true, machine: true })
  .extend({
    requestsPerSecond: z.number(),
    errorRate: z.number(),
    /** The worst of the steps that have a latency target. */
    p95: milliseconds,
    /** Users a stress test found to hold. */
    holds: count.nullable(),
  })
  .meta({ id: 'LoadReportSummary' });
export type LoadReportSummary = z.infer<typeof loadReportSummary>;

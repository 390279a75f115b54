/**
 * A load report: the results of one load test run. Written by the load tests, stored in the database, shown on the load report page and in
 * the self-contained page next to its JSON. Times are milliseconds and sizes bytes, unless a name says otherwise.
 */
import * as z from 'zod';

const count = z.int().nonnegative();
const milliseconds = z.number().nonnegative();
/** Seconds since the start of the load. */
const at = z.number();

export const loadTest = z.enum(['load', 'stress', 'session']);
export type LoadTest = z.infer<typeof loadTest>;

const latency = z.object({ p50: milliseconds, p95: milliseconds, p99: milliseconds, max: milliseconds });

/** One kind of request, named after its contract. */
const stepFigures = latency.extend({
  name: z.string(),
  /** A later part of the preceding request, not a separate request. */
  lap: z.literal(true).optional(),
  /** Takes as long as the model streams: reported, but excluded from the latency target. */
  paced: z.literal(true).optional(),
  count,
  errors: count,
});

const failure = z.object({ step: z.string(), code: z.string(), count, example: z.string() });
/** One target and whether it was met; `text` says so in a sentence, with the figures. */
const target = z.object({ met: z.boolean(), text: z.string() });

const machine = z.object({
  cores: count,
  processor: z.string(),
  memoryGiB: z.number(),
  node: z.string(),
  system: z.string(),
});

/** What the generator measured in one interval. Latencies are null if there were no responses. */
const moment = z.object({
  at,
  users: count,
  requestsPerSecond: z.number(),
  errorsPerSecond: z.number(),
  p50: milliseconds.nullable(),
  p95: milliseconds.nullable(),
  p99: milliseconds.nullable(),
});

/** What the server, its database and the generator used in one interval. Null: not visible from here. */
const sample = z.object({
  at,
  /** Cores in use. */
  serverCpu: z.number().nullable(),
  databaseCpu: z.number().nullable(),
  generatorCpu: z.number().nullable(),
  /** Share of the time the event loops were busy, 0 to 1, mean of the processes. */
  eventLoop: z.number().nullable(),
  /** p99 of the event loop delay. */
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

/** One number of users, constant for a while. */
const stage = z.object({
  users: count,
  direction: z.enum(['up', 'down']),
  /** Seconds from the start of the load to the start of the measurement. */
  from: at,
  seconds: z.number(),
  requestsPerSecond: z.number(),
  errorRate: z.number(),
  /** The worst p95 among the steps that have a latency target. */
  p95: milliseconds,
  /** p99 of the generator's lateness. */
  lateness: milliseconds,
  met: z.boolean(),
  /** The missed targets, as sentences. */
  missed: z.array(z.string()),
  /** Means over the stage. */
  resources: sample.omit({ at: true }),
});

/** The Universal Scalability Law: throughput(n) = lambda n / (1 + sigma (n - 1) + kappa n (n - 1)). Gunther, 1993. */
const scalability = z.object({
  /** Requests per second of a single user. */
  lambda: z.number(),
  /** The serial share (contention). */
  sigma: z.number(),
  /** Cost of coordination between users (coherency). */
  kappa: z.number(),
  /** Coefficient of determination. */
  r2: z.number(),
  /** Users at which throughput peaks; null without a maximum. */
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
  /** The most users at which every target was met, on the way up and again on the way down. */
  holds: count,
  /** The fewest users at which a target was missed; null if none was. */
  breaks: count.nullable(),
  fit: scalability.nullable(),
  /** What ran out first, and the figures that show it. */
  limit: z.object({ resource, evidence: z.string() }),
});

/** One part of a session test. */
const phase = z.object({
  name: z.string(),
  /** What was done and the outcome, in a sentence. */
  summary: z.string(),
  met: z.boolean(),
  /** Skipped; the summary says why. */
  skipped: z.literal(true).optional(),
  figures: z.array(z.object({ name: z.string(), value: z.number(), unit: z.string() })),
});

export const loadReport = z
  .object({
    format: z.literal(1),
    id: z.uuid(),
    test: loadTest,
    startedAt: z.iso.datetime(),
    /** Guildhall's version, as reported by the tested server. */
    version: z.string(),
    /** Duration of the whole load, in seconds. */
    seconds: z.number(),
    /**
     * `closed`: a fixed number of users, each waiting for responses; `open`: a fixed number of journeys start each second, regardless of
     * responses.
     */
    model: z.enum(['closed', 'open']),
    /** Maximum number of simultaneous users. */
    users: count,
    /** Journeys per second, in the open model. */
    arrivalsPerSecond: z.number().nullable(),
    /** Mean time between a response and the next step. */
    think: milliseconds,
    /** Generator processes. */
    generators: count,
    /** Origin of the server, and a description of how it runs. */
    target: z.object({ origin: z.string(), about: z.string() }),
    machine,
    passed: z.boolean(),
    /** The outcome in one plain sentence: whether it holds, and what would run out first. */
    headline: z.string(),
    targets: z.array(target),
    steps: z.array(stepFigures),
    total: latency.extend({ requests: count, errors: count }),
    failures: z.array(failure),
    /** How late the generator sent requests. */
    lateness: latency,
    /** Anything else a reader should know. */
    notes: z.array(z.string()),
    moments: z.array(moment),
    samples: z.array(sample),
    /** Only for a stress test. */
    stress: stress.optional(),
    /** Only for a session test. */
    phases: z.array(phase).optional(),
  })
  .meta({ id: 'LoadReport' });
export type LoadReport = z.infer<typeof loadReport>;
export type Moment = LoadReport['moments'][number];
export type Sample = LoadReport['samples'][number];
export type Resources = Omit<Sample, 'at'>;

/** What a list of reports shows for each. */
export const loadReportSummary = loadReport
  .pick({ id: true, test: true, startedAt: true, version: true, users: true, seconds: true, passed: true, headline: true, machine: true })
  .extend({
    requestsPerSecond: z.number(),
    errorRate: z.number(),
    /** The worst p95 among the steps that have a latency target. */
    p95: milliseconds,
    /** Users a stress test found the server can hold. */
    holds: count.nullable(),
  })
  .meta({ id: 'LoadReportSummary' });
export type LoadReportSummary = z.infer<typeof loadReportSummary>;

/** Settings of the load tests, from the environment. */
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import * as z from 'zod';

const whole = (max: number) =>
  z.coerce
    .number('a whole number')
    .int('a whole number')
    .min(1, 'at least 1')
    .max(max, `at most ${max.toLocaleString('en')}`);
const postgres = z.string().regex(/^postgres(ql)?:\/\//, 'an address such as postgresql://user:password@host:5432/database');
const positive = (max: number) =>
  z.coerce
    .number('a number')
    .positive('more than 0')
    .max(max, `at most ${max.toLocaleString('en')}`);

const MAX_USERS = 20_000;

const environment = z.object({
  /** In a stress test, the users of the first stage. */
  USERS: whole(MAX_USERS).default(50),
  /** Seconds during which steps begin; steps in progress are waited for. */
  DURATION: whole(86_400).default(60),
  /** Visits per second: the open model. */
  ARRIVALS: positive(10_000).optional(),
  /** Seconds that a person thinks between steps, on average. */
  THINK: positive(3600).default(3),
  GENERATORS: whole(64).optional(),
  /** Servers of its own that a test starts. */
  SERVERS: whole(16).optional(),
  /** How full the scratch database is: the scale of a large installation, or 0 for an empty one. */
  FILLED: z.coerce.number('a number').min(0, 'at least 0').max(10, 'at most 10').default(0),
  /** Seconds that a stage of a stress test is measured. */
  STAGE: whole(3600).default(15),
  MAX_USERS: whole(MAX_USERS).default(5000),
  TARGET_USERS: whole(MAX_USERS).optional(),
  /** Expired sessions that are deleted while users work. */
  SESSION_ROWS: whole(100_000_000).default(1_000_000),
  /** Minutes of work in a soak test. */
  SOAK_MINUTES: positive(10_080).default(10),
  TARGET_URL: z
    .string()
    .transform((urls) => urls.split(',').map((url) => url.trim()))
    .pipe(
      z.array(z.url({ protocol: /^https?$/, error: 'an address such as https://guildhall.example.com, or several with commas between' })),
    )
    .transform((urls) => urls.map((url) => new URL(url).origin))
    .optional(),
  TARGET_DATABASE_URL: postgres.optional(),
  METRICS_TOKEN: z.string().optional(),
  DATABASE_URL: postgres.optional(),
  DATA_DIR: z
    .string()
    .default('./data')
    .transform((path) => resolve(path)),
});

export type Settings = ReturnType<typeof complete>;

/** With more, one generator process would be the bottleneck. */
const USERS_OF_A_GENERATOR = 500;

/** @throws Error that lists all problems at once */
export function readSettings(variables: Record<string, string | undefined>): Settings {
  const nonEmpty = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== undefined && value.trim() !== ''));
  const parsed = environment.safeParse(nonEmpty);
  if (!parsed.success)
    throw new Error(parsed.error.issues.map(({ path, message }) => `${path[0]?.toString()} must be ${message}.`).join('\n'));
  return complete(parsed.data);
}

function complete(env: z.infer<typeof environment>) {
  return {
    users: env.USERS,
    seconds: env.DURATION,
    arrivals: env.ARRIVALS,
    think: env.THINK * 1000,
    /** @param users the maximum number */
    generatorsFor: (users: number): number => env.GENERATORS ?? (users <= USERS_OF_A_GENERATOR ? 1 : Math.min(2, availableParallelism())),
    stage: env.STAGE,
    maxUsers: Math.max(env.MAX_USERS, env.USERS),
    targetUsers: env.TARGET_USERS,
    sessionRows: env.SESSION_ROWS,
    soakSeconds: env.SOAK_MINUTES * 60,
    /** Origins of running servers; without them, the test starts its own. */
    targetUrls: env.TARGET_URL,
    servers: env.SERVERS,
    filled: env.FILLED,
    targetDatabaseUrl: env.TARGET_DATABASE_URL,
    metricsToken: env.METRICS_TOKEN,
    /** The installation's own database. */
    databaseUrl: env.DATABASE_URL,
    dataDir: env.DATA_DIR,
  };
}

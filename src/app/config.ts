/** The environment, read once: every variable with its default, its rule and a sentence for `.env.example`. */
import { availableParallelism, hostname } from 'node:os';
import { resolve } from 'node:path';
import * as z from 'zod';
import type { LimiterName, Rate } from '#features/limits/server/limits.ts';
import { providerVariables, readProviders } from '#features/models/provider-variables.ts';
import { backupVariables, readBackupSettings } from './backup-settings.ts';
import {
  ConfigError,
  type ConfigProblem,
  missingForMail,
  missingForOthers,
  missingForS3,
  missingInProduction,
  problemOf,
} from './config-problems.ts';
import { hostList, postgres, postgresList, rate, text, whole } from './config-values.ts';
import { ephemeralSecrets, splitSecrets } from './secrets.ts';
import { readTracing, tracingVariables } from './tracing-settings.ts';

const MAX_TOKENS = 1e12;

/** `.env.example` uses this order and these descriptions. */
export const environment = z.object({
  NODE_ENV: z
    .enum(['development', 'test', 'production'], 'development, test or production')
    .default('development')
    .describe('production requires DATABASE_URL and SESSION_SECRET, and applies the guide’s limits.'),
  PORT: whole(0, 65_535).default(5000).describe('Port to listen on.'),
  HOST: text.optional().describe('Address to listen on. Default: 127.0.0.1 in development, all addresses in production.'),
  DATABASE_URL: postgres.optional().describe('PostgreSQL 15 or newer. If unset, development starts its own in DATA_DIR.'),
  DATABASE_DIRECT_URL: postgres
    .optional()
    .describe(
      'PostgreSQL itself, where DATABASE_URL is that of a pooler in transaction mode, such as PgBouncer: for notifications between servers, locks, migrations, backups and commands.',
    ),
  DATABASE_STATEMENTS: z
    .enum(['named', 'unnamed'], 'named or unnamed')
    .optional()
    .describe(
      'named: each connection prepares a statement once; unnamed: PostgreSQL plans each anew, as poolers in transaction mode need that do not know prepared statements. Default: unnamed with DATABASE_DIRECT_URL, otherwise named.',
    ),
  DATABASE_REPLICA_URLS: postgresList
    .optional()
    .describe('Streaming replicas of DATABASE_URL, separated by commas: for reads of the past, search and exports.'),
  DATABASE_REPLICA_MAX_LAG: whole(1, 60)
    .default(10)
    .describe('Seconds that a replica may be behind; one that is further behind is not read from.'),
  SESSION_SECRET: text
    .optional()
    .describe(
      'At least 64 random characters: openssl rand -base64 48. To rotate, list several separated by commas: the first signs, all are accepted. If unset, development generates one and keeps it in DATA_DIR.',
    ),
  ENCRYPTION_KEY: text
    .optional()
    .describe(
      'Encrypts the provider and tool server keys entered on screen, and webhook secrets. At least 64 random characters: openssl rand -base64 48. To rotate, list several separated by commas: the first encrypts, all decrypt; npm run reseal completes the rotation. If unset, development generates one and keeps it in DATA_DIR.',
    ),
  SESSION_TTL_DAYS: whole(1, 365).default(7).describe('Days until an unused session expires.'),
  BCRYPT_SALT_ROUNDS: whole(4, 15).default(10).describe('Cost of hashing a password. Each step doubles the work.'),
  DATA_DIR: text
    .default('./data')
    .transform((path) => resolve(path))
    .describe('Directory of the embedded PostgreSQL and of the secrets generated in development.'),
  WEB_CONCURRENCY: whole(1, 256).optional().describe('Number of server processes. Default: 1 in development, one per core in production.'),
  PG_POOL_MAX: whole(2, 500).default(20).describe('Database connections per process.'),
  TRUST_PROXY: whole(0, 10)
    .optional()
    .describe(
      'Number of proxies in front whose X-Forwarded-For is trusted, whatever address connects. Default: 0 with TLS_CERT, otherwise one proxy that connects from a loopback or private address.',
    ),
  MAX_FILE_MB: whole(1, 64).default(10).describe('Largest file that can be saved.'),
  MAX_IMPORT_MB: whole(1, 100_000).default(500).describe('Largest zip that can be imported. It is spooled to disk.'),
  BODY_MEMORY_MB: whole(4, 65_536)
    .optional()
    .describe(
      'Memory per process for request bodies; requests beyond it get 503. At least four times MAX_FILE_MB. Default: 64, or that minimum if it is larger.',
    ),
  SIGNUP: z
    .enum(['open', 'invite'], 'open or invite')
    .optional()
    .describe(
      'open: anyone can sign up; invite: the first user can, and everybody with an invitation. Default: invite in production, otherwise open.',
    ),
  RATE_LIMIT_API: rate
    .default({ max: 100, windowMs: 15 * 60_000 })
    .describe('Requests per address. A signed-in person gets ten times as many.'),
  RATE_LIMIT_AUTH: rate
    .default({ max: 5, windowMs: 15 * 60_000 })
    .describe(
      'Sign-ins to an account per address or per browser known for that account, and sign-ups per address; also requests with a password or a one-time link.',
    ),
  RATE_LIMIT_AGENT: rate.default({ max: 10, windowMs: 60_000 }).describe('Messages to agents per person.'),
  RATE_LIMIT_AUTONOMY: rate
    .default({ max: 5, windowMs: 60_000 })
    .describe('Autonomous and scheduled runs per person, and their changes to policies, schedules and triggers.'),
  RATE_LIMIT_DEVMODE: rate.default({ max: 20, windowMs: 60_000 }).describe('File changes per person.'),
  RATE_LIMIT_WEBHOOK: rate.default({ max: 60, windowMs: 60_000 }).describe('Signed messages per trigger.'),
  RATE_LIMIT_MULTIPLIER: z.coerce
    .number('a number')
    .positive('more than 0')
    .optional()
    .describe('Multiplies every rate limit. Default: 10 in development, otherwise 1.'),
  MAX_STREAMS_PER_PERSON: whole(1, 100_000).default(200).describe('Live connections (event streams) per person and process.'),
  MAX_RUNS_PER_PERSON: whole(1, 100_000).default(100).describe('Unfinished runs per person: queued, running or waiting.'),
  MAX_PROJECTS: whole(1, 1_000_000).default(10_000).describe('Projects per organization.'),
  MAX_STORAGE_GB: z.coerce
    .number('a number')
    .positive('more than 0')
    .default(100)
    .describe('Storage per organization: files with their history, changes requested by agents, long tool results.'),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: 'an address such as https://guildhall.example.com' })
    .refine((url) => !URL.canParse(url) || new URL(url).pathname === '/', 'without a path, such as https://guildhall.example.com')
    .transform((url) => new URL(url).origin)
    .optional()
    .describe(
      'Where people reach this Guildhall, for links in emails and webhooks. Requests for any other host name are rejected. With https, cookies are bound to this host. Default in development: http://localhost and the port.',
    ),
  SMTP_URL: z
    .url({ protocol: /^smtps?$/, error: 'an address such as smtp://name:password@mail.example.com:587' })
    .optional()
    .describe('Server that sends email; smtps:// for TLS from the start. Requires MAIL_FROM and, in production, PUBLIC_URL.'),
  MAIL_FROM: text
    .regex(/^[^\r\n]*[^\s@<]@[^\s@>]+>?$/, 'an address such as guildhall@example.com or Guildhall <guildhall@example.com>')
    .optional()
    .describe('Sender of emails, such as Guildhall <guildhall@example.com>.'),
  ...backupVariables,
  SERVER_NAME: text
    .max(100, 'at most 100 characters')
    .optional()
    .describe('Name of this server on the monitor page. Default: its host name and port.'),
  METRICS_TOKEN: text.optional().describe('Bearer token for /metrics; required there in production.'),
  ...tracingVariables,
  TLS_CERT: text.optional().describe('Path of a certificate (PEM). With TLS_KEY, the server itself serves HTTPS.'),
  TLS_KEY: text.optional().describe('Path of the certificate’s private key.'),
  HTTP_PORT: whole(1, 65_535)
    .optional()
    .describe('With TLS_CERT: a second port, on which plain HTTP is redirected to https. Default: none.'),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'], 'trace, debug, info, warn, error or silent')
    .optional()
    .describe('Default: info in production, otherwise warn.'),
  // Untyped here: each provider kind parses its own variables.
  ...(providerVariables as object),
  MODEL_DAILY_TOKENS_PER_ORGANIZATION: whole(1, MAX_TOKENS)
    .optional()
    .describe(
      'Tokens an organization may use per day (UTC) on models whose key comes from the environment. Default: 2,000,000 with SIGNUP=open, otherwise unlimited.',
    ),
  MODEL_DAILY_TOKENS: whole(1, MAX_TOKENS)
    .optional()
    .describe('The same for all organizations together. Default: 10,000,000 with SIGNUP=open, otherwise unlimited.'),
  TOOL_SERVER_PRIVATE_HOSTS: hostList
    .optional()
    .describe(
      'Hosts in your own network where an operator may connect tool servers: names, *.names, addresses and networks, separated by commas. Default: any host except cloud metadata addresses.',
    ),
  MODEL_FIRST_TOKEN_SECONDS: whole(1, 3600).default(120).describe('How long a model may take to start its response.'),
  MODEL_TOKEN_GAP_SECONDS: whole(1, 3600).default(60).describe('How long a model may pause within a response.'),
  MODEL_STEP_SECONDS: whole(1, 86_400).default(900).describe('How long a model may take for one response.'),
});

export type Config = ReturnType<typeof complete>;

const MEGABYTE = 1024 * 1024;
/** One person may use half of the memory for bodies, and a compressed file occupies it twice. */
const FILES_IN_BODY_MEMORY = 4;

/** @throws ConfigError that lists every missing or invalid variable at once */
export function readConfig(variables: Record<string, string | undefined>): Config {
  const { config, problems } = surveyConfig(variables);
  if (problems.length > 0) throw new ConfigError(problems.map(({ message }) => message));
  return config;
}

/** Also with problems, for the doctor: the configuration is then that of the remaining variables. */
export function surveyConfig(variables: Record<string, string | undefined>): { config: Config; problems: ConfigProblem[] } {
  // An empty variable counts as unset.
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== undefined && value.trim() !== ''));
  const parsed = environment.safeParse(given);
  const problems = parsed.success ? [] : parsed.error.issues.map(problemOf);
  const invalid = new Set(problems.map(({ variable }) => variable));
  const data = parsed.success
    ? parsed.data
    : environment.parse(Object.fromEntries(Object.entries(given).filter(([name]) => !invalid.has(name))));
  if (given['NODE_ENV'] === 'production') problems.push(...missingInProduction(given));
  if ((given['TLS_CERT'] === undefined) !== (given['TLS_KEY'] === undefined))
    problems.push({ variable: 'TLS_CERT', message: 'TLS_CERT and TLS_KEY must be set both or neither' });
  if (given['HTTP_PORT'] !== undefined && given['TLS_CERT'] === undefined)
    problems.push({
      variable: 'HTTP_PORT',
      message: 'HTTP_PORT must be unset without TLS_CERT: behind a proxy, the proxy redirects to https',
    });
  if (parsed.success && (data.BODY_MEMORY_MB ?? Infinity) < FILES_IN_BODY_MEMORY * data.MAX_FILE_MB)
    problems.push({ variable: 'BODY_MEMORY_MB', message: `BODY_MEMORY_MB must be at least ${FILES_IN_BODY_MEMORY} times MAX_FILE_MB` });
  problems.push(...missingForOthers(given));
  if (given['BACKUP_TO']?.startsWith('s3:')) problems.push(...missingForS3(given));
  if (given['SMTP_URL'] !== undefined) problems.push(...missingForMail(given));
  return { config: complete(data), problems };
}

/** Describes, for the startup log, whose X-Forwarded-For is trusted. */
function describeTrust({ TRUST_PROXY: hops, TLS_CERT }: z.infer<typeof environment>): string {
  const nobody = 'X-Forwarded-For is not believed: clients are told apart by the address that they connect from';
  if (hops === 0) return `${nobody} (TRUST_PROXY is 0)`;
  if (hops !== undefined)
    return `X-Forwarded-For is believed for ${hops === 1 ? 'one proxy' : `${hops} proxies`} in front, whoever connects (TRUST_PROXY)`;
  if (TLS_CERT) return `${nobody} (TLS_CERT is set, and TRUST_PROXY is not)`;
  return 'X-Forwarded-For is believed for one proxy that connects from a loopback or private address; set TRUST_PROXY where there are more, or none';
}

function complete(env: z.infer<typeof environment>) {
  const production = env.NODE_ENV === 'production';
  const signup = env.SIGNUP ?? (production ? ('invite' as const) : ('open' as const));
  const rates: Record<LimiterName, Rate> = {
    api: env.RATE_LIMIT_API,
    auth: env.RATE_LIMIT_AUTH,
    agent: env.RATE_LIMIT_AGENT,
    autonomy: env.RATE_LIMIT_AUTONOMY,
    devmode: env.RATE_LIMIT_DEVMODE,
    webhook: env.RATE_LIMIT_WEBHOOK,
  };
  return {
    production,
    checkReplies: env.NODE_ENV === 'test',
    port: env.PORT,
    host: env.HOST ?? (production ? undefined : '127.0.0.1'),
    /** As shown to people. */
    hostName: env.HOST ?? 'localhost',
    databaseUrl: env.DATABASE_URL,
    /** Set if databaseUrl is that of a pooler in transaction mode. */
    directUrl: env.DATABASE_DIRECT_URL,
    namedStatements: (env.DATABASE_STATEMENTS ?? (env.DATABASE_DIRECT_URL ? 'unnamed' : 'named')) === 'named',
    replicas: { urls: env.DATABASE_REPLICA_URLS ?? [], maxLag: env.DATABASE_REPLICA_MAX_LAG },
    dataDir: env.DATA_DIR,
    processes: env.WEB_CONCURRENCY ?? (production ? availableParallelism() : 1),
    poolMax: env.PG_POOL_MAX,
    sessionSecrets: splitSecrets(env.SESSION_SECRET ?? ephemeralSecrets.session),
    /** Without a key in production, secrets cannot be entered on screen. */
    encryptionKeys: splitSecrets(env.ENCRYPTION_KEY ?? (production ? undefined : ephemeralSecrets.encryption)),
    sessionTtlDays: env.SESSION_TTL_DAYS,
    /** Whether all browsers are known to use HTTPS. */
    hostOnlyCookies: env.TLS_CERT !== undefined || env.PUBLIC_URL?.startsWith('https:') === true,
    bcryptRounds: env.BCRYPT_SALT_ROUNDS,
    /** Undefined: one proxy, if it is near. With TLS here, browsers connect directly, so no proxy is trusted. */
    trustProxy: env.TRUST_PROXY ?? (env.TLS_CERT ? 0 : undefined),
    trustProxySentence: describeTrust(env),
    bodies: {
      maxFileBytes: env.MAX_FILE_MB * MEGABYTE,
      maxSpooledBytes: env.MAX_IMPORT_MB * MEGABYTE,
      maxBytesInFlight: (env.BODY_MEMORY_MB ?? Math.max(64, FILES_IN_BODY_MEMORY * env.MAX_FILE_MB)) * MEGABYTE,
    },
    signup,
    keyBudgets: {
      organization: env.MODEL_DAILY_TOKENS_PER_ORGANIZATION ?? (signup === 'open' ? 2_000_000 : undefined),
      installation: env.MODEL_DAILY_TOKENS ?? (signup === 'open' ? 10_000_000 : undefined),
    },
    rates,
    rateMultiplier: env.RATE_LIMIT_MULTIPLIER ?? (env.NODE_ENV === 'development' ? 10 : 1),
    caps: {
      streams: env.MAX_STREAMS_PER_PERSON,
      runs: env.MAX_RUNS_PER_PERSON,
      projects: env.MAX_PROJECTS,
      storedBytes: env.MAX_STORAGE_GB * 1e9,
    },
    /** In production, unknown unless configured. */
    publicUrl: env.PUBLIC_URL ?? (production ? undefined : `${env.TLS_CERT ? 'https' : 'http'}://localhost:${env.PORT}`),
    mail: env.SMTP_URL && env.MAIL_FROM ? { smtpUrl: env.SMTP_URL, from: env.MAIL_FROM } : undefined,
    backups: readBackupSettings(env),
    serverName: env.SERVER_NAME ?? `${hostname()}:${env.PORT}`,
    metricsToken: env.METRICS_TOKEN,
    tracing: readTracing(env),
    tls: env.TLS_CERT && env.TLS_KEY ? { cert: env.TLS_CERT, key: env.TLS_KEY } : undefined,
    /** Redirected to https. */
    httpPort: env.HTTP_PORT,
    logLevel: env.LOG_LEVEL ?? (production ? 'info' : 'warn'),
    providers: readProviders(env),
    /** Where tool servers in the installation's private network may be; undefined: anywhere. */
    privateHosts: env.TOOL_SERVER_PRIVATE_HOSTS,
    modelTimeouts: {
      firstTokenMs: env.MODEL_FIRST_TOKEN_SECONDS * 1000,
      tokenGapMs: env.MODEL_TOKEN_GAP_SECONDS * 1000,
      stepMs: env.MODEL_STEP_SECONDS * 1000,
    },
  };
}

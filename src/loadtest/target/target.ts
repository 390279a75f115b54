/** The target of a load test: running servers, or its own on a scratch database. */
import { getHealth } from '#features/monitor/contract.ts';
import { createCall, ProblemError } from '#wire/call.ts';
import type { Settings } from '../settings.ts';
import { describeRows, fill } from './filled-database.ts';
import type { Installation } from './installation.ts';
import { startOwnServers } from './own-server.ts';
import { createScratchDatabase, findPostmasterOf } from './scratch-database.ts';

export interface Target {
  /** One per server. */
  origins: string[];
  /** A description of their setup. */
  about: string;
  /** Of Guildhall, as the server reports it. */
  version: string;
  metricsToken: string | undefined;
  /** Of the servers' database, if it may be accessed. */
  databaseUrl: string | undefined;
  /** Process id of their PostgreSQL, if it runs on this machine. */
  postmaster: number | undefined;
  /** @returns notes for readers of the report, in sentences */
  notes(): string[];
  stop(): Promise<void>;
}

interface Wanted {
  servers: number;
  /** The maximum number of users. */
  users: number;
  logBase: string;
  signal: AbortSignal;
  /** Instead of this checkout. */
  release?: Release | undefined;
  /** Further environment variables of own servers. */
  env?: Record<string, string>;
}

/** Another version of Guildhall, in a folder of its own. */
export interface Release {
  /** What to start. */
  program: string;
  migrate(url: string): Promise<unknown>;
}

/** Sign-ups from one address are limited to 5 per quarter of an hour; this is enough for thousands. */
const MIN_LIMIT_MULTIPLIER = 1000;

/** @throws Error with a message for people if something does not start or is missing */
export async function openTarget(settings: Settings, installation: Installation | undefined, wanted: Wanted): Promise<Target> {
  if (settings.targetUrls) return openRunning(settings, settings.targetUrls);
  if (!installation) throw new Error('A server of its own needs an installation to lend it a database');
  await using cleanUp = new AsyncDisposableStack();
  const database = await createScratchDatabase(installation.url);
  cleanUp.defer(() => database.drop());
  if (settings.filled > 0) await fill(database.url, settings.filled, wanted.release?.migrate);
  wanted.signal.throwIfAborted();
  const servers = await startOwnServers({
    count: wanted.servers,
    databaseUrl: database.url,
    limitMultiplier: Math.max(MIN_LIMIT_MULTIPLIER, wanted.users),
    logBase: wanted.logBase,
    signal: wanted.signal,
    ...(wanted.release && { program: wanted.release.program }),
    ...(wanted.env && { env: wanted.env }),
  });
  cleanUp.defer(() => servers.stop());
  const version = await readVersion(servers.origins[0] ?? '');
  const resources = cleanUp.move();
  return {
    ...servers,
    about: `${servers.about}; ${installation.about}${database.postmaster === undefined ? '' : ' on the same machine'}; ${await describeRows(database.url)}`,
    version,
    databaseUrl: database.url,
    postmaster: database.postmaster,
    stop: () => resources.disposeAsync(),
  };
}

async function openRunning({ targetDatabaseUrl, metricsToken }: Settings, origins: string[]): Promise<Target> {
  const version = await readVersion(origins[0] ?? '');
  const databaseName = targetDatabaseUrl === undefined ? '' : new URL(targetDatabaseUrl).pathname.slice(1);
  const postmaster = targetDatabaseUrl === undefined ? undefined : await findPostmasterOf(targetDatabaseUrl, databaseName);
  return {
    origins,
    about: 'A server that was running already (TARGET_URL); its accounts load-…@example.com stay there',
    version,
    metricsToken,
    databaseUrl: targetDatabaseUrl,
    postmaster,
    notes: () => [],
    stop: async () => undefined,
  };
}

async function readVersion(origin: string): Promise<string> {
  const { body } = await createCall(origin, fetch)(getHealth, {}).catch((cause: unknown) => {
    const detail = cause instanceof ProblemError ? cause.message : String(cause);
    throw new Error(`There is no Guildhall at ${origin}: ${detail}`, { cause });
  });
  return body.version ?? 'unknown';
}

/** Servers for one run, configured like an installation: production mode, several processes, their own database. */
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { availableParallelism } from 'node:os';
import { type ServerProcess, startServerProcess } from './server-process.ts';

/** Environment variables passed to the server: no key, address or replica of a real installation may reach it. */
const passedOn = [
  'PATH',
  'HOME',
  'TMPDIR',
  'NODE_OPTIONS',
  'WEB_CONCURRENCY',
  'PG_POOL_MAX',
  'BCRYPT_SALT_ROUNDS',
  'RATE_LIMIT_MULTIPLIER',
];

interface OwnServers {
  origins: string[];
  /** A description of their setup. */
  about: string;
  metricsToken: string;
  /** @returns their problems so far, in sentences */
  notes(): string[];
  stop(): Promise<void>;
}

interface StartOptions {
  /** Number of servers. */
  count: number;
  databaseUrl: string;
  /** Multiplies every limit, unless RATE_LIMIT_MULTIPLIER is set; limits are never switched off. */
  limitMultiplier: number;
  /** Path, without extension, of the files for their warnings and errors. */
  logBase: string;
  signal: AbortSignal;
  /** Further environment variables. */
  env?: Record<string, string>;
  /** By default, this checkout's. */
  program?: string;
}

/** @throws Error with a message for people if one does not start; all others are stopped then */
export async function startOwnServers(options: StartOptions): Promise<OwnServers> {
  const { count, databaseUrl, limitMultiplier, logBase, signal, program } = options;
  await using cleanUp = new AsyncDisposableStack();
  const metricsToken = randomBytes(24).toString('hex');
  const env = {
    RATE_LIMIT_MULTIPLIER: String(limitMultiplier),
    WEB_CONCURRENCY: String(Math.max(1, Math.floor(availableParallelism() / count))),
    ...inheritedEnvironment(),
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    DATABASE_URL: databaseUrl,
    SESSION_SECRET: randomBytes(48).toString('hex'),
    METRICS_TOKEN: metricsToken,
    SIGNUP: 'open',
    MODEL_SERVER_DETECT: 'false',
    LOG_LEVEL: 'warn',
    ...options.env,
  };
  const servers: ServerProcess[] = [];
  const origins: string[] = [];
  // Sequential: the first one runs the migrations.
  for (let number = 1; number <= count; number++) {
    const port = await findFreePort();
    const origin = `http://127.0.0.1:${port}`;
    const logFile = `${logBase}${count > 1 ? `-${number}` : ''}.log`;
    const server = await startServerProcess({ env: { ...env, PORT: String(port), PUBLIC_URL: origin }, origin, logFile, signal, program });
    cleanUp.defer(() => server.stop());
    servers.push(server);
    origins.push(origin);
  }
  const resources = cleanUp.move();
  const what = `${count === 1 ? 'A server' : `${count} servers`} of its own in production mode`;
  return {
    origins,
    about: `${what}: WEB_CONCURRENCY ${env.WEB_CONCURRENCY}, limits × ${env.RATE_LIMIT_MULTIPLIER}`,
    metricsToken,
    notes: () => servers.flatMap(({ notes }) => notes),
    stop: () => resources.disposeAsync(),
  };
}

function inheritedEnvironment(): Record<string, string> {
  return Object.fromEntries(passedOn.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}

async function findFreePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('The system gave no free port');
  return address.port;
}

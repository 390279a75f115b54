/** A server for one run, as a small installation has it: production mode, with an embedded PostgreSQL in a temporary folder. */
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbedded } from '#kernel/database/embedded.ts';
import { createLog } from '#kernel/log.ts';
import { startServerProcess } from './server-process.ts';

/** What of our environment the server gets: no key, address or replica of a real installation may reach it. */
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

export interface OwnServer {
  origin: string;
  /** How it runs, in words. */
  about: string;
  /** What went wrong with it so far, in sentences. */
  notes: string[];
  stop(): Promise<void>;
}

interface StartOptions {
  /** Every limit times this, unless RATE_LIMIT_MULTIPLIER says otherwise; limits are never switched off. */
  limitMultiplier: number;
  /** File that takes the server's warnings and errors. */
  logFile: string;
  signal: AbortSignal;
}

/** @throws Error in words for people when the database or the server does not start; nothing is left behind then */
export async function startOwnServer({ limitMultiplier, logFile, signal }: StartOptions): Promise<OwnServer> {
  await using cleanUp = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'guildhall-load-'));
  cleanUp.defer(() => rm(folder, { recursive: true, force: true }));
  // For root, PostgreSQL runs as another user, who has to pass through here.
  await chmod(folder, 0o755);
  const database = await startEmbedded({ dataDir: join(folder, 'data'), log: await createLog({ level: 'warn', readable: true }) });
  cleanUp.defer(() => database.stop());
  signal.throwIfAborted();

  const port = await findFreePort();
  const origin = `http://127.0.0.1:${port}`;
  const env = {
    RATE_LIMIT_MULTIPLIER: String(limitMultiplier),
    ...inheritedEnvironment(),
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    PORT: String(port),
    DATABASE_URL: database.url,
    SESSION_SECRET: randomBytes(48).toString('hex'),
    SIGNUP: 'open',
    MODEL_SERVER_DETECT: 'false',
    LOG_LEVEL: 'warn',
  };
  const server = await startServerProcess({ env, origin, logFile, signal });
  cleanUp.defer(() => server.stop());

  const resources = cleanUp.move();
  return { origin, about: describe(env), notes: server.notes, stop: () => resources.disposeAsync() };
}

function inheritedEnvironment(): Record<string, string> {
  return Object.fromEntries(passedOn.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}

function describe(env: Record<string, string>): string {
  const processes = env['WEB_CONCURRENCY'] ?? `not set, so one process a core (${availableParallelism()})`;
  return `Server with embedded PostgreSQL on the same machine; NODE_ENV=production, WEB_CONCURRENCY ${processes}, limits × ${env['RATE_LIMIT_MULTIPLIER']}`;
}

async function findFreePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('The system gave no free port');
  return address.port;
}

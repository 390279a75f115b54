/** Three servers on one PostgreSQL behind a proxy, as in production. */
import { createTestDatabase } from '../harness/database.ts';
import { freePort, openProcess, type ServerProcess } from '../harness/process.ts';
import type { ProxyKind, RunningProxy } from './proxy.ts';

const MANY = '1000000/1m';

export interface Fleet {
  databaseUrl: string;
  proxy: RunningProxy;
  servers: ServerProcess[];
  /** Of each server. */
  environments: Record<string, string>[];
  /** Starts one again after it has ended, on the same port. */
  restart(index: number, changed?: Restarted): Promise<void>;
  close(): Promise<void>;
}

interface FleetOptions {
  /** An empty or a migrated one, of the test's own. */
  databaseUrl?: string;
  /** Of every server, in place of those that are set here. */
  settings?: Record<string, string>;
  /** With limits and all else as a new installation has it. */
  asShipped?: boolean;
  /** Further variables, of each server. */
  env?: (server: number) => Record<string, string>;
  /** Of the checkout whose code they run; by default this one. */
  folder?: string | undefined;
}

interface Restarted {
  /** Of the checkout whose code it runs from now on. */
  folder?: string | undefined;
  /** Further variables, this time. */
  env?: Record<string, string>;
}

/** Limits are out of the way, except that of messages to agents, which is the guide's. */
const withoutLimits = {
  BCRYPT_SALT_ROUNDS: '4',
  WEB_CONCURRENCY: '1',
  SIGNUP: 'open',
  ...Object.fromEntries(['API', 'AUTH', 'AUTONOMY', 'DEVMODE'].map((name) => [`RATE_LIMIT_${name}`, MANY])),
};

export async function openFleet(
  kind: ProxyKind,
  { settings: given = {}, env: further, folder, asShipped = false, ...options }: FleetOptions = {},
): Promise<Fleet> {
  const databaseUrl = options.databaseUrl ?? (await createTestDatabase());
  const ports = [await freePort(), await freePort(), await freePort()];
  const tlsPort = await freePort();
  const settings = {
    HOST: '127.0.0.1',
    NODE_ENV: 'production',
    SESSION_SECRET: 'kQ7w-ZxR2mT9vB4nL6pY8sD1fG3hJ5aUcEiOqWtXzMbVnPrLkHgSdFjYuTeRwQa1',
    DATABASE_URL: databaseUrl,
    PUBLIC_URL: `https://localhost:${tlsPort}`,
    MODEL_SERVER_DETECT: 'false',
    ...(!asShipped && withoutLimits),
    ...given,
  };
  const environments = ports.map((port, server) => ({ ...settings, PORT: String(port), ...further?.(server) }));
  const servers: ServerProcess[] = [];
  for (const env of environments) servers.push(await openProcess({ env, ...(folder !== undefined && { folder }) }));
  const proxy = await kind.start(ports, tlsPort);
  return {
    databaseUrl,
    proxy,
    servers,
    environments,
    async restart(index, { folder, env = {} } = {}) {
      servers[index] = await openProcess({ env: { ...environments[index], ...env }, ...(folder !== undefined && { folder }) });
    },
    async close() {
      await proxy.stop();
      await Promise.all(servers.map((server) => server.stop()));
    },
  };
}

/** How many requests of a path each server has answered, from its log. */
export const answeredBy = (servers: readonly ServerProcess[], path: string): number[] =>
  servers.map(
    (server) =>
      server
        .output()
        .split('\n')
        .filter((line) => line.includes('"request"') && line.includes(path)).length,
  );

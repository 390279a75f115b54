/** The installation a case measures: its own database in an existing PostgreSQL, and servers on it, each in a separate process. */
import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { nodeFlags } from '#app/start-command.ts';
import { migrate } from '#kernel/database/migrate.ts';
import { createScratchDatabase } from '#loadtest/target/scratch-database.ts';

export type ServerName = 'guildhall' | 'guide' | 'express' | 'floor';

export interface Server {
  port: number;
  pid: number;
  /** Forces a garbage collection, so that memory can be compared. */
  collectGarbage(): Promise<void>;
}

export interface Installation extends AsyncDisposable {
  databaseUrl: string;
  /** Process id of PostgreSQL. */
  postmaster: number;
  /** Secret that signs session cookies. */
  secret: string;
  /** Environment of its servers. */
  env: Record<string, string>;
  /** Starts a server that runs until the case is over. */
  start(name: ServerName): Promise<Server>;
}

/** Opens an installation for a case. */
export type Open = () => Promise<Installation>;

/** @param url of the PostgreSQL in which to create the database */
export async function openInstallation(url: string): Promise<Installation> {
  await using cleanUp = new AsyncDisposableStack();
  const database = await createScratchDatabase(url);
  cleanUp.defer(() => database.drop());
  await migrate(database.url);
  const secret = randomBytes(48).toString('base64');
  const env = {
    NODE_ENV: 'production',
    DATABASE_URL: database.url,
    SESSION_SECRET: secret,
    PORT: '0',
    HOST: '127.0.0.1',
    TRUST_PROXY: '0',
    WEB_CONCURRENCY: '1',
    RATE_LIMIT_MULTIPLIER: '100000',
  };
  if (database.postmaster === undefined) throw new Error('PostgreSQL does not run on this machine: its processor time cannot be told.');
  const resources = cleanUp.move();

  async function start(name: ServerName): Promise<Server> {
    const program = new URL('./servers/server.ts', import.meta.url);
    // Logs leave the process, as on a production server, but are discarded here. BENCH_NODE_FLAGS: for example `--cpu-prof`.
    const child = fork(program, [name], {
      env: { ...process.env, ...env },
      // All with the same V8 settings.
      execArgv: [...nodeFlags, ...(process.env['BENCH_NODE_FLAGS']?.split(' ').filter(Boolean) ?? [])],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const ended = once(child, 'exit');
    resources.defer(async () => {
      if (child.connected) child.disconnect();
      await ended;
    });
    const [message] = await Promise.race([
      once(child, 'message') as Promise<[{ port: number }]>,
      ended.then(([code]) => Promise.reject(new Error(`The server ${name} ended with ${code} before it was ready.`))),
    ]);
    async function collectGarbage(): Promise<void> {
      const collected = once(child, 'message');
      child.send('collect garbage');
      await collected;
    }
    return { port: message.port, pid: child.pid ?? 0, collectGarbage };
  }

  return {
    databaseUrl: database.url,
    postmaster: database.postmaster,
    secret,
    env,
    start,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

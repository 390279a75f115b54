/** A server process: starts the server and shuts it down in order on request. */
import { availableParallelism } from 'node:os';
import type { EmbeddedDatabase } from '#kernel/database/embedded/embedded.ts';
import { flushLog, type Log } from '#kernel/log.ts';
import packageJson from '../../package.json' with { type: 'json' };
import type { Config } from './config.ts';
import type { FirstProcess } from './processes/first-process.ts';
import { exitSoon } from './processes/watchdogs.ts';
import { releaseMemory } from './release-memory.ts';
import { startServer } from './server.ts';
import { SHUTDOWN_LIMIT_MS, stopDatabase, withTimeout } from './shutdown.ts';
import { onSighup } from './sighup.ts';

interface Serving {
  config: Config;
  log: Log;
  databaseUrl: string;
  /** This process's number among those of its server, from 1. */
  processNumber: number;
  first?: FirstProcess | undefined;
  database?: EmbeddedDatabase | undefined;
  onReady?: (port: number) => void;
}

export async function serve({ config, log, databaseUrl, processNumber, first, database, onReady }: Serving): Promise<void> {
  const maxConcurrentHashes = Math.max(1, Math.floor(availableParallelism() / config.processes));
  const server = await startServer({
    config,
    databaseUrl,
    log,
    version: packageJson.version,
    maxConcurrentHashes,
    processNumber,
    first,
  });
  releaseMemory();
  let stopping = false;

  /** Runs once; a second Ctrl-C changes nothing, so the database always closes its files. */
  async function stop(): Promise<void> {
    if (stopping) return;
    stopping = true;
    const failure = await withTimeout(SHUTDOWN_LIMIT_MS, server.close()).catch((error: unknown) => ({ error }));
    if (failure) log.error({ err: failure.error }, 'the shutdown was not clean');
    await stopDatabase(log, database);
    log.info('stopped');
    await flushLog();
    exitSoon(failure ? 1 : 0);
  }

  function reload(): void {
    try {
      server.reloadTls();
      log.info('SIGHUP: certificates reloaded, if any');
    } catch (error) {
      log.error({ err: error }, 'SIGHUP: certificates could not be reloaded; the old ones stay in use');
    }
  }

  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop());
  if (!first) {
    onSighup({ stop: () => void stop(), reload });
    return onReady?.(server.port);
  }
  // The first process passes on what SIGHUP means.
  process.on('SIGHUP', () => undefined);
  first.onReload(reload);
  first.onGone(() => void stop());
  first.ready();
}

/** `npm start`: reads the environment, brings up the database, starts the server processes, and ends them in order. */
import cluster from 'node:cluster';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { type EmbeddedDatabase, startEmbedded } from '#kernel/database/embedded.ts';
import { explainDatabaseFailure } from '#kernel/database/explain-start.ts';
import { migrate } from '#kernel/database/migrate.ts';
import { requireSuitable } from '#kernel/database/requirements.ts';
import { createLog, flushLog, type Log } from '#kernel/log.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { buildClientIfOld } from './build-client.ts';
import { type Config, readConfig } from './config.ts';
import { collectMetricsOfAll, runProcesses } from './processes.ts';
import { keepSecrets } from './secrets.ts';
import { startServer } from './server.ts';

/** Beyond this, something hangs: better to end than to be killed without a word. */
const SHUTDOWN_LIMIT_MS = 9500;

const say = (line: string) => process.stdout.write(`${line}\n`);

async function main(): Promise<void> {
  if (existsSync('.env')) process.loadEnvFile();
  const config = await keepSecrets(readConfig(process.env));
  const log = await createLog({ level: config.logLevel, readable: !config.production });
  process.on('unhandledRejection', (error) => log.error({ err: error }, 'a promise was rejected and nobody took notice'));
  if (cluster.isWorker) return serve(config, log, process.env['DATABASE_URL'] ?? '');

  log.info(config.trustProxySentence);
  if (!config.publicUrl)
    log.warn('PUBLIC_URL is not set, so requests for any host name are answered: set it to refuse those of other sites');

  // `npm run dev` has Vite serve the client.
  const building = process.argv.includes('--without-client') ? Promise.resolve(false) : buildClientIfOld();
  // Awaited below, once the database is up; a failure before that must not end the process unexplained.
  building.catch(() => undefined);
  const embedded = config.databaseUrl === undefined ? await startEmbedded({ dataDir: config.dataDir, log }) : undefined;
  try {
    const databaseUrl = config.databaseUrl ?? embedded?.url ?? '';
    if (config.databaseUrl) await requireSuitable(config.databaseUrl);
    const applied = await migrate(databaseUrl);
    if (applied.length > 0) log.info({ applied }, 'migrations were applied');
    await building;
    if (config.processes > 1) await runProcesses({ count: config.processes, databaseUrl, log, onReady: announce, onEnd: end });
    else await serve(config, log, databaseUrl, embedded);
  } catch (error) {
    await embedded?.stop();
    throw error;
  }

  function announce(port: number): void {
    const scheme = config.tls ? 'https' : 'http';
    say(`Guildhall is ready at ${scheme}://${config.hostName}:${port}`);
    if (embedded) say(`Its data is in ${config.dataDir}. Ctrl-C stops it.`);
  }

  async function end(code: number): Promise<void> {
    await embedded?.stop();
    await flushLog(log);
    process.exit(code);
  }

  async function serve(config: Config, log: Log, databaseUrl: string, database?: EmbeddedDatabase): Promise<void> {
    const hashesAtOnce = Math.max(1, Math.floor(availableParallelism() / config.processes));
    const several = cluster.isWorker ? { collectMetrics: collectMetricsOfAll } : {};
    const server = await startServer({ config, databaseUrl, log, version: packageJson.version, hashesAtOnce, ...several });
    let stopping = false;

    /** Once; a second Ctrl-C changes nothing, so that the database always closes its files. */
    async function stop(): Promise<void> {
      if (stopping) return;
      stopping = true;
      const limit = setTimeout(() => {
        log.error('the shutdown took too long and is cut off');
        void Promise.allSettled([database?.stop(), flushLog(log)]).then(() => process.exit(1));
      }, SHUTDOWN_LIMIT_MS);
      const failure = await server.close().catch((error: unknown) => ({ error }));
      if (failure) log.error({ err: failure.error }, 'the shutdown was not in order');
      await database?.stop();
      clearTimeout(limit);
      log.info('stopped');
      await flushLog(log);
      process.exit(failure ? 1 : 0);
    }

    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void stop());
    if (cluster.isWorker) {
      // The first process went away without a word: nobody would restart or stop us.
      process.on('disconnect', () => void stop());
      process.send?.({ ready: server.port });
    } else announce(server.port);
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(1);
});

/** One sentence for what a person can mend; the whole trace for what only a developer can. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const database = explainDatabaseFailure(error);
  if (database) return database;
  return error.constructor === Error || error.name === 'ConfigError' ? error.message : (error.stack ?? error.message);
}

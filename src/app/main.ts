/** `npm start`: reads the environment, brings up the database, starts the server processes and shuts them down in order. */
import { existsSync } from 'node:fs';
import { startEmbedded } from '#kernel/database/embedded/embedded.ts';
import { explainDatabaseFailure } from '#kernel/database/explain-start.ts';
import { migrate } from '#kernel/database/migrate.ts';
import { requireSuitable } from '#kernel/database/requirements.ts';
import { lineWriterFor } from '#kernel/line-writer.ts';
import { createLog, flushLog, type Log } from '#kernel/log.ts';
import { buildClientIfOld } from './build-client.ts';
import { type Config, readConfig } from './config.ts';
import { connectToFirstProcess } from './processes/first-process.ts';
import { PROCESS_NUMBER } from './processes/messages.ts';
import { runProcesses } from './processes/supervisor.ts';
import { exitSoon } from './processes/watchdogs.ts';
import { loadSecrets } from './secrets.ts';
import { NOTICE_MS, stopDatabase } from './shutdown.ts';

const STDERR_LIMIT_MS = 500;

/** Set in server processes that another process started. */
const processNumber = Number(process.env[PROCESS_NUMBER] ?? 0);

async function main(): Promise<void> {
  const first = processNumber > 0 ? connectToFirstProcess() : undefined;
  if (existsSync('.env')) process.loadEnvFile();
  const config = await loadSecrets(readConfig(process.env));
  const log = await createLog({ level: config.logLevel, readable: !config.production });
  logSurprises(log);
  // A process that only starts others needs none of this.
  const serving = first || config.processes === 1 ? import('./serve.ts') : undefined;
  if (first) return (await serving)?.serve({ config, log, databaseUrl: process.env['DATABASE_URL'] ?? '', processNumber, first });

  log.info(config.trustProxySentence);
  if (!config.publicUrl)
    log.warn('PUBLIC_URL is not set, so requests for any host name are answered: set it to refuse those of other sites');

  // `npm run dev` lets Vite serve the client.
  const building = process.argv.includes('--without-client') ? Promise.resolve(false) : buildClientIfOld();
  // Awaited below, once the database is up; an earlier rejection must not end the process as unhandled.
  building.catch(() => undefined);
  const database = config.databaseUrl === undefined ? await startEmbedded({ dataDir: config.dataDir, log }) : undefined;
  try {
    const databaseUrl = config.databaseUrl ?? database?.url ?? '';
    if (config.databaseUrl) await requireSuitable(config.directUrl ?? databaseUrl, { pooler: config.directUrl && databaseUrl });
    const applied = await migrate(config.directUrl ?? databaseUrl);
    if (applied.length > 0) log.info({ applied }, 'migrations were applied');
    await building;
    if (config.httpPort !== undefined) await redirect(config, config.httpPort);
    const onReady = (port: number) => announce(config, log, port, database !== undefined);
    if (serving) return await (await serving).serve({ config, log, databaseUrl, processNumber: 1, database, onReady });
    const { processes: count, host, port, tls } = config;
    const code = await runProcesses({ count, host, port, tls: tls !== undefined, databaseUrl, log, notice: NOTICE_MS, onReady });
    await stopDatabase(log, database);
    await flushLog();
    exitSoon(code);
  } catch (error) {
    await stopDatabase(log, database);
    throw error;
  }
}

async function redirect({ host, port: tlsPort, publicUrl }: Config, port: number): Promise<void> {
  const { redirectToHttps } = await import('#kernel/http/redirect-to-https.ts');
  await redirectToHttps({ host, port, publicUrl, tlsPort });
}

/** In production, standard output is the log and nothing else: one JSON object a line, including this one at every level. */
function announce({ production, tls, hostName, dataDir }: Config, log: Log, port: number, embedded: boolean): void {
  const text = `Guildhall is ready at ${tls ? 'https' : 'http'}://${hostName}:${port}`;
  if (production) {
    log.child({}, { level: 'info' }).info({ port }, text);
    return void flushLog();
  }
  const more = embedded ? `Its data is in ${dataDir}. Ctrl-C stops it.\n` : '';
  lineWriterFor(1).write(`${text}\n${more}`, { now: true });
}

/** Logs unexpected errors like any other line; Node would write them to standard error, and block until they are read. */
function logSurprises(log: Log): void {
  process.on('unhandledRejection', (error) => log.error({ err: error }, 'unhandled promise rejection'));
  process.removeAllListeners('warning').on('warning', (warning) => log.warn({ err: warning }, 'a warning of Node or a package'));
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'an unexpected error ended the process');
    void flushLog().then(() => exitSoon(1));
  });
}

main().catch(async (error: unknown) => {
  const errors = lineWriterFor(2);
  errors.write(`${explain(error)}\n`, { now: true });
  await Promise.all([errors.flush(STDERR_LIMIT_MS), flushLog()]);
  exitSoon(1);
});

/** One sentence for what a person can fix; the full trace for what only a developer can. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const database = explainDatabaseFailure(error);
  if (database) return database;
  return error.constructor === Error || error.name === 'ConfigError' ? error.message : (error.stack ?? error.message);
}

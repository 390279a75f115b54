/** What commands share: arguments, help, JSON, exit codes, and the way to the database. */
import { existsSync } from 'node:fs';
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { findRunning, hasCluster, startEmbedded } from '#kernel/database/embedded/embedded.ts';
import { explainDatabaseFailure } from '#kernel/database/explain-start.ts';
import { createDatabase, type Database } from '#kernel/database/pool.ts';
import { createLog } from '#kernel/log.ts';
import { type Config, readConfig } from '../config.ts';

/** A command that is not understood: exit code 2, with the help. */
export class UsageError extends Error {}

export interface Outcome {
  /** Printed with --json, and then nothing else on standard output. */
  json: object;
  /** Printed otherwise. */
  text: string;
  /** Default: 0. */
  exitCode?: number;
}

/** Every command takes these. */
const common = { json: { type: 'boolean' }, help: { type: 'boolean' } } as const;

interface Command<O extends ParseArgsOptionsConfig> {
  /** What --help prints. */
  help: string;
  options: O;
  run(given: { values: ReturnType<typeof parse<O>>['values']; positionals: string[] }): Promise<Outcome>;
}

function parse<O extends ParseArgsOptionsConfig>(args: string[], options: O) {
  return parseArgs({ args, options: { ...options, ...common }, allowPositionals: true, strict: true });
}

/** Runs this process as a command: exits 0 or with the outcome's code, 1 if it fails, 2 if it is not understood. */
export function runCommand<O extends ParseArgsOptionsConfig>({ help, options, run }: Command<O>): void {
  execute().catch((error: unknown) => {
    const message = error instanceof Error ? (explainDatabaseFailure(error) ?? error.message) : String(error);
    const isUsage = error instanceof UsageError;
    process.stderr.write(isUsage ? `${message}\n\n${help}\n` : `${message}\n`);
    process.exitCode = isUsage ? 2 : 1;
  });

  async function execute(): Promise<void> {
    const { values, positionals } = understand();
    const { json, help: helped } = values as { json?: boolean; help?: boolean };
    if (helped) return void process.stdout.write(`${help}\n`);
    const outcome = await run({ values, positionals });
    process.stdout.write(`${json ? JSON.stringify(outcome.json) : outcome.text}\n`);
    process.exitCode = outcome.exitCode ?? 0;
  }

  function understand() {
    try {
      return parse(process.argv.slice(2), options);
    } catch (error) {
      throw new UsageError(error instanceof Error ? error.message : String(error));
    }
  }
}

/** @throws ConfigError */
export function readSettings(): Config {
  if (existsSync('.env')) process.loadEnvFile();
  return readConfig(process.env);
}

/** A path as a link for people. In production without PUBLIC_URL, only the operator knows where people reach the server. */
export const linkTo = ({ publicUrl, port }: Config, path: string): string => new URL(path, publicUrl ?? `http://localhost:${port}`).href;

/** DATABASE_DIRECT_URL, DATABASE_URL, or the database of the server that is running here. @param otherwise what to say if there is none */
export async function findDatabase({ directUrl, databaseUrl, dataDir }: Config, otherwise = 'Start it.'): Promise<string> {
  const url = directUrl ?? databaseUrl ?? (await findRunning(dataDir));
  if (url !== undefined) return url;
  throw new Error(`No server is running on ${dataDir}. ${otherwise} If your database is elsewhere, set DATABASE_URL.`);
}

/** As `findDatabase`, but starts the embedded one while `work` lasts if no server is running, and creates it on an empty machine. */
export async function withDatabaseUrl<T>({ directUrl, databaseUrl, dataDir }: Config, work: (url: string) => Promise<T>): Promise<T> {
  const url = directUrl ?? databaseUrl ?? (await findRunning(dataDir));
  if (url !== undefined) return work(url);
  const database = await startEmbedded({ dataDir, log: await createLog({ level: 'warn', readable: true }) });
  try {
    return await work(database.url);
  } finally {
    await database.stop();
  }
}

/** As `withDatabaseUrl`, for what makes no sense without an installation. */
export async function withExistingDatabaseUrl<T>(config: Config, work: (url: string) => Promise<T>): Promise<T> {
  const { databaseUrl, dataDir } = config;
  if (databaseUrl === undefined && !hasCluster(dataDir))
    throw new Error(`There is no database in ${dataDir}. Set DATA_DIR to the folder of your installation, or DATABASE_URL.`);
  return withDatabaseUrl(config, work);
}

export async function withDatabase<T>(url: string, work: (db: Database) => Promise<T>): Promise<T> {
  const db = createDatabase({ url, max: 2, log: await createLog({ level: 'silent', readable: false }) });
  try {
    return await work(db);
  } finally {
    await db.close();
  }
}

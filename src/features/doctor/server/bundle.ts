/** Everything that helps to find a fault, in one file to share: no secrets, nobody's names and no contents. */
import { arch, availableParallelism, platform, release, totalmem, uptime } from 'node:os';
import type { CheckResult } from '#features/doctor/contract.ts';
import type { Queryable } from '#kernel/database/statement.ts';
import { createContext } from './context.ts';
import * as sql from './queries.ts';
import { createRedactor } from './redact.ts';
import type { Subject } from './subject.ts';

export async function composeBundle(subject: Subject, checks: readonly CheckResult[]): Promise<object> {
  const { settings, variables, knownVariables, version } = subject;
  const redactor = createRedactor(variables, [...settings.sessionSecrets, ...settings.encryptionKeys]);
  const given = knownVariables.flatMap((name): [string, string][] => {
    const value = variables[name];
    return value === undefined || value.trim() === '' ? [] : [[name, redactor.show(name, value)]];
  });
  const bundle = {
    takenAt: new Date().toISOString(),
    version,
    node: process.version,
    machine: {
      platform: `${platform()} ${release()} ${arch()}`,
      cores: availableParallelism(),
      memoryBytes: totalmem(),
      memoryLimitBytes: process.constrainedMemory(),
      uptimeSeconds: Math.round(uptime()),
    },
    environment: Object.fromEntries(given),
    checks,
    database: await describeDatabase(subject),
  };
  // Once more over all of it: a name of a table or an error may quote anything.
  return JSON.parse(redactor.redact(JSON.stringify(bundle))) as object;
}

async function describeDatabase(subject: Subject): Promise<object> {
  const context = createContext(subject);
  try {
    const db = await context.withSignal(AbortSignal.timeout(5000)).database();
    return await readFacts(db);
  } catch (error) {
    return { unavailable: error instanceof Error ? error.message : String(error) };
  } finally {
    await context.close();
  }
}

async function readFacts(db: Queryable): Promise<object> {
  const orNone = <T>(work: Promise<T[]>): Promise<T[]> => work.catch(() => []);
  const [settings, tables, extensions, migrations, servers, jobs] = await Promise.all([
    orNone(sql.selectChangedSettings(db)),
    orNone(sql.selectTableSizes(db)),
    orNone(sql.selectExtensions(db)),
    orNone(sql.selectMigrations(db)),
    orNone(sql.selectVersions(db)),
    orNone(sql.selectOverdueJobs(db)),
  ]);
  return {
    settings: Object.fromEntries(settings.map(({ name, value }) => [name, value])),
    extensions: extensions.map(({ name }) => name),
    migrations: migrations.map(({ number }) => number).sort((a, b) => a - b),
    servers,
    overdueJobs: jobs,
    tables,
  };
}

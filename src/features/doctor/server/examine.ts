/** Runs all checks at the same time, each within its own limit, so that one that hangs costs the others nothing. */
import pg from 'pg';
import { codes } from '#features/doctor/codes.ts';
import type { CheckResult } from '#features/doctor/contract.ts';
import { type Check, type Finding, failed, skipped } from './check.ts';
import { addressChecks } from './checks/address.ts';
import { certificateChecks } from './checks/certificate.ts';
import { databaseChecks } from './checks/database.ts';
import { machineChecks } from './checks/machine.ts';
import { operationChecks } from './checks/operation.ts';
import { poolerChecks } from './checks/pooler.ts';
import { replicaChecks } from './checks/replicas.ts';
import { servicesChecks } from './checks/services.ts';
import { settingsChecks } from './checks/settings.ts';
import { tableChecks } from './checks/tables.ts';
import { createContext, Unmet } from './context.ts';
import { createRedactor } from './redact.ts';
import type { Subject } from './subject.ts';
import { texts } from './texts/texts.ts';

/** For what a check needs, and again for the check: together less than the 15 s that the whole may take. */
const NEEDS_MS = 6000;
const CHECK_MS = 7000;

/** In the order of the report. */
export const checks: readonly Check[] = [
  ...settingsChecks,
  ...machineChecks,
  ...databaseChecks,
  ...poolerChecks,
  ...replicaChecks,
  ...tableChecks,
  ...addressChecks,
  ...certificateChecks,
  ...servicesChecks,
  ...operationChecks,
].toSorted((one, other) => codes.indexOf(one.code) - codes.indexOf(other.code));

/** Undefined table, column, function: the database is that of another version, which `migrations` reports. */
const OTHER_VERSION = ['42P01', '42703', '42883'];

const INSUFFICIENT_PRIVILEGE = '42501';

/** @returns a result for each check, in a fixed order, without secrets; it never throws */
export async function examine(subject: Subject, list: readonly Check[] = checks): Promise<CheckResult[]> {
  const { settings, variables } = subject;
  const { redact } = createRedactor(variables, [...settings.sessionSecrets, ...settings.encryptionKeys]);
  const context = createContext(subject);
  try {
    const results = await Promise.all(
      list.map(async ({ code, needs = [], run }) => {
        const findings = await attempt(run, needs, context);
        const title = texts.titles[code];
        return findings.map(({ status, detail, advice }) => ({ code, title, status, detail: redact(detail), advice: redact(advice) }));
      }),
    );
    return results.flat();
  } finally {
    await context.close();
  }
}

async function attempt(
  run: Check['run'],
  needs: NonNullable<Check['needs']>,
  context: ReturnType<typeof createContext>,
): Promise<Finding[]> {
  try {
    await within(NEEDS_MS, Promise.all(needs.map(context.require)), () => new Unmet(texts.needs.late));
    const limit = AbortSignal.timeout(CHECK_MS);
    const work = Promise.resolve(context.withSignal(limit)).then(run);
    return [await within(CHECK_MS, work, () => new TimedOut())].flat();
  } catch (error) {
    if (error instanceof Unmet) return [skipped(error.message)];
    if (error instanceof TimedOut) return [failed(texts.late(CHECK_MS / 1000))];
    if (error instanceof pg.DatabaseError && OTHER_VERSION.includes(error.code ?? '')) return [skipped(texts.needs.migrations)];
    if (isDenied(error)) return [failed(texts.denied(error.message))];
    return [failed(texts.broke(error instanceof Error ? error.message : String(error)))];
  }
}

class TimedOut extends Error {}

const isDenied = (error: unknown): error is pg.DatabaseError => error instanceof pg.DatabaseError && error.code === INSUFFICIENT_PRIVILEGE;

function within<T>(milliseconds: number, work: Promise<T>, error: () => Error): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(error()), milliseconds);
  return Promise.race([work, promise]).finally(() => clearTimeout(timer));
}

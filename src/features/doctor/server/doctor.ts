/**
 * Doctor: goes through the production checklist and the troubleshooting chapter by trying everything on them. It runs on the command line,
 * before the start as well as beside a server, and in a server for operators.
 */
import type { CheckResult, Examination } from '#features/doctor/contract.ts';
import type { Database } from '#kernel/database/pool.ts';
import type { Log } from '#kernel/log.ts';
import * as sql from './queries.ts';
import type { Subject } from './subject.ts';

export type { BackupState } from './backup-state.ts';
export type { Sealed, Subject } from './subject.ts';
export type Doctor = ReturnType<typeof createDoctor>;

/** @returns a result for each check, without secrets; it never throws */
export async function examine(subject: Subject): Promise<CheckResult[]> {
  const { examine: run } = await import('./examine.ts');
  return run(subject);
}

/** @returns what to share when asking for help, without secrets */
export async function composeBundle(subject: Subject, checks: readonly CheckResult[]): Promise<object> {
  const { composeBundle: compose } = await import('./bundle.ts');
  return compose(subject, checks);
}

interface Options {
  db: Database;
  log: Log;
  /** This installation, without the address of the server, which only a request knows. */
  subject: Omit<Subject, 'origin'>;
}

export function createDoctor({ db, log, subject }: Options) {
  let running: Promise<Examination> | undefined;

  async function run(origin: string): Promise<Examination> {
    const ranAt = new Date().toISOString();
    const checks = await examine({ ...subject, origin });
    // A database that takes no writes is among what it finds.
    await sql
      .putReport(db, { ranAt, checks: JSON.stringify(checks) })
      .catch((error: unknown) => log.warn({ err: error }, 'what the doctor found could not be stored'));
    return { checks, ranAt };
  }

  return {
    /**
     * Takes up to 15 s. Those who ask meanwhile get the same result.
     * @param origin where this server can be reached from itself
     */
    run(origin: string): Promise<Examination> {
      running ??= run(origin).finally(() => {
        running = undefined;
      });
      return running;
    },
    /** What any server found last. */
    async last(): Promise<Examination> {
      const [row] = await sql.selectReport(db);
      return { checks: row?.checks ?? [], ranAt: row ? new Date(row.ran_at).toISOString() : null };
    },
  };
}

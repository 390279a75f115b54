/**
 * Backups: the list of those that were made, making them on request and by schedule, one at a time among all servers, and restore tests.
 * The files themselves are the work of engine.ts, which commands use as well. Restoring is a command's alone.
 */
import { join } from 'node:path';
import type { AuditLog, Person } from '#features/audit-log/server/audit-log.ts';
import type { Backup, BackupList } from '#features/backups/contract.ts';
import type { Database } from '#kernel/database/pool.ts';
import { conflict, HttpProblem } from '#kernel/errors.ts';
import type { Log } from '#kernel/log.ts';
import type { Metrics } from '#kernel/metrics.ts';
import { confirmRestore, type Outgoing } from '#kernel/outgoing.ts';
import type { Destination } from './destination.ts';
import { createMaker } from './maker.ts';
import { isHere, mayBeElsewhere } from './place.ts';
import * as sql from './queries.ts';
import { createRestoreTests, type RestoreTestOptions } from './restore-tests.ts';
import type { SealedColumn } from './sealed.ts';
import type { BackupSettings } from './settings.ts';
import { texts } from './texts.ts';

export type Backups = ReturnType<typeof createBackups>;

/** What takes and restores backups: loaded when it is needed. */
export const loadEngine = () => import('./engine.ts');

interface BackupOptions {
  db: Database;
  databaseUrl: string;
  auditLog: AuditLog;
  outgoing: Outgoing;
  log: Log;
  metrics: Metrics;
  settings: BackupSettings;
  secrets: { sessionSecrets: string[]; encryptionKeys: string[] };
  sealedColumns: readonly SealedColumn[];
  version: string;
  dataDir: string;
  findUnreadable: RestoreTestOptions['findUnreadable'];
}

const MAX_LISTED = 100;
const KEEP_FAILURES_DAYS = 30;
/** After a failure of a backup that was due. */
const RETRY_MINUTES = 15;
const systemActor = { userId: null, name: 'Guildhall' } as const;

export function createBackups(options: BackupOptions) {
  const { db, auditLog, outgoing, settings, metrics, dataDir } = options;
  const openDestination = async (to: string): Promise<Destination> =>
    (await loadEngine()).createDestination(to, { s3: settings.s3, scratch: join(dataDir, 'backups.tmp') });
  const maker = createMaker({ ...options, openDestination });
  const tests = createRestoreTests({ ...options, openDestination });

  metrics.gauge(
    'backup_age_seconds',
    'Seconds since the last complete backup was begun, or since the first attempt if none was ever complete; absent without any',
    async (gauge) => {
      const [age] = await sql.selectOverdue(db).catch(() => []);
      gauge.reset();
      if (age && age.seconds !== null) gauge.set(age.seconds);
    },
    { aggregator: 'first' },
  );

  const subjectOf = ({ id, name, location }: sql.BackupRow) => ({ kind: 'backup', id, name: texts.subject(name, location) });

  async function find(id: string): Promise<sql.BackupRow> {
    const [row] = await sql.selectBackup(db, { id });
    if (!row) throw new HttpProblem(404, 'not_found', texts.problems.notFound);
    return row;
  }

  /** @throws 409 if it is on another machine, or not complete */
  async function findFile(id: string): Promise<{ row: sql.BackupRow; name: string; destination: Destination }> {
    const row = await find(id);
    if (row.status !== 'done' || row.name === null) throw conflict('backup_incomplete', texts.problems.notComplete);
    if (!(await isHere(row))) throw unreachable(row, row.name);
    return { row, name: row.name, destination: await openDestination(row.location) };
  }

  return {
    async list(): Promise<BackupList> {
      await maker.failAbandoned();
      const rows = await sql.selectNewest(db, { limit: MAX_LISTED });
      const [test] = await sql.selectLastTest(db);
      return {
        backups: await Promise.all(rows.map(describe)),
        settings: {
          location: settings.to,
          everyHours: settings.everyHours ?? null,
          keep: settings.keep,
          encrypted: settings.passphrase !== undefined,
        },
        restoreTest: test ? describeTest(test) : null,
        noRestoreTests: await tests.whyNot(),
        hold: outgoing.hold() ?? null,
      };
    },

    /** Starts one in the background. @throws 409 `backup_running` */
    async make(actor: Person): Promise<Backup> {
      const row = await maker.start('manual', actor.name, (tx, made) =>
        tx.withCommit(auditLog.recordOf(tx, { actor, action: 'backup.create', subject: subjectOf(made) })),
      );
      if (!row) throw conflict('backup_running', texts.problems.running);
      return describe(row);
    },

    /** @param recorded whether the content will be read @throws 404, 409 */
    async read(actor: Person, id: string, recorded: boolean): Promise<{ name: string; size: number; chunks: AsyncIterable<Uint8Array> }> {
      const { row, name, destination } = await findFile(id);
      const file = await destination.read(name).catch((error: Error) => {
        throw conflict('backup_gone', error.message);
      });
      if (recorded) await auditLog.recordOf(db, { actor, action: 'backup.download', subject: subjectOf(row) });
      return { name, ...file };
    },

    /**
     * The file first: a row without a file is deleted by the next attempt, a file without a row by nobody.
     * @param keepFile only takes it off the list: its machine may be gone @throws 404, 409
     */
    async remove(actor: Person, id: string, keepFile: boolean): Promise<void> {
      const row = await find(id);
      if (row.status === 'running') throw conflict('backup_running', texts.problems.running);
      // Most that failed have no file, and no name: deleting that of a bucket would ask for the deletion of the bucket.
      if (row.name !== null && !keepFile) {
        if (await isHere(row)) await (await openDestination(row.location)).remove(row.name);
        else if (mayBeElsewhere(row)) throw unreachable(row, row.name);
      }
      await db.transaction(async (tx) => {
        const [deleted] = await sql.deleteRow(tx, { id });
        if (deleted) tx.withCommit(auditLog.recordOf(tx, { actor, action: 'backup.delete', subject: subjectOf(row) }));
      });
    },

    /** Lets everything go out again. @returns false if nothing was held */
    confirmRestore: (actor: Person): Promise<boolean> =>
      db.transaction(async (tx) => {
        const confirmed = await confirmRestore(tx);
        if (confirmed) tx.withCommit(auditLog.recordOf(tx, { actor, action: 'backup.confirm' }));
        return confirmed;
      }),

    /** Makes a backup if one is due, and does what else is due about backups. Returns while it is being made. */
    async maintain(): Promise<void> {
      await maker.failAbandoned();
      await maker.adopt();
      await sql.deleteOldFailures(db, { days: KEEP_FAILURES_DAYS });
      if (settings.everyHours === undefined) return;
      const [row] = await sql.selectDue(db, { hours: settings.everyHours, retryMinutes: RETRY_MINUTES });
      if (!row?.due) return;
      const [first] = await sql.selectFirstOrganization(db);
      await maker.start('scheduled', null, (tx, made) => {
        if (!first) return;
        const entry = { organizationId: first.id, actor: systemActor, action: 'backup.create', subject: subjectOf(made) } as const;
        tx.withCommit(auditLog.record(tx, entry));
      });
    },

    /** Restores the newest backup somewhere else if the last test is a month ago. */
    testRestore: tests.runIfDue,

    async close(): Promise<void> {
      await Promise.all([maker.close(), tests.close()]);
    },
  };
}

function unreachable(row: sql.BackupRow, name: string): HttpProblem {
  const { host, location } = row;
  if (mayBeElsewhere(row)) return conflict('backup_elsewhere', texts.problems.elsewhere(host ?? '', location));
  return conflict('backup_gone', texts.folder.gone(name, location, host ?? ''));
}

async function describe(row: sql.BackupRow): Promise<Backup> {
  const { id, location, host, reason, status, encrypted, failure } = row;
  const { name, bytes, rows } = status === 'done' ? row : { name: null, bytes: null, rows: null };
  return {
    id,
    name,
    location,
    host,
    reason,
    status,
    userName: row.user_name,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    readBytes: row.read_bytes,
    bytes,
    rows,
    encrypted,
    failure,
    here: await isHere(row),
  };
}

const describeTest = ({ backup_name: backupName, tested_at: testedAt, ...rest }: sql.RestoreTestRow) => ({ backupName, testedAt, ...rest });

export { recordConfirmed, recordMade } from './by-command.ts';
export { readBackupState } from './state.ts';

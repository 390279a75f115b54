/**
 * Makes backups in the background. The row of a running one is unique, so one is made at a time among all servers; the server that makes it
 * renews the row each second, and a row that is not renewed belongs to a server that died.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database, Transaction } from '#kernel/database/pool.ts';
import type { Log } from '#kernel/log.ts';
import type { Destination } from './destination.ts';
import type { Secrets } from './format.ts';
import { isHere, mayBeElsewhere } from './place.ts';
import * as sql from './queries.ts';
import type { SealedColumn } from './sealed.ts';
import type { BackupSettings } from './settings.ts';
import { texts } from './texts.ts';

const BEAT_MS = 1000;
const ABANDONED_SECONDS = 60;
/** How long a shutdown waits for a backup to notice that it is over. */
const CLOSE_MS = 3000;

interface Options {
  db: Database;
  databaseUrl: string;
  log: Log;
  settings: BackupSettings;
  secrets: Secrets;
  sealedColumns: readonly SealedColumn[];
  version: string;
  openDestination: (to: string) => Promise<Destination>;
}

export function createMaker({ db, databaseUrl, log, settings, secrets, sealedColumns, version, openDestination }: Options) {
  const stop = new AbortController();
  let underWay: Promise<void> = Promise.resolve();

  async function make({ id, reason }: sql.BackupRow, destination: Destination): Promise<void> {
    let readBytes = 0;
    const lost = new AbortController();
    const timer = setInterval(() => {
      sql.beat(db, { id, readBytes }).then(
        ([row]) => row ?? lost.abort(new Error('this backup is considered abandoned')),
        () => undefined,
      );
    }, BEAT_MS);
    try {
      const { takeBackup } = await import('./take.ts');
      const { name, bytes, rows } = await takeBackup({
        url: databaseUrl,
        destination,
        version,
        passphrase: settings.passphrase,
        secrets,
        sealedColumns,
        signal: AbortSignal.any([stop.signal, lost.signal]),
        onProgress: (progress) => {
          readBytes = progress.bytes;
        },
        onVerified: async ({ name, bytes, rows }) => void (await sql.nameRunning(db, { id, name, bytes, rows })),
      });
      const [finished] = await sql.finish(db, { id, name, bytes, rows, readBytes });
      if (!finished) return await destination.remove(name);
      log.info({ backup: name, bytes, rows }, 'a backup was made');
      if (reason === 'scheduled') await removeExcess(destination);
    } catch (error) {
      log.error({ err: error }, 'a backup failed');
      await sql.fail(db, { id, failure: explain(error, stop.signal.aborted) });
    } finally {
      clearInterval(timer);
    }
  }

  /** @returns undefined if that is not known here */
  async function isThere(row: sql.BackupRow): Promise<boolean | undefined> {
    if (row.name === null) return false;
    if (!(await isHere(row)) && mayBeElsewhere(row)) return undefined;
    return (await openDestination(row.location)).has(row.name).catch(() => undefined);
  }

  async function removeExcess(destination: Destination): Promise<void> {
    try {
      for (const row of await sql.selectExcess(db, { location: destination.location, keep: settings.keep })) {
        // The machine that has it deletes it.
        if (!(await isHere(row)) && mayBeElsewhere(row)) continue;
        if (row.name !== null) await destination.remove(row.name);
        await sql.deleteRow(db, { id: row.id });
      }
    } catch (error) {
      log.error({ err: error }, 'backups beyond those to keep could not be deleted; the next backup tries again');
    }
  }

  return {
    /**
     * @param record called within the transaction that starts it
     * @returns undefined if another one is being made
     */
    async start(
      reason: 'manual' | 'scheduled',
      userName: string | null,
      record: (tx: Transaction, row: sql.BackupRow) => void,
    ): Promise<sql.BackupRow | undefined> {
      const destination = await openDestination(settings.to);
      const { location, host } = destination;
      const encrypted = settings.passphrase !== undefined;
      const row = await db.transaction(async (tx) => {
        const [inserted] = await sql.insertRunning(tx, { location, host, reason, userName, encrypted });
        if (inserted) record(tx, inserted);
        return inserted;
      });
      if (row)
        underWay = make(row, destination).catch((error: unknown) =>
          log.error({ err: error }, 'the outcome of a backup could not be stored'),
        );
      return row;
    },

    failAbandoned: () => sql.failAbandoned(db, { seconds: ABANDONED_SECONDS, failure: texts.failures.abandoned }),

    /** A server that dies after the file got its name, and before it could say so, leaves a complete backup. */
    async adopt(): Promise<void> {
      for (const row of await sql.selectUncertain(db)) {
        const exists = await isThere(row);
        if (exists !== undefined) await sql.resolveUncertain(db, { id: row.id, exists });
      }
    },

    async close(): Promise<void> {
      stop.abort(new Error('the server stops'));
      await Promise.race([underWay, sleep(CLOSE_MS, undefined, { ref: false })]);
    },
  };
}

function explain(error: unknown, stopped: boolean): string {
  if (stopped) return texts.failures.stopped;
  const { name, message } = error as Error;
  return name === 'BackupError' ? message : texts.failures.unexpected;
}

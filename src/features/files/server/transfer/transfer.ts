/** Many files in and out, with the concurrency that one process has room for. */
import type { Actor } from '#features/audit-log/server/access.ts';
import type { AuditLog } from '#features/audit-log/server/audit-log.ts';
import type { ChangeListeners } from '#features/files/server/record.ts';
import type { Storage } from '#features/files/server/storage.ts';
import { MAX_IMPORT_ENTRIES } from '#features/files/transfer-contract.ts';
import type { Database } from '#kernel/database/pool.ts';
import { busy } from '#kernel/errors.ts';
import { createSemaphore } from '#kernel/semaphore.ts';
import { type Exported, type ExportedZip, exportZip } from './export.ts';
import { type Imported, type ImportInput, importZip } from './import.ts';
import { viewStorage } from './storage-view.ts';

/** Each import and export uses a database connection and most of a core. */
const MAX_CONCURRENT = 2;
const MAX_QUEUED = 20;
const BUSY_S = 10;
/** Unpacked, a zip may be this many times as large as the largest zip. */
const UNPACKED_FACTOR = 4;

interface Options {
  db: Database;
  auditLog: AuditLog;
  storage: Storage;
  note: ChangeListeners;
  maxFileBytes: number;
  /** Largest zip, in bytes. */
  maxImportBytes: number;
  /** Most bytes per organization. */
  maxStored: number;
}

export function createZipTransfer({ db, auditLog, storage, note, maxFileBytes, maxImportBytes, maxStored }: Options) {
  const gate = { maxConcurrent: MAX_CONCURRENT, maxConcurrentPerKey: 1, maxQueued: MAX_QUEUED, queueFull: () => busy(BUSY_S) };
  const importing = createSemaphore(gate);
  const exporting = createSemaphore(gate);
  const bounds = { maxFileBytes, maxEntries: MAX_IMPORT_ENTRIES, maxBytes: UNPACKED_FACTOR * maxImportBytes };

  return {
    /** @param signal ends the wait for a turn; an import that has begun ends by itself. @throws as `importZip`, 503 `busy` */
    importZip: (personId: string, signal: AbortSignal, input: ImportInput): Promise<Imported> =>
      importing(personId, signal, () => importZip({ db, storage, note, ...bounds }, input)),

    /** @param signal ends the wait for a turn. @throws 404, 503 `busy` */
    exportZip: (actor: Actor, signal: AbortSignal, wanted: Exported): Promise<ExportedZip> =>
      new Promise((resolve, reject) => {
        // The turn ends once everything is sent, or the reader is gone.
        exporting(actor.userId ?? actor.name, signal, async () => {
          const { name, chunks } = await exportZip({ db, auditLog, actor }, wanted);
          await new Promise<void>((sent) => {
            signal.addEventListener('abort', () => sent(), { once: true });
            resolve({ name, chunks: followed(chunks, sent) });
          });
        }).catch(reject);
      }),

    viewStorage: (organizationId: string, userId: string) => viewStorage(db, { organizationId, userId, limit: maxStored }),
  };
}

async function* followed(chunks: AsyncIterable<Uint8Array>, onEnd: () => void): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
  } finally {
    onEnd();
  }
}

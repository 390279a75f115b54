/** Takes a backup of a database. */
import { type WriteOptions, type Written, writeBackup } from './backup-file.ts';
import type { Destination } from './destination.ts';
import type { Secrets } from './format.ts';
import type { SealedColumn } from './sealed.ts';
import { type Progress, withSnapshot } from './snapshot.ts';

export interface TakeOptions {
  /** Of the database; servers may be running on it. */
  url: string;
  destination: Destination;
  version: string;
  passphrase: string | undefined;
  secrets: Secrets;
  sealedColumns: readonly SealedColumn[];
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: Progress) => void) | undefined;
  onVerified?: WriteOptions['onVerified'];
}

/** @throws BackupError, and errors of the disk and the database; then there is no new backup */
export function takeBackup({ url, destination, sealedColumns, ...options }: TakeOptions): Promise<Written> {
  const write = (folder: string) => writeBackup({ ...options, folder, withSnapshot: (work) => withSnapshot(url, sealedColumns, work) });
  return destination.store(write, options.signal);
}

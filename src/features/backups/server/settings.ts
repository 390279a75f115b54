import type { S3Settings } from './s3.ts';

export interface BackupSettings {
  /** A folder, or an s3:// address. */
  to: string;
  /** Undefined: none is made by itself. */
  everyHours: number | undefined;
  keep: number;
  passphrase: string | undefined;
  s3: S3Settings | undefined;
  restoreTestUrl: string | undefined;
}

/** Which machine can reach a backup's file: machines may share a folder, and containers have another name after each start. */
import { access } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { BackupRow } from './queries.ts';

export const canRead = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** Whether this machine can read the file. */
export async function isHere({ host, location, name }: BackupRow): Promise<boolean> {
  if (host === null || name === null) return host === null;
  return canRead(join(location, name));
}

/** Whether a file that cannot be reached here may be on another machine. */
export const mayBeElsewhere = ({ host }: BackupRow): boolean => host !== null && host !== hostname();

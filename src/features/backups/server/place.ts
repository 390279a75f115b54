/** Which machine can reach a backup's file: machines may share a folder, and containers have another name after each start. */
import { access } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { BackupRow } from './queries.ts';

/** Whether this machine can read the file. */
export async function isHere({ host, location, name }: BackupRow): Promise<boolean> {
  if (host === null || name === null) return host === null;
  return access(join(location, name)).then(
    () => true,
    () => false,
  );
}

/** Whether a file that cannot be reached here may be on another machine. */
export const mayBeElsewhere = ({ host }: BackupRow): boolean => host !== null && host !== hostname();

/** What backup and restore share. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { UsageError } from './command.ts';

/** @returns undefined for a backup that is not encrypted @throws UsageError */
export async function readPassphrase(file: string | undefined, { backups }: Config): Promise<string | undefined> {
  if (file === undefined) return backups.passphrase;
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new Error(`The passphrase in ${file} cannot be read (${error.code}).`);
  });
  const [passphrase = ''] = text.split(/\r?\n/);
  if (passphrase === '') throw new UsageError(`${file} has no passphrase on its first line.`);
  return passphrase;
}

/** Where files are that come from a bucket or go there. */
export const scratchOf = ({ dataDir }: Config): string => join(dataDir, 'backups.tmp');

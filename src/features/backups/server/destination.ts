/** Where backups are: a folder, or a bucket. */
import { createReadStream } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import type { Written } from './backup-file.ts';
import { BackupError } from './format.ts';
import { canRead } from './place.ts';
import { createS3, type S3Settings } from './s3.ts';
import { texts } from './texts.ts';

/** Longer than an upload takes. */
const ABANDONED_MS = 48 * 3_600_000;

export interface Destination {
  /** The folder's path, or the s3:// address. */
  location: string;
  /** The machine whose folder it is; null for a bucket, which every server can reach. */
  host: string | null;
  /** @param write writes a backup into a folder of this machine @param signal ends an upload */
  store(write: (folder: string) => Promise<Written>, signal?: AbortSignal): Promise<Written>;
  /** Reads nothing before the first chunk is asked for. @throws BackupError if it is gone */
  read(name: string): Promise<{ size: number; chunks: AsyncIterable<Buffer> }>;
  /** @throws if that cannot be known */
  has(name: string): Promise<boolean>;
  remove(name: string): Promise<void>;
}

export const isBucket = (to: string): boolean => to.startsWith('s3://');

/** @param scratch a folder of this machine, where backups for a bucket are written first: a snapshot is not kept open for a slow line */
export function createDestination(to: string, { s3, scratch }: { s3: S3Settings | undefined; scratch: string }): Destination {
  if (!isBucket(to)) return inFolder(resolve(to));
  if (!s3) throw new BackupError(texts.bucket.noKey);
  const bucket = createS3(to, s3);
  return {
    location: to,
    host: null,
    async store(write, signal) {
      await removeOld(scratch);
      const written = await write(scratch).catch(explainDisk(scratch));
      try {
        await bucket.upload(written.name, written.path, signal);
      } finally {
        await rm(written.path, { force: true });
      }
      return { ...written, path: `${to.replace(/\/+$/, '')}/${written.name}` };
    },
    async read(name) {
      const size = await bucket.sizeOf(name);
      return { size, chunks: bucket.read(name, size) };
    },
    has: bucket.has,
    remove: bucket.remove,
  };
}

function inFolder(folder: string): Destination {
  return {
    location: folder,
    host: hostname(),
    async store(write) {
      await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
        throw new BackupError(texts.folder.notCreated(folder, error.code));
      });
      return write(folder).catch(explainDisk(folder));
    },
    async read(name) {
      const path = join(folder, name);
      const found = await stat(path).catch(() => undefined);
      if (!found) throw new BackupError(texts.folder.gone(name, folder, hostname()));
      return { size: found.size, chunks: readFile(path) };
    },
    has: (name) => canRead(join(folder, name)),
    remove: (name) => rm(join(folder, name), { force: true }),
  };
}

/** Opened when the first chunk is asked for. */
async function* readFile(path: string): AsyncGenerator<Buffer> {
  yield* createReadStream(path) as AsyncIterable<Buffer>;
}

const DISK_FAILURES = ['ENOSPC', 'EDQUOT', 'EACCES', 'EPERM', 'EROFS', 'EIO', 'ENOENT', 'ENOTDIR', 'EISDIR'];

/** @returns a handler that makes a sentence of what a disk refuses, and lets other errors pass */
export const explainDisk =
  (folder: string) =>
  (error: NodeJS.ErrnoException): never => {
    const { code = '', syscall } = error;
    // A socket of PostgreSQL may be missing too.
    throw DISK_FAILURES.includes(code) && syscall !== 'connect'
      ? new BackupError(texts.folder.notWritten(folder, code), { cause: error })
      : error;
  };

/** Of processes that were killed during an upload or a download. */
async function removeOld(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > ABANDONED_MS) await rm(path, { recursive: true, force: true });
  }
}

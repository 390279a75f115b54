/** Where backups are: a folder, or a bucket. */
import { createReadStream } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import type { Written } from './backup-file.ts';
import { BackupError } from './format.ts';
import { createS3, type S3Settings } from './s3.ts';
import { texts } from './texts.ts';

/** Longer than an upload takes. */
const ABANDONED_MS = 48 * 3_600_000;

export interface Destination {
  /** The folder's path, or the s3:// address. */
  location: string;
  /** The machine whose folder it is; null for a bucket, which every server can reach. */
  host: string | null;
  /** @param write writes a backup into a folder of this machine */
  store(write: (folder: string) => Promise<Written>): Promise<Written>;
  /** Reads nothing before the first chunk is asked for. @throws BackupError if it is gone */
  read(name: string): Promise<{ size: number; chunks: AsyncIterable<Buffer> }>;
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
    async store(write) {
      await removeOld(scratch);
      const written = await write(scratch);
      try {
        await bucket.upload(written.name, written.path);
      } finally {
        await rm(written.path, { force: true });
      }
      return { ...written, path: `${to.replace(/\/+$/, '')}/${written.name}` };
    },
    read: async (name) => ({ size: await bucket.sizeOf(name), chunks: lazily(() => bucket.open(name)) }),
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
      return write(folder);
    },
    async read(name) {
      const path = join(folder, name);
      const found = await stat(path).catch(() => undefined);
      if (!found) throw new BackupError(texts.folder.gone(name, folder, hostname()));
      return { size: found.size, chunks: lazily(async () => createReadStream(path)) };
    },
    remove: (name) => rm(join(folder, name), { force: true }),
  };
}

async function* lazily(open: () => Promise<Readable>): AsyncGenerator<Buffer> {
  yield* (await open()) as AsyncIterable<Buffer>;
}

/** Files of processes that were killed during an upload. */
async function removeOld(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > ABANDONED_MS) await rm(path, { force: true });
  }
}

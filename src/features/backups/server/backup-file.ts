/**
 * Writes and reads backup files. A backup is written under a temporary name, flushed to the disk, read again and compared, and only then
 * gets its name: a process that is killed leaves nothing that looks like a backup.
 */
import { createHash, type Hash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createZstdCompress, createZstdDecompress } from 'node:zlib';
import { createKey, createOpener, createSealer, openKey } from './encryption.ts';
import {
  BackupError,
  type BackupRecord,
  type Content,
  cutShort,
  damaged,
  decodeRecords,
  type End,
  encodeHeader,
  encodeRecord,
  encodeSuffix,
  FORMAT,
  type Header,
  isSuffix,
  PREFIX_BYTES,
  readHeader,
  readPrefix,
  type Secrets,
  SUFFIX_BYTES,
  sha256,
  type TableOfBackup,
} from './format.ts';
import type { Progress, Snapshot } from './snapshot.ts';

const BUFFER_BYTES = 256 * 1024;
const PARTIAL = /^\.guildhall-.*\.partial$/;
/** A backup that nobody has written to for this long belongs to a process that was killed. */
const ABANDONED_MS = 24 * 3_600_000;

export interface WriteOptions {
  /** The snapshot ends as soon as it has been read: PostgreSQL keeps what others delete meanwhile. */
  withSnapshot: <T>(work: (snapshot: Snapshot) => Promise<T>) => Promise<T>;
  folder: string;
  version: string;
  /** Encrypts the backup, which then contains `secrets`. */
  passphrase?: string | undefined;
  secrets: Secrets;
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: Progress) => void) | undefined;
  /** Called once the backup has been read again and found to be right, before it gets its name. */
  onVerified?: ((backup: Pick<Written, 'name' | 'bytes' | 'rows'>) => Promise<void>) | undefined;
}

export interface Written {
  name: string;
  path: string;
  /** Size of the file. */
  bytes: number;
  rows: number;
  header: Header;
}

/** @throws errors of the disk and the database; then no file is left */
export async function writeBackup({ withSnapshot, folder, onVerified, ...options }: WriteOptions): Promise<Written> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await removeAbandoned(folder);
  const madeAt = new Date().toISOString();
  const name = nameFor(madeAt);
  const path = join(folder, name);
  const partial = join(folder, `.${name}.partial`);
  try {
    const header = await withSnapshot((snapshot) => writePartial(partial, snapshot, madeAt, options));
    const { end } = await verifyBackup(partial, options.passphrase);
    const written = { name, path, bytes: (await stat(partial)).size, rows: end.rows, header };
    await onVerified?.(written);
    await rename(partial, path);
    await flushFolder(folder);
    return written;
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

async function writePartial(
  path: string,
  snapshot: Snapshot,
  madeAt: string,
  { version, passphrase, secrets, signal, onProgress = () => undefined }: Omit<WriteOptions, 'withSnapshot' | 'folder' | 'onVerified'>,
): Promise<Header> {
  const encrypted = passphrase === undefined ? undefined : await createKey(passphrase);
  const header: Header = { format: FORMAT, version, madeAt, ...(await snapshot.describe()), encryption: encrypted?.encryption ?? null };
  const bytes = encodeHeader(header);
  async function* records(): AsyncGenerator<Buffer> {
    if (encrypted) yield encodeRecord({ kind: 'secrets', value: secrets });
    const source = snapshot.read(header.tables, onProgress);
    let next = await source.next();
    for (; !next.done; next = await source.next()) yield encodeRecord(next.value);
    const value: End = { tables: header.tables.length, ...next.value, headerSha256: sha256(bytes) };
    yield encodeRecord({ kind: 'end', value });
  }
  const file = await open(path, 'wx', 0o600);
  try {
    await file.write(bytes);
    const compress = createZstdCompress({ chunkSize: BUFFER_BYTES, params: { [constants.ZSTD_c_checksumFlag]: 1 } });
    const sink = async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) await file.writeFile(chunk);
    };
    const source = Readable.from(records(), { objectMode: true, highWaterMark: 4 });
    if (encrypted) await pipeline(source, compress, createSealer(encrypted.key, bytes), sink, { signal });
    else await pipeline(source, compress, sink, { signal });
    await file.writeFile(encodeSuffix((await file.stat()).size));
    await file.sync();
  } finally {
    await file.close();
  }
  return header;
}

/** The time is for people and for the order; the rest keeps two of one second apart, on whichever machine they are made. */
const nameFor = (madeAt: string): string => `guildhall-${madeAt.replace(/[-:]|\.\d+/g, '')}-${randomBytes(3).toString('hex')}.backup`;

async function removeAbandoned(folder: string): Promise<void> {
  for (const name of (await readdir(folder)).filter((each) => PARTIAL.test(each))) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > ABANDONED_MS) await rm(path, { force: true });
  }
}

/** The name of a file is part of its folder, which is flushed separately. */
async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync().catch(() => undefined);
  await handle.close();
}

export interface OpenBackup {
  header: Header;
  /** All of it, once; checks hashes and counts, and throws a BackupError where they differ. */
  records(): AsyncGenerator<BackupRecord>;
}

/** @throws BackupError if this is no backup, it is incomplete, or the passphrase is missing or wrong */
export async function openBackup(path: string, passphrase: string | undefined): Promise<OpenBackup> {
  const start = await readStart(path);
  const { header, bytes } = start;
  const key = header.encryption && (await openKey(passphrase, header.encryption));
  return { header, records: () => checked(readRecords(path, start, key), header, bytes) };
}

/** The header of a backup, which needs no passphrase. @throws BackupError */
export const readBackupHeader = async (path: string): Promise<Header> => (await readStart(path)).header;

interface Start {
  header: Header;
  /** Of the header, with its prefix. */
  bytes: Buffer;
  /** Where the records end. */
  end: number;
}

async function readStart(path: string): Promise<Start> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    throw new BackupError(error.code === 'ENOENT' ? `There is no file ${path}.` : `${path} cannot be read (${error.code}).`);
  });
  try {
    const prefix = await readBytes(file, 0, PREFIX_BYTES);
    const length = readPrefix(prefix);
    const { size } = await file.stat();
    const json = await readBytes(file, PREFIX_BYTES, length);
    const end = size - SUFFIX_BYTES;
    if (end < PREFIX_BYTES + length || !isSuffix(await readBytes(file, end, SUFFIX_BYTES), size)) throw cutShort();
    return { header: readHeader(json), bytes: Buffer.concat([prefix, json]), end };
  } finally {
    await file.close();
  }
}

async function readBytes(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { bytesRead, buffer } = await file.read({ buffer: Buffer.alloc(length), length, position });
  return buffer.subarray(0, bytesRead);
}

async function* readRecords(path: string, { bytes: header, end }: Start, key: Buffer | null): AsyncGenerator<BackupRecord> {
  const source = createReadStream(path, { start: header.length, end: end - 1, highWaterMark: BUFFER_BYTES });
  const decompress = createZstdDecompress({ chunkSize: BUFFER_BYTES });
  const steps = key ? [source, createOpener(key, header), decompress] : [source, decompress];
  const failed = pipeline(steps).catch((error: unknown) => error);
  try {
    yield* decodeRecords(decompress as AsyncIterable<Buffer>);
  } catch (error) {
    // Errors of an earlier step arrive here as that the last one was ended.
    throw asBackupError((await failed) ?? error, error);
  } finally {
    source.destroy();
    decompress.destroy();
  }
}

function asBackupError(cause: unknown, error: unknown): Error {
  for (const each of [cause, error]) if (each instanceof BackupError) return each;
  const { code = '' } = cause as NodeJS.ErrnoException;
  if (code === 'Z_BUF_ERROR' || code === 'ZSTD_error_srcSize_wrong') return cutShort(cause);
  if (code.startsWith('Z_') || code.startsWith('ZSTD_')) return damaged('its content does not unpack', cause);
  return cause instanceof Error ? cause : new Error(String(cause));
}

/** Compares what comes with the hashes and counts that come with it. */
async function* checked(records: AsyncIterable<BackupRecord>, header: Header, bytes: Buffer): AsyncGenerator<BackupRecord> {
  const waiting = header.tables.map(({ name }) => name);
  const sums = { rows: 0 };
  let open: { table: TableOfBackup; hash: Hash; bytes: number } | undefined;
  let ended = false;
  for await (const record of records) {
    if (ended) throw damaged('something follows its end');
    if (record.kind === 'table') {
      if (open || record.value.name !== waiting.shift()) throw damaged('its tables are in another order than its header says');
      open = { table: record.value, hash: createHash('sha256'), bytes: 0 };
    } else if (record.kind === 'rows') {
      if (!open) throw damaged('rows belong to no table');
      open.hash.update(record.value);
      open.bytes += record.value.length;
    } else if (record.kind === 'tableEnd') {
      if (!open || !isSame(open, record.value)) throw damaged(`the rows of ${open?.table.name ?? 'a table'} have changed`);
      sums.rows += record.value.rows;
      open = undefined;
    } else if (record.kind === 'end') {
      if (record.value.headerSha256 !== sha256(bytes)) throw damaged('its header has changed');
      if (open || waiting.length > 0 || record.value.rows !== sums.rows) throw damaged('its end does not fit its tables');
      ended = true;
    }
    yield record;
  }
  if (!ended) throw cutShort();
}

const isSame = ({ hash, bytes }: { hash: Hash; bytes: number }, content: Content): boolean =>
  bytes === content.bytes && hash.digest('hex') === content.sha256;

/** Reads all of it. @throws BackupError if anything is wrong with it */
export async function verifyBackup(path: string, passphrase: string | undefined): Promise<{ header: Header; end: End; secrets?: Secrets }> {
  const backup = await openBackup(path, passphrase);
  let end: End | undefined;
  let secrets: Secrets | undefined;
  for await (const record of backup.records()) {
    if (record.kind === 'secrets') secrets = record.value;
    if (record.kind === 'end') end = record.value;
  }
  if (!end) throw cutShort();
  return { header: backup.header, end, ...(secrets && { secrets }) };
}

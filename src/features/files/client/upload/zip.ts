/**
 * A zip without compression as one Blob: headers made here, and the chosen files themselves between them. The browser reads these from
 * disk while it sends them, so an upload takes no memory, however large it is.
 */
import { crc32 } from './crc32.ts';

const VERSION = 20;
const UTF8 = 0x0800;
/** 1980-01-01, the earliest: times of files are not stored. */
const DATE = 0x0021;
/** Browsers do not know the modes of files; 0 keeps that of a file that is replaced. */
const FILE_MODE = 0;
const FOLDER_MODE = 0o040755;
/** From here on, the number of entries needs the larger records of zip64. */
const MANY = 0xffff;
/** Read at once, so in memory. */
const BATCH_FILES = 200;
const BATCH_BYTES = 16 * 1024 * 1024;

interface Entry {
  name: Uint8Array<ArrayBuffer>;
  size: number;
  crc: number;
  isFolder: boolean;
  offset: number;
}

/** What it needs of a file. */
interface Part {
  path: string;
  file: Blob;
}

interface ZipOptions {
  files: readonly Part[];
  /** Empty ones. */
  folders: readonly string[];
  /** Gets how many bytes have been read for their checksums. */
  onProgress?: (bytes: number) => void;
  signal?: AbortSignal;
}

/** A file cannot be read: it was changed or moved after it was chosen. */
export class UnreadableFile extends Error {
  readonly path: string;
  constructor(path: string, options: ErrorOptions) {
    super(`${path} cannot be read`, options);
    this.path = path;
  }
}

/** @throws UnreadableFile, or the signal's reason */
export async function zipOf({ files, folders, onProgress, signal }: ZipOptions): Promise<Blob> {
  const parts: BlobPart[] = [];
  const entries: Entry[] = [];
  let offset = 0;
  const add = (path: string, crc: number, file?: Blob) => {
    const entry = { name: new TextEncoder().encode(path), size: file?.size ?? 0, crc, isFolder: !file, offset };
    const head = localHeader(entry);
    parts.push(head);
    if (file) parts.push(file);
    entries.push(entry);
    offset += head.length + entry.size;
  };
  for (const path of folders) add(`${path}/`, 0);
  let read = 0;
  for (const batch of batchesOf(files)) {
    signal?.throwIfAborted();
    const sums = await checksumsOf(batch);
    for (const [index, { path, file }] of batch.entries()) {
      add(path, sums[index] ?? 0, file);
      read += file.size;
    }
    onProgress?.(read);
  }
  const directory = entries.map(directoryEntry);
  const size = directory.reduce((sum, each) => sum + each.length, 0);
  return new Blob([...parts, ...directory, end(entries.length, size, offset)], { type: 'application/zip' });
}

/** Files to read at once. */
function* batchesOf(files: readonly Part[]): Generator<Part[]> {
  let batch: Part[] = [];
  let bytes = 0;
  for (const part of files) {
    if (batch.length >= BATCH_FILES || bytes + part.file.size > BATCH_BYTES) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(part);
    bytes += part.file.size;
  }
  if (batch.length > 0) yield batch;
}

/** Reads the files as one, which takes a browser a fraction of the time of as many reads. */
async function checksumsOf(batch: readonly Part[]): Promise<number[]> {
  const all = await new Blob(batch.map(({ file }) => file)).arrayBuffer().catch(() => undefined);
  if (!all) throw await findUnreadable(batch);
  let at = 0;
  return batch.map(({ file }) => {
    at += file.size;
    return crc32(new Uint8Array(all, at - file.size, file.size));
  });
}

async function findUnreadable(batch: readonly Part[]): Promise<UnreadableFile> {
  for (const { path, file } of batch) {
    const cause = await file.arrayBuffer().then(
      () => undefined,
      (error: unknown) => error,
    );
    if (cause !== undefined) return new UnreadableFile(path, { cause });
  }
  return new UnreadableFile(batch[0]?.path ?? '', {});
}

/** Little-endian fields, one after the other, each with its width in bytes. */
function record(fields: readonly (readonly [width: 2 | 4 | 8, value: number])[], name = new Uint8Array()): Uint8Array<ArrayBuffer> {
  const length = fields.reduce((sum, [width]) => sum + width, 0);
  const bytes = new Uint8Array(length + name.length);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [width, value] of fields) {
    if (width === 2) view.setUint16(at, value, true);
    else if (width === 4) view.setUint32(at, value, true);
    else view.setBigUint64(at, BigInt(value), true);
    at += width;
  }
  bytes.set(name, length);
  return bytes;
}

const common = ({ name, size, crc }: Entry) =>
  [
    [2, VERSION],
    [2, UTF8],
    [2, 0],
    [2, 0],
    [2, DATE],
    [4, crc],
    [4, size],
    [4, size],
    [2, name.length],
    [2, 0],
  ] as const;

const localHeader = (entry: Entry) => record([[4, 0x04034b50], ...common(entry)], entry.name);

const directoryEntry = (entry: Entry) =>
  record(
    [
      [4, 0x02014b50],
      // Made on Unix, so that the mode counts.
      [2, (3 << 8) | VERSION],
      ...common(entry),
      [2, 0],
      [2, 0],
      [2, 0],
      [4, ((entry.isFolder ? FOLDER_MODE : FILE_MODE) * 0x10000 + (entry.isFolder ? 0x10 : 0)) >>> 0],
      [4, entry.offset],
    ],
    entry.name,
  );

function end(count: number, size: number, offset: number): Uint8Array<ArrayBuffer> {
  const short = Math.min(count, MANY);
  const last = record([
    [4, 0x06054b50],
    [2, 0],
    [2, 0],
    [2, short],
    [2, short],
    [4, size],
    [4, offset],
    [2, 0],
  ]);
  if (count < MANY) return last;
  const large = record([
    [4, 0x06064b50],
    [8, 44],
    [2, 45],
    [2, 45],
    [4, 0],
    [4, 0],
    [8, count],
    [8, count],
    [8, size],
    [8, offset],
  ]);
  const locator = record([
    [4, 0x07064b50],
    [4, 0],
    [8, offset + size],
    [4, 1],
  ]);
  const all = new Uint8Array(large.length + locator.length + last.length);
  all.set(large);
  all.set(locator, large.length);
  all.set(last, large.length + locator.length);
  return all;
}

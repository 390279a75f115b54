/**
 * Reads a zip that nobody vouches for: its list of entries first, every one of them checked, then contents one by one. Sizes and checksums
 * are those that the list promises, and a content that does not keep them is refused.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { crc32, inflateRaw, inflateRawSync } from 'node:zlib';
import yauzl from 'yauzl';
import { HttpProblem } from '#kernel/errors.ts';
import { type EntryProblem, refuse } from './entry-problems.ts';
import { texts } from './texts.ts';

const inflate = promisify(inflateRaw);

/** Smaller ones are inflated here: a thread's turn takes longer. */
const SMALL_BYTES = 16 * 1024;
/** Before an entry’s name and content. */
const LOCAL_HEADER_BYTES = 30;
const LOCAL_SIGNATURE = 0x04034b50;

const STORED = 0;
const DEFLATED = 8;
/** Of a Unix mode. */
const TYPE_BITS = 0o170000;
const LINK = 0o120000;
const REGULAR = 0o100000;
const DIRECTORY = 0o040000;

export interface ZipEntry {
  /** As the zip has it, decoded; a folder without its slash. */
  name: string;
  isFolder: boolean;
  /** Null if the zip does not say: those made on Windows, and uploads from a browser. */
  executable: boolean | null;
  size: number;
}

interface Bounds {
  maxEntries: number;
  /** Of one file, in bytes. */
  maxFileBytes: number;
  /** Of all files together. */
  maxBytes: number;
}

export type ZipReader = Awaited<ReturnType<typeof openZip>>;

/** @throws 422 `invalid_zip`, with the entries that cannot be imported; 422 `too_many_files`, `too_large` */
export async function openZip(path: string, bounds: Bounds) {
  const handle = await open(path);
  try {
    const zip = await yauzl
      .fromFdPromise(handle.fd, { autoClose: false, decodeStrings: false, validateEntrySizes: false })
      .catch((cause: unknown) => {
        throw new HttpProblem(422, 'invalid_zip', texts.notAZip, { cause });
      });
    if (zip.entryCount > bounds.maxEntries)
      throw new HttpProblem(422, 'too_many_files', texts.tooManyEntries(zip.entryCount, bounds.maxEntries));
    const found = await listEntries(zip, bounds);
    return {
      entries: [...found.keys()],
      /** @throws 422 `invalid_zip` if it is not what the list promises */
      async read(entry: ZipEntry): Promise<Buffer> {
        const packed = found.get(entry);
        if (!packed) throw new Error('an entry of another zip');
        return readContent(handle, entry, packed);
      },
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Where an entry's content is, and what the list promises of it. Less than yauzl keeps, for the sake of zips with many entries. */
interface Packed {
  /** Of its local header. */
  offset: number;
  nameLength: number;
  packedSize: number;
  method: number;
  crc: number;
}

type Found = ReadonlyMap<ZipEntry, Packed>;

async function listEntries(zip: yauzl.ZipFile, { maxFileBytes, maxBytes }: Bounds): Promise<Found> {
  const found = new Map<ZipEntry, Packed>();
  const problems: EntryProblem[] = [];
  let bytes = 0;
  try {
    for await (const raw of zip.eachEntry()) {
      const entry = describe(raw);
      found.set(entry, {
        offset: raw.relativeOffsetOfLocalHeader,
        nameLength: raw.fileNameLength,
        packedSize: raw.compressedSize,
        method: raw.compressionMethod,
        crc: raw.crc32,
      });
      const reason = problemOf(raw, entry, maxFileBytes);
      if (reason) problems.push({ path: entry.name, reason });
      bytes += entry.size;
    }
  } catch (cause) {
    throw new HttpProblem(422, 'invalid_zip', texts.broken, { cause });
  }
  refuse([...problems, ...overlaps(found)]);
  if (bytes > maxBytes) throw new HttpProblem(422, 'too_large', texts.tooLargeTogether(bytes, maxBytes));
  return found;
}

function describe(raw: yauzl.Entry): ZipEntry {
  const name = decodeName(raw);
  const mode = raw.externalFileAttributes >>> 16;
  const isFolder = name.endsWith('/');
  const executable = mode === 0 ? null : !isFolder && (mode & 0o100) !== 0;
  return { name: isFolder ? name.slice(0, -1) : name, isFolder, executable, size: raw.uncompressedSize };
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Many programs write UTF-8 without saying so; what is no UTF-8 is what the format says. */
function decodeName(raw: yauzl.Entry): string {
  const bytes = raw.fileNameRaw;
  try {
    return utf8.decode(bytes);
  } catch {
    return yauzl.getFileNameLowLevel(raw.generalPurposeBitFlag & ~0x800, bytes, raw.extraFields, true);
  }
}

function problemOf(raw: yauzl.Entry, { isFolder, size }: ZipEntry, maxFileBytes: number): string | undefined {
  const type = (raw.externalFileAttributes >>> 16) & TYPE_BITS;
  if (type === LINK) return texts.isLink;
  if (type !== 0 && type !== REGULAR && type !== DIRECTORY) return texts.isSpecial;
  if (isFolder || type === DIRECTORY) return size > 0 || !isFolder ? texts.isFolderWithContent : undefined;
  if (raw.isEncrypted()) return texts.isEncrypted;
  if (raw.compressionMethod !== STORED && raw.compressionMethod !== DEFLATED) return texts.otherMethod;
  if (size > maxFileBytes) return texts.tooLarge(maxFileBytes);
  // Deflate adds at most a few bytes for each 16 kB.
  const most = raw.compressionMethod === STORED ? size : size + (size >> 10) + 64;
  return raw.compressedSize > most || (raw.compressionMethod === STORED && raw.compressedSize < size) ? texts.liesAboutSize : undefined;
}

/** Entries that share bytes, by which a small zip unfolds into a large one. */
function overlaps(found: Found): EntryProblem[] {
  const byPosition = [...found].sort(([, a], [, b]) => a.offset - b.offset);
  let end = 0;
  return byPosition.flatMap(([entry, { offset, nameLength, packedSize }]) => {
    const overlapping = offset < end;
    end = Math.max(end, offset + LOCAL_HEADER_BYTES + nameLength + packedSize);
    return overlapping ? [{ path: entry.name, reason: texts.overlaps }] : [];
  });
}

async function readContent(handle: FileHandle, entry: ZipEntry, packed: Packed): Promise<Buffer> {
  const content = await unpack(handle, entry.size, packed).catch((cause: unknown) => {
    const entries = [{ path: entry.name, reason: texts.unreadable }];
    throw new HttpProblem(422, 'invalid_zip', texts.refused(entry.name, texts.unreadable, 0), { members: { entries }, cause });
  });
  if (content.length !== entry.size) refuse([{ path: entry.name, reason: texts.liesAboutSize }]);
  if (crc32(content) !== packed.crc) refuse([{ path: entry.name, reason: texts.wrongChecksum }]);
  return content;
}

/** Inflates no more than promised. */
async function unpack(handle: FileHandle, size: number, { offset, packedSize, method }: Packed): Promise<Buffer> {
  const header = await readAt(handle, offset, LOCAL_HEADER_BYTES);
  if (header.readUInt32LE(0) !== LOCAL_SIGNATURE) throw new Error('the entry is not where the list says');
  const lengths = header.readUInt16LE(26) + header.readUInt16LE(28);
  const packed = await readAt(handle, offset + LOCAL_HEADER_BYTES + lengths, packedSize);
  if (method === STORED) return packed;
  const bounds = { maxOutputLength: Math.max(1, size) };
  return packedSize < SMALL_BYTES && size < 16 * SMALL_BYTES ? inflateRawSync(packed, bounds) : inflate(packed, bounds);
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  const { bytesRead } = await handle.read(bytes, 0, length, position);
  if (bytesRead < length) throw new Error('the zip ends within this entry');
  return bytes;
}

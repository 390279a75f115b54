/**
 * What a backup file looks like. Version 1:
 *
 *     GUILDHALL BACKUP\n · length of the header (4 bytes) · header (JSON)
 *     then records, compressed together with zstd, and encrypted if the header says so (encryption.ts):
 *     kind (1 byte) · length (4 bytes) · content
 *
 * Records: `secrets` (only if encrypted); for each table `table`, any number of `rows` (PostgreSQL's text COPY, cut anywhere), `tableEnd`;
 * at last `end`. The file ends with its own length (8 bytes), so that one that is
 * incomplete is known at once. Numbers are big-endian. The header can be read without the passphrase.
 */
import { createHash } from 'node:crypto';
import * as z from 'zod';

const MAGIC = Buffer.from('GUILDHALL BACKUP\n');
export const FORMAT = 1;
/** The header lists tables and columns; a real one has some kilobytes. */
const MAX_HEADER_BYTES = 4 * 1024 * 1024;
/** Rows are cut into records of at most this size. */
export const MAX_ROWS_BYTES = 256 * 1024;
const KINDS = ['secrets', 'table', 'rows', 'tableEnd', 'end'] as const;

const table = z.object({ name: z.string(), columns: z.array(z.string()).min(1) });
const header = z.object({
  format: z.number(),
  /** Of the program that made it. */
  version: z.string(),
  madeAt: z.string(),
  postgres: z.string(),
  /** The schema its tables have. */
  migrations: z.array(z.object({ number: z.number(), name: z.string(), checksum: z.string() })),
  tables: z.array(table),
  leftOut: z.array(z.string()),
  /** Secrets sealed with ENCRYPTION_KEY, and the ids of the keys that sealed them, in hexadecimal. */
  sealed: z.array(z.object({ what: z.string(), count: z.number() })),
  keyIds: z.array(z.string()),
  encryption: z
    .object({
      kdf: z.literal('scrypt'),
      salt: z.string(),
      cost: z.number().max(2 ** 17),
      blockSize: z.literal(8),
      parallelization: z.number().max(16),
      /** Tells a wrong passphrase from a damaged file. */
      check: z.string(),
    })
    .nullable(),
});
export type Header = z.infer<typeof header>;
export type Encryption = NonNullable<Header['encryption']>;
export type TableOfBackup = z.infer<typeof table>;

const secrets = z.object({ sessionSecrets: z.array(z.string()), encryptionKeys: z.array(z.string()) });
export type Secrets = z.infer<typeof secrets>;

/** The content of a table: its rows, and the bytes and SHA-256 of their text. */
const content = z.object({ rows: z.number(), bytes: z.number(), sha256: z.string() });
export type Content = z.infer<typeof content>;

const sequence = z.object({ table: z.string(), column: z.string(), lastValue: z.string(), isCalled: z.boolean() });
export type Sequence = z.infer<typeof sequence>;

const end = z.object({ tables: z.number(), rows: z.number(), sequences: z.array(sequence), headerSha256: z.string() });
export type End = z.infer<typeof end>;

export type BackupRecord =
  | { kind: 'secrets'; value: Secrets }
  | { kind: 'table'; value: TableOfBackup }
  | { kind: 'rows'; value: Buffer }
  | { kind: 'tableEnd'; value: Content }
  | { kind: 'end'; value: End };

const schemas = { secrets, table, tableEnd: content, end } as const;

/** A file that is no backup, is damaged, or needs something that was not given. The message is one sentence for an operator. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export function encodeHeader(value: Header): Buffer {
  const json = Buffer.from(JSON.stringify(value));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(json.length);
  return Buffer.concat([MAGIC, length, json]);
}

/** Bytes that tell how long a header is. */
export const PREFIX_BYTES = MAGIC.length + 4;

export const SUFFIX_BYTES = 8;

/** @param length of the file up to here */
export function encodeSuffix(length: number): Buffer {
  const suffix = Buffer.alloc(SUFFIX_BYTES);
  suffix.writeBigUInt64BE(BigInt(length + SUFFIX_BYTES));
  return suffix;
}

export const isSuffix = (suffix: Buffer, length: number): boolean => suffix.readBigUInt64BE() === BigInt(length);

/** @returns bytes of the header, of which the prefix is not part @throws BackupError if this is no backup */
export function readPrefix(prefix: Buffer): number {
  if (prefix.length < PREFIX_BYTES || !prefix.subarray(0, MAGIC.length).equals(MAGIC))
    throw new BackupError('This file is not a Guildhall backup.');
  const length = prefix.readUInt32BE(MAGIC.length);
  if (length === 0 || length > MAX_HEADER_BYTES) throw damaged('its header is unreadable');
  return length;
}

/** @throws BackupError if it is damaged or of a later format */
export function readHeader(json: Buffer): Header {
  const value = parseJson(json);
  const format = (value as { format?: unknown } | null)?.format;
  if (typeof format === 'number' && format > FORMAT)
    throw new BackupError(
      `This backup has format ${format}; this version of Guildhall reads up to ${FORMAT}. Use the version that made it, or a later one.`,
    );
  const read = header.safeParse(value);
  if (!read.success) throw damaged('its header is unreadable');
  return read.data;
}

export const damaged = (what: string, cause?: unknown) => new BackupError(`This backup is damaged: ${what}. Use another one.`, { cause });

const RECORD_PREFIX_BYTES = 5;

export function encodeRecord(record: BackupRecord): Buffer {
  const content = record.kind === 'rows' ? record.value : Buffer.from(JSON.stringify(record.value));
  const prefix = Buffer.alloc(RECORD_PREFIX_BYTES);
  prefix.writeUInt8(KINDS.indexOf(record.kind));
  prefix.writeUInt32BE(content.length, 1);
  return Buffer.concat([prefix, content]);
}

/** Cuts a stream of bytes into records. @throws BackupError if they are none, or the last one is incomplete */
export async function* decodeRecords(chunks: AsyncIterable<Buffer>): AsyncGenerator<BackupRecord> {
  let parts: Buffer[] = [];
  let size = 0;
  let needed = RECORD_PREFIX_BYTES;
  for await (const chunk of chunks) {
    parts.push(chunk);
    size += chunk.length;
    if (size < needed) continue;
    let rest = parts.length === 1 ? chunk : Buffer.concat(parts);
    for (needed = lengthOf(rest); rest.length >= needed; needed = lengthOf(rest)) {
      yield decodeRecord(rest.subarray(0, needed));
      rest = rest.subarray(needed);
    }
    parts = [rest];
    size = rest.length;
  }
  if (size > 0) throw cutShort();
}

/** @returns the bytes of the record at the beginning of these, which may be longer */
function lengthOf(bytes: Buffer): number {
  if (bytes.length < RECORD_PREFIX_BYTES) return RECORD_PREFIX_BYTES;
  const length = bytes.readUInt32BE(1);
  if (length > MAX_HEADER_BYTES) throw damaged('a part of it is unreadable');
  return RECORD_PREFIX_BYTES + length;
}

export const cutShort = (cause?: unknown) =>
  new BackupError('This backup is incomplete: it was cut short, or something was added to it. Use another one.', { cause });

function decodeRecord(bytes: Buffer): BackupRecord {
  const kind = KINDS[bytes.readUInt8()];
  const content = bytes.subarray(RECORD_PREFIX_BYTES);
  if (kind === undefined) throw damaged('a part of it is unreadable');
  if (kind === 'rows') return { kind, value: content };
  const read = schemas[kind].safeParse(parseJson(content));
  if (!read.success) throw damaged('a part of it is unreadable');
  return { kind, value: read.data } as BackupRecord;
}

function parseJson(content: Buffer): unknown {
  try {
    return JSON.parse(content.toString('utf8'));
  } catch (error) {
    throw damaged('a part of it is unreadable', error);
  }
}

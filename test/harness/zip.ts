/** Writes zips byte by byte, so that tests can make any part of one lie; and reads those that the server wrote. */
import { crc32, deflateRawSync } from 'node:zlib';
import yauzl from 'yauzl';

export interface TestEntry {
  /** With a slash at its end for a folder. */
  name: string | Buffer;
  content?: Buffer | string;
  /** Unix mode, with its type bits. */
  mode?: number;
  /** Written in place of what is true. */
  size?: number;
  crc?: number;
  method?: number;
  flags?: number;
  /** Points to the bytes of the entry before. */
  overlapping?: boolean;
}

/** @param entryCount written in place of what is true; a large one as zip64 */
export function zipOf(entries: readonly TestEntry[], { entryCount = entries.length }: { entryCount?: number } = {}): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  let before = 0;
  for (const entry of entries) {
    const content = Buffer.from(entry.content ?? '');
    const method = entry.method ?? 8;
    const packed = method === 8 ? deflateRawSync(content) : content;
    const name = Buffer.from(entry.name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(entry.flags ?? 0x800, 2);
    common.writeUInt16LE(method, 4);
    common.writeUInt32LE(entry.crc ?? crc32(content), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(entry.size ?? content.length, 18);
    common.writeUInt16LE(name.length, 22);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(((entry.mode ?? 0o100644) * 65536) >>> 0, 6);
    rest.writeUInt32LE(entry.overlapping ? before : offset, 10);
    central.push(Buffer.from('PK\x01\x02\x14\x03', 'latin1'), common, rest, name);
    if (entry.overlapping) continue;
    before = offset;
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, name, packed]);
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(central);
  const count16 = Math.min(entryCount, 0xffff);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(count16, 8);
  end.writeUInt16LE(count16, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, ...(entryCount > count16 ? zip64(entryCount, directory.length, offset) : []), end]);
}

function zip64(entryCount: number, length: number, offset: number): Buffer[] {
  const end = Buffer.alloc(56);
  end.write('PK\x06\x06', 'latin1');
  end.writeBigUInt64LE(44n, 4);
  end.writeBigUInt64LE(BigInt(entryCount), 24);
  end.writeBigUInt64LE(BigInt(entryCount), 32);
  end.writeBigUInt64LE(BigInt(length), 40);
  end.writeBigUInt64LE(BigInt(offset), 48);
  const locator = Buffer.alloc(20);
  locator.write('PK\x06\x07', 'latin1');
  locator.writeBigUInt64LE(BigInt(offset + length), 8);
  locator.writeUInt32LE(1, 16);
  return [end, locator];
}

/** @returns the text of each file by its name; folders have a slash, and no text */
export async function unzip(zip: Buffer): Promise<Record<string, string>> {
  const read = await yauzl.fromBufferPromise(zip);
  const found: Record<string, string> = {};
  for await (const entry of read.eachEntry()) {
    const stream = await read.openReadStreamPromise(entry);
    found[entry.fileName] = Buffer.concat(await stream.toArray()).toString('latin1');
  }
  return found;
}

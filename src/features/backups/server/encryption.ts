/**
 * Encrypts a backup with a passphrase: AES-256-GCM in chunks, so that it can be read as it streams and nothing is believed before it was
 * checked. Each file has a key of its own (scrypt with a random salt), so the nonce can be the chunk's number; its last byte marks the last
 * chunk, without which a file that was cut at a chunk's end would pass. Every chunk is bound to the header.
 */
import { createCipheriv, createDecipheriv, createHmac, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';
import { promisify } from 'node:util';
import { BackupError, cutShort, damaged, type Encryption } from './format.ts';

const CHUNK = 64 * 1024;
const TAG = 16;
/** Together 32 MB of memory and about a third of a second. */
const COST = 2 ** 15;
const PARALLELIZATION = 3;
const BLOCK_SIZE = 8;
const MIN_PASSPHRASE = 12;

const derive = promisify(scrypt) as (
  secret: string,
  salt: Buffer,
  length: number,
  options: { N: number; r: number; p: number; maxmem: number },
) => Promise<Buffer>;

function deriveKey(passphrase: string, { salt, cost, parallelization }: Omit<Encryption, 'check'>): Promise<Buffer> {
  const maxmem = 2 * 128 * cost * BLOCK_SIZE;
  return derive(passphrase.normalize('NFC'), Buffer.from(salt, 'hex'), 32, { N: cost, r: BLOCK_SIZE, p: parallelization, maxmem });
}

const checkOf = (key: Buffer): string => createHmac('sha256', key).update('guildhall backup').digest('hex').slice(0, 32);

/** @returns what the header says of the encryption, and the key @throws BackupError for a passphrase that is too short */
export async function createKey(passphrase: string): Promise<{ encryption: Encryption; key: Buffer }> {
  if (passphrase.length < MIN_PASSPHRASE) throw new BackupError(`The passphrase of a backup needs ${MIN_PASSPHRASE} characters or more.`);
  const salt = randomBytes(16).toString('hex');
  const settings = { kdf: 'scrypt', salt, cost: COST, blockSize: BLOCK_SIZE, parallelization: PARALLELIZATION } as const;
  const key = await deriveKey(passphrase, settings);
  return { encryption: { ...settings, check: checkOf(key) }, key };
}

/** @throws BackupError if the passphrase is missing or wrong */
export async function openKey(passphrase: string | undefined, encryption: Encryption): Promise<Buffer> {
  if (passphrase === undefined)
    throw new BackupError('This backup is encrypted. Set BACKUP_PASSPHRASE to its passphrase, or name a file with --passphrase-file.');
  const key = await deriveKey(passphrase, encryption);
  const [ours, theirs] = [Buffer.from(checkOf(key)), Buffer.from(encryption.check)];
  if (ours.length !== theirs.length || !timingSafeEqual(ours, theirs)) throw new BackupError('The passphrase of this backup is wrong.');
  return key;
}

function nonceOf(chunk: number, last: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeBigUInt64BE(BigInt(chunk), 3);
  nonce.writeUInt8(last ? 1 : 0, 11);
  return nonce;
}

/** Cuts what passes through into chunks of one size, and treats the last one differently. */
class Chunks extends Transform {
  #held = Buffer.alloc(0);
  #number = 0;
  readonly #size: number;
  readonly #convert: (chunk: Buffer, number: number, last: boolean) => Buffer;

  constructor(size: number, convert: (chunk: Buffer, number: number, last: boolean) => Buffer) {
    super();
    this.#size = size;
    this.#convert = convert;
  }

  override _transform(given: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    let held = this.#held.length === 0 ? given : Buffer.concat([this.#held, given]);
    try {
      // One chunk is kept back, since the last one is marked.
      while (held.length > this.#size) {
        this.push(this.#convert(held.subarray(0, this.#size), this.#number++, false));
        held = held.subarray(this.#size);
      }
      this.#held = Buffer.from(held);
      done();
    } catch (error) {
      done(error as Error);
    }
  }

  override _flush(done: TransformCallback): void {
    try {
      this.push(this.#convert(this.#held, this.#number, true));
      done();
    } catch (error) {
      done(error as Error);
    }
  }
}

/** @param header its bytes */
export function createSealer(key: Buffer, header: Buffer): Transform {
  return new Chunks(CHUNK, (chunk, number, last) => {
    const cipher = createCipheriv('aes-256-gcm', key, nonceOf(number, last)).setAAD(header);
    return Buffer.concat([cipher.update(chunk), cipher.final(), cipher.getAuthTag()]);
  });
}

/** Errors of this stream are BackupErrors. */
export function createOpener(key: Buffer, header: Buffer): Transform {
  const open = (chunk: Buffer, number: number, last: boolean): Buffer => {
    const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(number, last)).setAAD(header);
    decipher.setAuthTag(chunk.subarray(-TAG));
    return Buffer.concat([decipher.update(chunk.subarray(0, -TAG)), decipher.final()]);
  };
  return new Chunks(CHUNK + TAG, (chunk, number, last) => {
    if (chunk.length < TAG) throw cutShort();
    try {
      return open(chunk, number, last);
    } catch (error) {
      if (!last) throw damaged('a part of it was changed', error);
      // A chunk that opens as one in the middle is not the end of the file as it was written.
      throw opensAs(() => open(chunk, number, false)) ? cutShort(error) : damaged('its end was changed or is missing', error);
    }
  });
}

function opensAs(open: () => Buffer): boolean {
  try {
    open();
    return true;
  } catch {
    return false;
  }
}

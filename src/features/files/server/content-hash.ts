/** Versions of contents: their SHA-256. */
import { hash, webcrypto } from 'node:crypto';

/** Larger contents are hashed in a separate thread: 50 MB would block this one for 0.1 s. */
const LARGE_BYTES = 256 * 1024;

/** Hashes of large contents, which are not modified after hashing. */
const hashes = new WeakMap<Uint8Array, string>();

/** @returns SHA-256 in hex. Large contents should have been passed to `hashContents` before */
export const versionOfContent = (content: Uint8Array): string => hashes.get(content) ?? hash('sha256', content, 'hex');

/** Hashes off the event loop, so that `versionOfContent` does not have to. */
export async function hashContents(contents: Iterable<unknown>): Promise<void> {
  for (const content of contents) {
    if (!(content instanceof Uint8Array) || content.byteLength <= LARGE_BYTES || hashes.has(content)) continue;
    const digest = await webcrypto.subtle.digest('SHA-256', content as Uint8Array<ArrayBuffer>);
    hashes.set(content, Buffer.from(digest).toString('hex'));
  }
}

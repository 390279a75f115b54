/** Versions of contents: their SHA-256. */
import { hash, webcrypto } from 'node:crypto';

/** Larger ones are hashed by a thread of their own: 50 MB would hold up everybody on this one for 0.1 s. */
const LARGE_BYTES = 256 * 1024;

/** Of large contents, which nobody writes to once they are hashed. */
const known = new WeakMap<Uint8Array, string>();

/** @returns SHA-256 as hex. A large content should have been through `hashContents` before */
export const versionOfContent = (content: Uint8Array): string => known.get(content) ?? hash('sha256', content, 'hex');

/** Off the event loop, so that `versionOfContent` need not do it. */
export async function hashContents(contents: Iterable<unknown>): Promise<void> {
  for (const content of contents) {
    if (!(content instanceof Uint8Array) || content.byteLength <= LARGE_BYTES || known.has(content)) continue;
    const digest = await webcrypto.subtle.digest('SHA-256', content as Uint8Array<ArrayBuffer>);
    known.set(content, Buffer.from(digest).toString('hex'));
  }
}

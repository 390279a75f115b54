/** Media types that are safe to show from our own address: pictures by name, text as plain text, all else as bytes. */
import { extensionOf } from '#features/files/path.ts';
import { readText } from './text.ts';

const pictures = new Map([
  ['png', 'image/png'],
  ['jpg', 'image/jpeg'],
  ['jpeg', 'image/jpeg'],
  ['gif', 'image/gif'],
  ['webp', 'image/webp'],
  ['avif', 'image/avif'],
]);

/** @param content null when it is not sent */
export function mediaTypeOf(path: string, content: Buffer | null): string {
  const picture = pictures.get(extensionOf(path));
  if (picture) return picture;
  return content === null || readText(content) !== undefined ? 'text/plain; charset=utf-8' : 'application/octet-stream';
}

/** Media types that are safe to serve from our own origin: images by name, text as plain text, everything else as bytes. */
import { extensionOf } from '#features/files/path.ts';
import { unsupportedMedia } from '#kernel/errors.ts';
import { isStartOfText } from './text.ts';
import { texts } from './texts.ts';

const pictures = new Map([
  ['png', 'image/png'],
  ['jpg', 'image/jpeg'],
  ['jpeg', 'image/jpeg'],
  ['gif', 'image/gif'],
  ['webp', 'image/webp'],
  ['avif', 'image/avif'],
]);

/** @param start of the content, or all of it; null if it is not sent */
export function mediaTypeOf(path: string, start: Buffer | null): string {
  const picture = pictures.get(extensionOf(path));
  if (picture) return picture;
  return start === null || isStartOfText(start) ? 'text/plain; charset=utf-8' : 'application/octet-stream';
}

/**
 * A file's bytes are stored as sent. A body that a client library has wrapped, in a form or as JSON text, is rejected instead of stored
 * with its wrapping.
 * @throws 415
 */
export function requireFileBytes(contentType: string | undefined, path: string): void {
  const [type = ''] = (contentType ?? '').toLowerCase().split(';');
  const wraps = type.trim().startsWith('multipart/') || type.trim() === 'application/x-www-form-urlencoded';
  if (wraps || (type.trim() === 'application/json' && !path.toLowerCase().endsWith('.json')))
    throw unsupportedMedia(texts.problems.notBytes);
}

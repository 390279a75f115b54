/** Converts bytes to editor text and back, without changing a byte that was not edited. */
import { extensionOf } from '#features/files/path.ts';
import { markName } from '#wire/hidden-characters.ts';

interface Text {
  /** Lines end with \n if `crlf` is set, else exactly as in the file. */
  text: string;
  crlf: boolean;
}

/** @returns undefined for content that is not text: not UTF-8, or containing NUL */
export function decodeText(bytes: Uint8Array): Text | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const crlf = text.includes('\r\n') && !/(?<!\r)\n/.test(text);
    return { text: crlf ? text.replaceAll('\r\n', '\n') : text, crlf };
  } catch {
    return undefined;
  }
}

export const encodeText = ({ text, crlf }: Text): string => (crlf ? text.replaceAll('\n', '\r\n') : text);

const images = new Map([
  ['avif', 'image/avif'],
  ['gif', 'image/gif'],
  ['ico', 'image/x-icon'],
  ['jpeg', 'image/jpeg'],
  ['jpg', 'image/jpeg'],
  ['png', 'image/png'],
  ['webp', 'image/webp'],
]);

export const imageTypeOf = (path: string): string | undefined => images.get(extensionOf(path));
export const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
/** For display: marks characters that are easy to overlook. */
export const titleOf = (path: string): string => markName(nameOf(path));
export const isWithin = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);

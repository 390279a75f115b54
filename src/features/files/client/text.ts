/** From bytes to what an editor shows, and back without changing a byte that nobody edited. */
import { extensionOf } from '#features/files/path.ts';
import { markName } from '#wire/hidden-characters.ts';

interface Text {
  /** Lines end with \n where `crlf` is set, else exactly as in the file. */
  text: string;
  crlf: boolean;
}

/** @returns undefined for what is not text: not UTF-8, or with a NUL in it */
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
/** As people see it: what they would overlook is marked. */
export const titleOf = (path: string): string => markName(nameOf(path));
export const isWithin = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);

/** Converts bytes to editor text and back, without changing a byte that was not edited. */
import { extensionOf } from '#features/files/path.ts';
import { markName } from '#wire/hidden-characters.ts';

/** What the editor leaves out of a file's text, and a save puts back. */
export interface Encoding {
  /** All lines end with \r\n; the text has \n. If lines end differently, the text has them exactly as in the file. */
  crlf: boolean;
  /** The file starts with a byte order mark. */
  bom: boolean;
}

interface Text {
  text: string;
  encoding: Encoding;
}

export const PLAIN: Encoding = { crlf: false, bom: false };
const BOM = '\ufeff';

/** @returns undefined for content that is not text: not UTF-8, or containing NUL */
export function decodeText(bytes: Uint8Array): Text | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    const whole = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const bom = whole.startsWith(BOM);
    const text = bom ? whole.slice(BOM.length) : whole;
    const crlf = text.includes('\r\n') && !/(?<!\r)\n/.test(text);
    return { text: crlf ? text.replaceAll('\r\n', '\n') : text, encoding: { crlf, bom } };
  } catch {
    return undefined;
  }
}

export const encodeText = ({ text, encoding: { crlf, bom } }: Text): string =>
  (bom ? BOM : '') + (crlf ? text.replaceAll('\n', '\r\n') : text);

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

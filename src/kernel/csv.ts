import { markHidden } from '#wire/hidden-characters.ts';

export type Cell = string | number | null;

/** Without it Excel reads UTF-8 as something else. */
const BYTE_ORDER_MARK = '\ufeff';

/**
 * RFC 4180. Text that a spreadsheet would take for a formula begins with an apostrophe, and hidden characters are marked: names come
 * from people.
 * @returns a whole file
 */
export function toCsv(lines: readonly (readonly Cell[])[]): string {
  return `${BYTE_ORDER_MARK}${toCsvLines(lines)}`;
}

/** @returns further lines of a file that begins with `toCsv` */
export function toCsvLines(lines: readonly (readonly Cell[])[]): string {
  return lines.map((line) => `${line.map(cell).join(',')}\r\n`).join('');
}

function cell(value: Cell): string {
  if (typeof value !== 'string') return value === null ? '' : String(value);
  const seen = markHidden(value);
  const text = /^[=+\-@\t\r]/.test(seen) ? `'${seen}` : seen;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

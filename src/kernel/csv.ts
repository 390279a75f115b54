import { markHidden } from '#wire/hidden-characters.ts';

export type Cell = string | number | null;

/** Without it, Excel does not read the file as UTF-8. */
const BYTE_ORDER_MARK = '\ufeff';

/**
 * What a spreadsheet reads as the start of a formula, including wide and small forms, which some treat like the plain ones. At the start of
 * a cell, or of what becomes a cell where semicolons, tabs or broken lines separate: in such a locale, commas do not separate cells, and
 * quotes around this do not count.
 */
const FORMULA = /(^|[;\t\n]|\r\n?)(?=[\s"]{0,20}[=+\-@＝＋－＠﹦﹢﹣﹫])/g;

/**
 * RFC 4180. Text that a spreadsheet would read as a formula gets an apostrophe, and hidden characters are marked: names come from people.
 * @returns a whole file
 */
export function toCsv(lines: readonly (readonly Cell[])[]): string {
  return `${BYTE_ORDER_MARK}${toCsvLines(lines)}`;
}

/** @returns further lines of a file that starts with `toCsv` */
export function toCsvLines(lines: readonly (readonly Cell[])[]): string {
  return lines.map((line) => `${line.map(cell).join(',')}\r\n`).join('');
}

function cell(value: Cell): string {
  if (typeof value !== 'string') return value === null ? '' : String(value);
  const seen = markHidden(value);
  const text = seen.replace(/^(?=[\t\r\n])/, "'").replace(FORMULA, "$1'");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

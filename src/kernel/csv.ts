import { markHidden } from '#wire/hidden-characters.ts';

export type Cell = string | number | null;

/** Without it Excel reads UTF-8 as something else. */
const BYTE_ORDER_MARK = '\ufeff';

/**
 * What a spreadsheet takes for the beginning of a formula, the wide and small forms included, which some read like the plain ones. It
 * begins a cell, or what becomes a cell where semicolons, tabs or broken lines separate: a spreadsheet of such a locale knows no
 * commas, and so no quotes around this.
 */
const FORMULA = /(^|[;\t\n]|\r\n?)(?=[\s"]{0,20}[=+\-@＝＋－＠﹦﹢﹣﹫])/g;

/**
 * RFC 4180. What a spreadsheet would take for a formula is given an apostrophe, and hidden characters are marked: names come from
 * people.
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
  const text = seen.replace(/^(?=[\t\r\n])/, "'").replace(FORMULA, "$1'");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

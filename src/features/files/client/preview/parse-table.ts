/**
 * Comma-separated values (RFC 4180), read row by row: the index of a file of 5 MB takes some milliseconds, and only the rows in view are
 * parsed.
 */
import { extensionOf } from '#features/files/path.ts';

export interface TableIndex {
  text: string;
  delimiter: string;
  /** Where each row starts; and the end of the text. */
  starts: Uint32Array;
  rows: number;
  columns: number;
}

/** Rows that say how many columns there are, and how wide. */
const SAMPLE = 500;

/** @returns the sign that separates values: the most frequent one in the first row that is not within quotes */
export function findDelimiter(path: string, text: string): string {
  if (extensionOf(path) === 'tsv') return '\t';
  const counts = new Map<string, number>();
  let quoted = false;
  for (const sign of text.slice(0, 10_000)) {
    if (sign === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (sign === '\n' || sign === '\r') {
      if (counts.size > 0) break;
    } else if (',;\t|'.includes(sign)) counts.set(sign, (counts.get(sign) ?? 0) + 1);
  }
  const [most] = [...counts].sort(([, a], [, b]) => b - a);
  return most?.[0] ?? ',';
}

const QUOTE = 34;
const LINE_FEED = 10;
const RETURN = 13;

export function indexTable(path: string, text: string): TableIndex {
  const starts: number[] = [];
  let quoted = false;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) quoted = !quoted;
    else if (!quoted && (code === LINE_FEED || (code === RETURN && text.charCodeAt(at + 1) !== LINE_FEED))) {
      starts.push(start);
      start = at + 1;
    }
  }
  if (start < text.length) starts.push(start);
  const rows = starts.length;
  const index = { text, delimiter: findDelimiter(path, text), starts: Uint32Array.from([...starts, text.length]), rows, columns: 0 };
  for (let row = 0; row < Math.min(rows, SAMPLE); row++) index.columns = Math.max(index.columns, readRow(index, row).length);
  return index;
}

/** @param row from 0 @returns its values; a quote that is not closed ends with the row */
export function readRow({ text, delimiter, starts }: Pick<TableIndex, 'text' | 'delimiter' | 'starts'>, row: number): string[] {
  const values: string[] = [];
  let end = starts[row + 1] ?? text.length;
  if (text[end - 1] === '\n') end--;
  if (text[end - 1] === '\r') end--;
  let at = starts[row] ?? end;
  if (at >= end) return [''];
  while (at <= end) {
    let value = '';
    if (text[at] === '"') {
      for (at++; at < end; at++) {
        const next = text.indexOf('"', at);
        const close = next < 0 || next > end ? end : next;
        value += text.slice(at, close);
        at = close;
        // A doubled quote stands for one.
        if (text[at + 1] !== '"' || at + 1 >= end) break;
        value += '"';
        at++;
      }
      at++;
    }
    // Also what follows a closing quote: wrong, but nothing is left out.
    const next = text.indexOf(delimiter, at);
    const stop = next < 0 || next > end ? end : next;
    values.push(value + text.slice(Math.min(at, stop), stop));
    if (stop >= end) break;
    at = stop + delimiter.length;
  }
  return values;
}

const MIN_WIDTH = 6;
const MAX_WIDTH = 40;

/** @returns how many characters wide each column is shown */
export function measureColumns(index: TableIndex): number[] {
  const widths = Array.from({ length: index.columns }, () => MIN_WIDTH);
  for (let row = 0; row < Math.min(index.rows, SAMPLE); row++)
    for (const [column, value] of readRow(index, row).entries()) widths[column] = Math.max(widths[column] ?? MIN_WIDTH, value.length);
  return widths.map((width) => Math.min(width, MAX_WIDTH));
}

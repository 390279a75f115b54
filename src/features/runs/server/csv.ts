type Cell = string | number | null;

/**
 * RFC 4180, with a byte order mark, without which Excel reads UTF-8 as something else. Text that a spreadsheet would take for a
 * formula begins with an apostrophe: names come from people.
 */
export function toCsv(lines: readonly (readonly Cell[])[]): string {
  return `\ufeff${lines.map((line) => `${line.map(cell).join(',')}\r\n`).join('')}`;
}

function cell(value: Cell): string {
  if (typeof value !== 'string') return value === null ? '' : String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** What previews of files say. */
import { formatNumber } from '#ui/format/figure.ts';

export const texts = {
  mode: 'View',
  modes: { source: 'Text', beside: 'Both', preview: 'Preview' },
  tableModes: { source: 'Text', beside: 'Both', preview: 'Table' },
  loading: 'Loading the preview',
  label: (name: string) => `Preview of ${name}`,
  empty: 'This file is empty.',
  tooLong: 'This is too long for a preview.',
  brokenPicture: 'This is not a picture that a browser can show.',
  size: (width: number, height: number) => `${formatNumber(width)} × ${formatNumber(height)} pixels`,
  table: {
    label: (name: string) => `${name} as a table`,
    header: 'First row is a header',
    rows: (rows: number, columns: number) =>
      `${formatNumber(rows)} ${rows === 1 ? 'row' : 'rows'}, ${formatNumber(columns)} ${columns === 1 ? 'column' : 'columns'}`,
    row: (row: number) => `Row ${formatNumber(row)}`,
    column: (column: number) => `Column ${formatNumber(column)}`,
  },
  pdf: 'Browsers show a PDF in a tab of its own.',
  openPdf: 'Open in a new tab',
  download: 'Download',
  notText: (name: string) => `${name} is not text, so it cannot be edited here.`,
} as const;

import { useMemo, useRef, useState } from 'react';
import { Note } from '#ui/primitives/note.tsx';
import { markHidden } from '#wire/hidden-characters.ts';
import { titleOf } from '../text.ts';
import { useVirtual } from '../tree/use-virtual.ts';
import { indexTable, measureColumns, readRow, type TableIndex } from './parse-table.ts';
import { texts } from './texts.ts';
import './table-preview.css';

const ROW_HEIGHT = 28;
/** Browsers lay out an element of at most some million pixels. */
const MAX_ROWS = 500_000;
/** More columns would be more cells than a screen needs. */
const MAX_COLUMNS = 200;

/** Comma- or tab-separated values as a table, of which only the visible rows exist. */
export default function TablePreview({ path, text }: { path: string; text: string }) {
  const index = useMemo(() => indexTable(path, text), [path, text]);
  const [header, setHeader] = useState(true);
  if (index.rows === 0) return <Note>{texts.empty}</Note>;
  return (
    <div className="table-preview">
      <div className="table-bar">
        <output className="numeric">{texts.table.rows(index.rows - (header ? 1 : 0), index.columns)}</output>
        <label>
          <input type="checkbox" checked={header} onChange={(event) => setHeader(event.target.checked)} />
          {texts.table.header}
        </label>
      </div>
      <Rows path={path} index={index} header={header} />
    </div>
  );
}

function Rows({ path, index, header }: { path: string; index: TableIndex; header: boolean }) {
  const scroller = useRef<HTMLDivElement>(null);
  const first = header ? 1 : 0;
  const count = Math.min(index.rows - first, MAX_ROWS);
  const columns = Math.min(index.columns, MAX_COLUMNS);
  const { from, to } = useVirtual({ scroller, count, rowHeight: ROW_HEIGHT });
  const template = useMemo(
    () =>
      `56px ${measureColumns(index)
        .slice(0, MAX_COLUMNS)
        .map((width) => `calc(${width}ch + 24px)`)
        .join(' ')}`,
    [index],
  );
  const names = header ? readRow(index, 0) : Array.from({ length: columns }, (_, column) => texts.table.column(column + 1));
  const shown = Array.from({ length: Math.max(0, to - from) }, (_, offset) => from + offset);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable element must be reachable by keyboard
    <div ref={scroller} className="table-scroll" tabIndex={0}>
      <table aria-label={texts.table.label(titleOf(path))} aria-rowcount={count + 1} aria-colcount={columns}>
        <thead>
          <tr className="table-row" aria-rowindex={1} style={{ gridTemplateColumns: template }}>
            <td className="table-number" />
            {names.slice(0, columns).map((name, column) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: columns have no other identity
              <th key={column} scope="col" title={name}>
                {markHidden(name)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody style={{ height: count * ROW_HEIGHT }}>
          {shown.map((row) => (
            <Row key={row} index={index} row={row + first} top={row * ROW_HEIGHT} number={row + 1} columns={columns} template={template} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps {
  index: TableIndex;
  row: number;
  top: number;
  number: number;
  columns: number;
  template: string;
}

function Row({ index, row, top, number, columns, template }: RowProps) {
  const values = readRow(index, row);
  return (
    <tr className="table-row" aria-rowindex={number + 1} style={{ gridTemplateColumns: template, top }}>
      <th className="table-number numeric" scope="row" aria-label={texts.table.row(number)}>
        {number}
      </th>
      {Array.from({ length: columns }, (_, column) => {
        const value = values[column] ?? '';
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: columns have no other identity
          <td key={column} title={value} data-number={isNumber(value) || undefined}>
            {markHidden(value)}
          </td>
        );
      })}
    </tr>
  );
}

const isNumber = (value: string): boolean => /^[+-]?\d[\d.,\u00a0\u202f' ]*%?$/.test(value);

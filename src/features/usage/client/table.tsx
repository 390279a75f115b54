import type { ReactNode } from 'react';
import type { UsageAmounts } from '#features/usage/contract.ts';
import { formatNumber } from '#ui/format/figure.ts';
import { Scrolling } from '#ui/primitives/scrolling.tsx';
import { formatCost } from './describe-usage.ts';
import { texts } from './texts/usage.ts';
import '#ui/primitives/figures.css';

interface UsageTableProps {
  label: string;
  /** Heading of the first column. */
  of: string;
  rows: readonly (UsageAmounts & { key: string; name: ReactNode })[];
}

export function UsageTable({ label, of, rows }: UsageTableProps) {
  return (
    <Scrolling label={label}>
      <table className="figures">
        <thead>
          <tr>
            <th scope="col">{of}</th>
            <th scope="col">{texts.table.steps}</th>
            <th scope="col">{texts.table.read}</th>
            <th scope="col">{texts.table.written}</th>
            <th scope="col">{texts.table.cost}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.key}>
              <th scope="row">{row.name}</th>
              <td>{formatNumber(row.steps)}</td>
              <td>{formatNumber(row.inputTokens)}</td>
              <td>{formatNumber(row.outputTokens)}</td>
              <td>{formatCost(row)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolling>
  );
}

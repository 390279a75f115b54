import type { UsageBy, UsageRow } from '#features/usage/contract.ts';
import { Failure } from '#ui/primitives/note.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { type Selection, useUsage } from './queries.ts';
import { UsageTable } from './table.tsx';

interface UsageSectionProps {
  title: string;
  of: string;
  by: Exclude<UsageBy, 'day'>;
  selection: Selection;
  /** Shows the usage of one row alone; undefined if rows cannot be selected. */
  onChoose: ((row: UsageRow) => void) | undefined;
}

export function UsageSection({ title, of, by, selection, onChoose }: UsageSectionProps) {
  const usage = useUsage(selection, by);
  const id = `usage-by-${by}`;
  return (
    <section className="section usage-section" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {usage.isPending ? (
        <Waiting what="Adding up" />
      ) : usage.isError ? (
        <Failure error={usage.error} onRetry={() => void usage.refetch()} />
      ) : (
        <>
          <UsageTable
            label={`Table: ${title.toLowerCase()}`}
            of={of}
            rows={usage.data.rows.map((row) => ({ ...row, key: row.key ?? '', name: <Name row={row} onChoose={onChoose} /> }))}
          />
          {usage.data.more && <p className="muted">The {usage.data.rows.length} that used the most. All are in the CSV file.</p>}
        </>
      )}
    </section>
  );
}

function Name({ row, onChoose }: { row: UsageRow; onChoose: UsageSectionProps['onChoose'] }) {
  if (!onChoose || row.key === null) return row.label;
  return (
    <button type="button" className="usage-choose" title={`Show only ${row.label}`} onClick={() => onChoose(row)}>
      {row.label}
    </button>
  );
}

import type { UsageBy, UsageRow } from '#features/usage/contract.ts';
import { Failure } from '#ui/primitives/note.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { type Selection, useUsage } from './queries.ts';
import { UsageTable } from './table.tsx';
import { texts } from './texts/usage.ts';

interface UsageSectionProps {
  by: Exclude<UsageBy, 'day'>;
  selection: Selection;
  /** Shows the usage of one row alone; undefined if rows cannot be selected. */
  onChoose: ((row: UsageRow) => void) | undefined;
}

export function UsageSection({ by, selection, onChoose }: UsageSectionProps) {
  const { title, of, label } = texts.sections[by];
  const usage = useUsage(selection, by);
  const id = `usage-by-${by}`;
  return (
    <section className="section usage-section" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {usage.isPending ? (
        <Waiting what={texts.loading} />
      ) : usage.isError ? (
        <Failure error={usage.error} onRetry={() => void usage.refetch()} />
      ) : (
        <>
          <UsageTable
            label={label}
            of={of}
            rows={usage.data.rows.map((row) => ({ ...row, key: row.key ?? '', name: <Name row={row} onChoose={onChoose} /> }))}
          />
          {usage.data.more && <p className="muted">{texts.most(usage.data.rows.length)}</p>}
        </>
      )}
    </section>
  );
}

function Name({ row, onChoose }: { row: UsageRow; onChoose: UsageSectionProps['onChoose'] }) {
  if (!onChoose || row.key === null) return row.label;
  return (
    <button type="button" className="usage-choose" title={texts.showOnly(row.label)} onClick={() => onChoose(row)}>
      {row.label}
    </button>
  );
}

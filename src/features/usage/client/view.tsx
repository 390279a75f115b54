import { useState } from 'react';
import type { Usage, UsageRow } from '#features/usage/contract.ts';
import { LinkButton } from '#ui/app/link-button.tsx';
import { formatNumber } from '#ui/format/figure.ts';
import { Button } from '#ui/primitives/button.tsx';
import { Empty } from '#ui/primitives/empty.tsx';
import { Failure, Note } from '#ui/primitives/note.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { DayBars } from './day-bars.tsx';
import { formatCost, formatDay } from './describe-usage.ts';
import { type MeasureName, measures } from './measures.ts';
import { type Selection, useUsage } from './queries.ts';
import { UsageSection } from './section.tsx';
import { UsageTable } from './table.tsx';
import { texts } from './texts/usage.ts';
import './usage.css';

interface UsageViewProps {
  selection: Selection;
  /** Filters by a project or person, or clears the filter. */
  onSelect: (changes: Partial<Pick<Selection, 'project' | 'user'>>) => void;
}

export function UsageView({ selection, onSelect }: UsageViewProps) {
  const usage = useUsage(selection, 'project');
  if (usage.isPending) return <Waiting what={texts.loading} />;
  if (usage.isError) return <Failure error={usage.error} onRetry={() => void usage.refetch()} />;
  const { scope, total } = usage.data;
  const narrowed = selection.project ?? selection.user;
  return (
    <div className="usage" data-stale={usage.isPlaceholderData || undefined}>
      {scope === 'own' && <p className="muted">{texts.own}</p>}
      {narrowed && <Narrowed selection={selection} onClear={() => onSelect({ project: undefined, user: undefined })} />}
      {total.steps === 0 ? (
        <Empty icon="bars" title={texts.emptyTitle}>
          {narrowed ? texts.emptyNarrowed : texts.empty}
        </Empty>
      ) : (
        <>
          <Totals total={total} />
          {total.unpriced && (
            <Note
              kind="warn"
              actions={
                <LinkButton size="small" href="/settings/models">
                  {texts.addPrices}
                </LinkButton>
              }
            >
              {texts.unpriced}
            </Note>
          )}
          <ByDay usage={usage.data} />
          <UsageSection by="project" selection={selection} onChoose={({ key }) => key && onSelect({ project: key })} />
          {scope === 'organization' && (
            <UsageSection by="user" selection={selection} onChoose={({ key }) => key && onSelect({ user: key })} />
          )}
          <UsageSection by="model" selection={selection} onChoose={undefined} />
        </>
      )}
    </div>
  );
}

/** Names the active filter: a project, a person, or a person in a project. */
function Narrowed({ selection, onClear }: { selection: Selection; onClear: () => void }) {
  const { project, user } = selection;
  const projects = useUsage(selection, 'project').data?.rows;
  const people = useUsage(selection, 'user').data?.rows;
  const nameIn = (rows: readonly UsageRow[] | undefined, key: string) => rows?.find((row) => row.key === key)?.label;
  const { narrowed } = texts;
  const projectName = project && (nameIn(projects, project) ?? narrowed.project);
  const person = user && (nameIn(people, user) ?? narrowed.person);
  return (
    <Note
      actions={
        <Button size="small" icon="close" onClick={onClear}>
          {narrowed.showAll}
        </Button>
      }
    >
      {projectName && person ? narrowed.both(projectName, person) : narrowed.one(projectName || person || '')}
    </Note>
  );
}

function Totals({ total }: { total: Usage['total'] }) {
  const figures = [
    [texts.totals.steps, formatNumber(total.steps)],
    [texts.totals.read, formatNumber(total.inputTokens)],
    [texts.totals.written, formatNumber(total.outputTokens)],
    [texts.totals.cost, formatCost(total)],
  ];
  return (
    <dl className="usage-totals">
      {figures.map(([label, figure]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd className="numeric">{figure}</dd>
        </div>
      ))}
    </dl>
  );
}

function ByDay({ usage: { days } }: { usage: Usage }) {
  const [measure, setMeasure] = useState<MeasureName>('tokens');
  return (
    <section className="usage-days" aria-labelledby="usage-by-day">
      <div className="usage-days-head">
        <h2 id="usage-by-day">{texts.sections.day.title}</h2>
        <fieldset className="choice">
          <legend className="visually-hidden">{texts.plot.choice}</legend>
          {(Object.keys(measures) as MeasureName[]).map((name) => (
            <label key={name} className="choice-item">
              <input type="radio" name="measure" checked={measure === name} onChange={() => setMeasure(name)} />
              {measures[name].title}
            </label>
          ))}
        </fieldset>
      </div>
      <DayBars days={days} measure={measures[measure]} />
      <DayTable days={days} />
    </section>
  );
}

/** The figures of the plot, rendered only when opened. */
function DayTable({ days }: Pick<Usage, 'days'>) {
  const [open, setOpen] = useState(false);
  const used = days.filter(({ steps }) => steps > 0);
  return (
    <details className="usage-figures" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{texts.figures}</summary>
      {open && (
        <UsageTable
          label={texts.sections.day.label}
          of={texts.sections.day.of}
          rows={used.map((day) => ({ ...day, key: day.day, name: formatDay(day.day) }))}
        />
      )}
    </details>
  );
}

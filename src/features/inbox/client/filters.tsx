import { useId } from 'react';
import { ProjectSelect } from '#features/projects/client/project-select.tsx';
import { type ApprovalKind, approvalKind } from '#features/runs/approvals-contract.ts';
import type { InboxFilter } from './queries.ts';
import { texts } from './texts/inbox.ts';

const words = texts.filters;
interface InboxFiltersProps {
  filter: InboxFilter;
  onChange: (filter: InboxFilter) => void;
  projects: readonly { id: string; name: string }[];
}

/** The filters of the list. */
export function InboxFilters({ filter, onChange, projects }: InboxFiltersProps) {
  const id = useId();
  return (
    <div className="inbox-filters">
      <Choice legend={words.which} value={filter.status} options={words.statuses} onChange={(status) => onChange({ ...filter, status })} />
      <Choice
        legend={words.whose}
        value={filter.mine ? 'mine' : 'all'}
        options={words.owners}
        onChange={(whose) => onChange({ ...filter, mine: whose === 'mine' })}
      />
      <ProjectSelect projects={projects} value={filter.project} onChange={(project) => onChange({ ...filter, project })} />
      <label htmlFor={`${id}-kind`} className="visually-hidden">
        {words.kind}
      </label>
      <select
        id={`${id}-kind`}
        className="select"
        value={filter.kind ?? ''}
        onChange={(event) => onChange({ ...filter, kind: (event.target.value as ApprovalKind) || undefined })}
      >
        <option value="">{words.allKinds}</option>
        {approvalKind.options.map((kind) => (
          <option key={kind} value={kind}>
            {texts.kinds[kind]}
          </option>
        ))}
      </select>
    </div>
  );
}

interface ChoiceProps<T extends string> {
  legend: string;
  value: T;
  options: Readonly<Record<T, string>>;
  onChange: (value: T) => void;
}

function Choice<T extends string>({ legend, value, options, onChange }: ChoiceProps<T>) {
  const name = useId();
  return (
    <fieldset className="choice">
      <legend className="visually-hidden">{legend}</legend>
      {(Object.keys(options) as T[]).map((option) => (
        <label key={option} className="choice-item">
          <input type="radio" name={name} checked={option === value} onChange={() => onChange(option)} />
          {options[option]}
        </label>
      ))}
    </fieldset>
  );
}

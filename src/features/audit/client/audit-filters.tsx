import { type ReactNode, useId } from 'react';
import { actions, kindLabel, kindOf, kinds, labelOf } from '#features/audit-log/actions.ts';
import { type Filter, useAuditPeople } from './queries.ts';
import { texts } from './texts.ts';

const words = texts.filters;

interface AuditFiltersProps {
  organizationId: string;
  filter: Filter;
  onChange: (changes: Partial<Filter>) => void;
  projects: readonly { id: string; name: string }[];
}

/** The log's filters: who, what, where and when. */
export function AuditFilters({ organizationId, filter, onChange, projects }: AuditFiltersProps) {
  const people = useAuditPeople(organizationId).data ?? [];
  return (
    <div className="audit-filters">
      <Choose label={words.who} all={words.everybody} value={filter.user} onChange={(user) => onChange({ user })}>
        <Options of={people} chosen={filter.user} unknown={words.unknownPerson} />
      </Choose>
      <Choose
        label={words.what}
        all={words.everything}
        value={filter.action}
        onChange={(action) => onChange({ action: action as Filter['action'] })}
      >
        {kinds.map((kind) => (
          <optgroup key={kind} label={kindLabel(kind)}>
            <option value={kind}>{words.allOf(kindLabel(kind))}</option>
            {actions
              .filter((action) => kindOf(action) === kind)
              .map((action) => (
                <option key={action} value={action}>
                  {labelOf(action)}
                </option>
              ))}
          </optgroup>
        ))}
      </Choose>
      <Choose label={words.project} all={words.allProjects} value={filter.project} onChange={(project) => onChange({ project })}>
        <Options of={projects} chosen={filter.project} unknown={words.unknownProject} />
      </Choose>
      <Day label={words.from} value={filter.from} max={filter.to} onChange={(from) => onChange({ from })} />
      <Day label={words.to} value={filter.to} min={filter.from} onChange={(to) => onChange({ to })} />
    </div>
  );
}

interface ChooseProps {
  label: string;
  all: string;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
  children: ReactNode;
}

function Choose({ label, all, value, onChange, children }: ChooseProps) {
  const id = useId();
  return (
    <div className="audit-filter">
      <label htmlFor={id}>{label}</label>
      <select id={id} className="select" value={value ?? ''} onChange={(event) => onChange(event.target.value || undefined)}>
        <option value="">{all}</option>
        {children}
      </select>
    </div>
  );
}

interface OptionsProps {
  of: readonly { id: string; name: string }[];
  chosen: string | undefined;
  /** The label for a selected value, from a link, that is missing here. */
  unknown: string;
}

function Options({ of, chosen, unknown }: OptionsProps) {
  return (
    <>
      {chosen && of.every(({ id }) => id !== chosen) && <option value={chosen}>{unknown}</option>}
      {of.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </>
  );
}

interface DayProps {
  label: string;
  value: string | undefined;
  min?: string | undefined;
  max?: string | undefined;
  onChange: (value: string | undefined) => void;
}

/** While a year is being typed it is in the first century, before any entry. */
function Day({ label, value, min, max, onChange }: DayProps) {
  const id = useId();
  const changeTo = (day: string) => {
    if (day === '' || day >= '2000') onChange(day || undefined);
  };
  return (
    <div className="audit-filter">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className="select"
        type="date"
        key={value ?? ''}
        defaultValue={value ?? ''}
        min={min ?? '2000-01-01'}
        max={max}
        onChange={(event) => changeTo(event.target.value)}
      />
    </div>
  );
}

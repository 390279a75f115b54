import { useEffect, useState } from 'react';
import type { Author } from '#features/files/contract.ts';
import { pathProblem } from '#features/files/path.ts';
import { IconButton } from '#ui/primitives/button.tsx';
import { usePeople } from './queries.ts';
import { texts } from './texts.ts';

interface FiltersProps {
  organizationId: string;
  /** Of the changes shown: also former members. */
  authors: readonly Author[];
  of: string | undefined;
  user: string | undefined;
  run: string | undefined;
  onOf: (of: string | undefined) => void;
  onUser: (user: string | undefined) => void;
  onRun: (run: string | undefined) => void;
}

export function Filters({ organizationId, authors, of, user, run, onOf, onUser, onRun }: FiltersProps) {
  const words = texts.filters;
  const members = usePeople(organizationId).data ?? [];
  const people = new Map(members.map(({ userId, name }) => [userId, name]));
  for (const { userId, name } of authors) if (userId !== null && !people.has(userId)) people.set(userId, name);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would need a legend
    <div className="history-filters" role="group" aria-label={words.label}>
      <PathFilter of={of} onOf={onOf} />
      <label className="history-filter">
        <span>{words.person}</span>
        <select
          className="select"
          title={words.personAbout}
          value={user ?? ''}
          onChange={(event) => onUser(event.target.value === '' ? undefined : event.target.value)}
        >
          <option value="">{words.anyone}</option>
          {[...people].map(([id, name]) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {run !== undefined && (
        <span className="history-run">
          {words.run(run.slice(-6))}
          <IconButton size="small" icon="close" label={words.allRuns} onClick={() => onRun(undefined)} />
        </span>
      )}
    </div>
  );
}

/** Applied with Enter, or when the field is left. */
function PathFilter({ of, onOf }: Pick<FiltersProps, 'of' | 'onOf'>) {
  const words = texts.filters;
  const [typed, setTyped] = useState(of ?? '');
  useEffect(() => setTyped(of ?? ''), [of]);
  const apply = () => {
    const path = typed.trim().replace(/^\/+|\/+$/g, '');
    if (path === '') onOf(undefined);
    else if (pathProblem(path) === undefined) onOf(path);
    else setTyped(of ?? '');
  };
  return (
    <label className="history-filter">
      <span>{words.path}</span>
      <input
        className="input"
        type="text"
        placeholder={words.pathPlaceholder}
        value={typed}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => event.key === 'Enter' && apply()}
        onBlur={apply}
      />
    </label>
  );
}

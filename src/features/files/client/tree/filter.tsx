import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, useEffect, useState } from 'react';
import { findNames, MAX_PATTERN } from '#features/files/search-contract.ts';
import { call } from '#ui/app/call.ts';
import { IconButton } from '#ui/primitives/button.tsx';
import { Icon } from '#ui/primitives/icon.tsx';
import { texts } from './texts.ts';

/** Typing pauses this long before names are looked up. */
const PAUSE_MS = 120;

interface FilterFieldProps {
  value: string;
  onChange: (value: string) => void;
  /** Moves the focus to the first result. */
  onDown: () => void;
  /** Opens the first result. */
  onEnter: () => void;
}

export function FilterField({ value, onChange, onDown, onEnter }: FilterFieldProps) {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown') onDown();
    else if (event.key === 'Enter') onEnter();
    else if (event.key === 'Escape' && value !== '') onChange('');
    else return;
    event.preventDefault();
  };
  return (
    <div className="tree-filter">
      <Icon name="search" />
      <input
        className="input"
        type="text"
        aria-label={texts.filter}
        placeholder={texts.filter}
        maxLength={MAX_PATTERN}
        value={value}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={onKeyDown}
      />
      {value !== '' && <IconButton size="small" icon="close" label={texts.clearFilter} onClick={() => onChange('')} />}
    </div>
  );
}

/** The files whose paths match. Disabled for an empty filter. */
export function useNames(projectId: string, filter: string) {
  const [wanted, setWanted] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setWanted(filter.trim()), filter === '' ? 0 : PAUSE_MS);
    return () => clearTimeout(timer);
  }, [filter]);
  const q = filter.trim() === '' ? '' : wanted;
  return useQuery({
    queryKey: ['files', projectId, 'names', q],
    enabled: q !== '',
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => (await call(findNames, { params: { projectId }, query: { q } }, { signal })).body,
  });
}

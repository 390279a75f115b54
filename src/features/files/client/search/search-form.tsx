import { type KeyboardEvent, type RefObject, useId } from 'react';
import { MAX_PATTERN } from '#features/files/search-contract.ts';
import { Button } from '#ui/primitives/button.tsx';
import { Icon } from '#ui/primitives/icon.tsx';
import { texts } from './texts.ts';
import { Toggle } from './toggle.tsx';
import type { Wanted } from './wanted.ts';

interface SearchFormProps {
  wanted: Wanted;
  field: RefObject<HTMLInputElement | null>;
  /** What is wrong with the text. */
  error: string | undefined;
  /** Undefined if nothing is to be replaced. */
  replacement: string | undefined;
  editable: boolean;
  withContext: boolean;
  onChange: (changes: Partial<Wanted>) => void;
  onReplacement: (replacement: string | undefined) => void;
  onContext: (withContext: boolean) => void;
  onPreview: () => void;
  /** Moves the focus to the first result. */
  onDown: () => void;
}

export function SearchForm(props: SearchFormProps) {
  const { wanted, field, error, replacement, editable, withContext, onChange, onReplacement, onContext, onPreview, onDown } = props;
  const id = useId();
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowDown') return;
    event.preventDefault();
    onDown();
  };
  return (
    <search className="search-form">
      <div className="search-line">
        <div className="search-field" data-invalid={error !== undefined || undefined}>
          <Icon name="search" />
          <input
            ref={field}
            type="text"
            aria-label={texts.field}
            aria-invalid={error !== undefined || undefined}
            aria-describedby={error === undefined ? undefined : `${id}-error`}
            placeholder={texts.placeholder}
            maxLength={MAX_PATTERN}
            value={wanted.q}
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            onChange={(event) => onChange({ q: event.target.value })}
            onKeyDown={onKeyDown}
          />
          <Toggle
            sign={texts.signs.matchCase}
            label={texts.matchCase}
            pressed={wanted.matchCase}
            onPress={(matchCase) => onChange({ matchCase })}
          />
          <Toggle sign={texts.signs.word} label={texts.word} pressed={wanted.word} onPress={(word) => onChange({ word })} />
          <Toggle sign={texts.signs.regex} label={texts.regex} pressed={wanted.regex} onPress={(regex) => onChange({ regex })} />
        </div>
        {editable && (
          <Button
            kind="quiet"
            aria-expanded={replacement !== undefined}
            onClick={() => onReplacement(replacement === undefined ? '' : undefined)}
          >
            {texts.replaceToggle}
          </Button>
        )}
      </div>
      {error !== undefined && (
        <p id={`${id}-error`} className="field-error">
          <Icon name="alert" />
          {error}
        </p>
      )}
      {replacement !== undefined && (
        <>
          <div className="search-line">
            <div className="search-field">
              <Icon name="pencil" />
              <input
                type="text"
                aria-label={texts.replacement}
                aria-describedby={wanted.regex ? `${id}-hint` : undefined}
                placeholder={texts.replacement}
                maxLength={10_000}
                value={replacement}
                autoComplete="off"
                autoCapitalize="off"
                spellCheck={false}
                onChange={(event) => onReplacement(event.target.value)}
                onKeyDown={(event) => event.key === 'Enter' && wanted.q !== '' && onPreview()}
              />
            </div>
            <Button disabled={wanted.q === ''} onClick={onPreview}>
              {texts.preview}
            </Button>
          </div>
          {wanted.regex && (
            <p id={`${id}-hint`} className="field-hint">
              {texts.replacementHint}
            </p>
          )}
        </>
      )}
      <div className="search-places">
        <Place label={texts.glob} placeholder={texts.globPlaceholder} value={wanted.glob} onChange={(glob) => onChange({ glob })} />
        <Place
          label={texts.folder}
          placeholder={texts.folderPlaceholder}
          value={wanted.folder}
          onChange={(folder) => onChange({ folder })}
        />
        <label className="search-context">
          <input type="checkbox" checked={withContext} onChange={(event) => onContext(event.target.checked)} />
          {texts.context}
        </label>
      </div>
    </search>
  );
}

interface PlaceProps {
  label: string;
  placeholder: string;
  value: string;
  onChange: (value: string) => void;
}

function Place({ label, placeholder, value, onChange }: PlaceProps) {
  return (
    <label className="search-place">
      <span>{label}</span>
      <input
        className="input"
        type="text"
        placeholder={placeholder}
        maxLength={MAX_PATTERN}
        value={value}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        onChange={(event) => onChange(event.target.value)}
      />
    </label>
  );
}

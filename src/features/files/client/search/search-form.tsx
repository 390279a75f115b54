import { type KeyboardEvent, type RefObject, useId } from 'react';
import { MAX_PATTERN } from '#features/files/search-contract.ts';
import { Button } from '#ui/primitives/button.tsx';
import { Icon } from '#ui/primitives/icon.tsx';
import { PlainInput } from './plain-input.tsx';
import { texts } from './texts.ts';
import { Toggle } from './toggle.tsx';
import type { Wanted } from './wanted.ts';

/** In characters; the server's bound. */
const MAX_REPLACEMENT = 10_000;

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
  const { wanted, error, replacement, editable, withContext, onChange, onReplacement, onContext } = props;
  const id = useId();
  const toggleReplace = () => onReplacement(replacement === undefined ? '' : undefined);
  return (
    <search className="search-form">
      <div className="search-line">
        <TextField {...props} describedBy={error === undefined ? undefined : `${id}-error`} />
        {editable && (
          <Button kind="quiet" aria-expanded={replacement !== undefined} onClick={toggleReplace}>
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
      {replacement !== undefined && <ReplacementField {...props} replacement={replacement} />}
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

function TextField({ wanted, field, error, describedBy, onChange, onDown }: SearchFormProps & { describedBy: string | undefined }) {
  const { signs } = texts;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowDown') return;
    event.preventDefault();
    onDown();
  };
  return (
    <div className="search-field" data-invalid={error !== undefined || undefined}>
      <Icon name="search" />
      <PlainInput
        field={field}
        label={texts.field}
        placeholder={texts.placeholder}
        invalid={error !== undefined}
        describedBy={describedBy}
        maxLength={MAX_PATTERN}
        value={wanted.q}
        onChange={(q) => onChange({ q })}
        onKeyDown={onKeyDown}
      />
      <Toggle sign={signs.matchCase} label={texts.matchCase} pressed={wanted.matchCase} onPress={(matchCase) => onChange({ matchCase })} />
      <Toggle sign={signs.word} label={texts.word} pressed={wanted.word} onPress={(word) => onChange({ word })} />
      <Toggle sign={signs.regex} label={texts.regex} pressed={wanted.regex} onPress={(regex) => onChange({ regex })} />
    </div>
  );
}

function ReplacementField({ wanted, replacement, onReplacement, onPreview }: SearchFormProps & { replacement: string }) {
  const id = useId();
  const canPreview = wanted.q !== '';
  return (
    <>
      <div className="search-line">
        <div className="search-field">
          <Icon name="pencil" />
          <PlainInput
            label={texts.replacement}
            describedBy={wanted.regex ? id : undefined}
            maxLength={MAX_REPLACEMENT}
            value={replacement}
            onChange={onReplacement}
            onKeyDown={(event) => event.key === 'Enter' && canPreview && onPreview()}
          />
        </div>
        <Button disabled={!canPreview} onClick={onPreview}>
          {texts.preview}
        </Button>
      </div>
      {wanted.regex && (
        <p id={id} className="field-hint">
          {texts.replacementHint}
        </p>
      )}
    </>
  );
}

interface PlaceProps {
  label: string;
  placeholder: string;
  value: string;
  onChange: (value: string) => void;
}

const Place = ({ label, placeholder, value, onChange }: PlaceProps) => (
  <div className="search-place">
    <span aria-hidden="true">{label}</span>
    <PlainInput className="input" label={label} placeholder={placeholder} maxLength={MAX_PATTERN} value={value} onChange={onChange} />
  </div>
);

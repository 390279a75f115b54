import { useId } from 'react';
import type { Model } from '#features/models/contract.ts';
import { byProvider } from './format-model.ts';
import { texts } from './texts/settings.ts';

interface ModelChoiceProps {
  label: string;
  hint: string;
  /** The label for choosing no model. */
  none: string;
  models: readonly Model[];
  value: string | null;
  onChange: (id: string | null) => void;
}

export function ModelChoice({ label, hint, none, models, value, onChange }: ModelChoiceProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        className="input"
        value={value ?? ''}
        aria-describedby={`${id}-hint`}
        onChange={(event) => onChange(event.target.value || null)}
      >
        <option value="">{none}</option>
        {value !== null && !models.some((model) => model.id === value) && <option value={value}>{texts.models.missing(value)}</option>}
        {byProvider(models).map(([provider, group]) => (
          <optgroup key={provider} label={provider}>
            {group.map((model) => (
              <option key={model.id} value={model.id}>
                {model.name}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
      <p id={`${id}-hint`} className="field-hint">
        {hint}
      </p>
    </div>
  );
}

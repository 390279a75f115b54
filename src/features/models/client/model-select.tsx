import { useId } from 'react';
import { explain } from '#ui/format/explain.ts';
import { byProvider } from './format-model.ts';
import { useModels } from './queries.ts';
import { texts } from './texts/choice.ts';

interface ModelSelectProps {
  organizationId: string;
  /** Undefined: the organization's default. */
  value: string | undefined;
  /** The label for no selection; without it, a model is required. */
  none?: string;
  onChange: (model: string | undefined) => void;
}

export function ModelSelect({ organizationId, value, none, onChange }: ModelSelectProps) {
  const id = useId();
  const { data, error } = useModels(organizationId);
  const models = data?.models ?? [];
  const found = models.find((model) => model.id === value);
  const byDefault = none === undefined ? (models.find((model) => model.default) ?? models[0]) : undefined;
  const chosen = found ?? byDefault;
  const missing = none !== undefined && value !== undefined && data && !found;
  return (
    <div className="labelled-select">
      <label htmlFor={id}>{texts.model}</label>
      <select
        id={id}
        value={missing ? value : (chosen?.id ?? '')}
        disabled={!chosen && none === undefined}
        onChange={(event) => onChange(event.target.value || undefined)}
      >
        {none !== undefined ? (
          <option value="">{none}</option>
        ) : (
          !chosen && <option value="">{error || data ? texts.notAvailable : texts.loading}</option>
        )}
        {missing && <option value={value}>{texts.chosenNotAvailable(value)}</option>}
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
      {error && <p className="labelled-select-note">{explain(error)}</p>}
      {chosen?.note && <p className="labelled-select-note">{chosen.note}</p>}
      {data?.unreachable.map(({ provider, reason }) => (
        <p key={provider} className="labelled-select-note">
          {reason}
        </p>
      ))}
    </div>
  );
}

import { useId } from 'react';
import { explain } from '#ui/explain.ts';
import { useModels } from './queries.ts';
import { byProvider } from './say-model.ts';

interface ModelSelectProps {
  organizationId: string;
  /** Undefined: the organization's default. */
  value: string | undefined;
  onChange: (model: string) => void;
}

export function ModelSelect({ organizationId, value, onChange }: ModelSelectProps) {
  const id = useId();
  const { data, error } = useModels(organizationId);
  const models = data?.models ?? [];
  const chosen = models.find((model) => model.id === value) ?? models.find((model) => model.default) ?? models[0];
  return (
    <div className="labelled-select">
      <label htmlFor={id}>Model</label>
      <select id={id} value={chosen?.id ?? ''} disabled={!chosen} onChange={(event) => onChange(event.target.value)}>
        {!chosen && <option value="">{error || data ? 'Not available' : 'Loading…'}</option>}
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

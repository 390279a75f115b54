import { useQuery } from '@tanstack/react-query';
import { useId } from 'react';
import { listModels, type Model } from '#features/models/contract.ts';
import { call } from '#ui/app/call.ts';
import { texts } from './texts.ts';

const words = texts.editor;

interface ModelFieldProps {
  organizationId: string;
  /** Null: the model of the person who starts the run. */
  value: string | null;
  onChange: (model: string | null) => void;
}

export function ModelField({ organizationId, value, onChange }: ModelFieldProps) {
  const id = useId();
  const { data } = useQuery({
    queryKey: ['models-of', organizationId],
    staleTime: 60_000,
    queryFn: async ({ signal }) => (await call(listModels, { query: { organization: organizationId } }, { signal })).body.models,
  });
  const missing = data && value !== null && !data.some((model) => model.id === value);
  return (
    <div className="field">
      <label htmlFor={id}>{words.model}</label>
      <select id={id} className="input" value={value ?? ''} onChange={(event) => onChange(event.target.value || null)}>
        <option value="">{words.ownModel}</option>
        {value !== null && (!data || missing) && <option value={value}>{value}</option>}
        {byProvider(data ?? []).map(([provider, models]) => (
          <optgroup key={provider} label={provider}>
            {models.map((model) => (
              <option key={model.id} value={model.id}>
                {model.name}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
      {missing && <p className="field-hint">{words.modelMissing}</p>}
    </div>
  );
}

function byProvider(models: readonly Model[]): [string, Model[]][] {
  return [...Map.groupBy(models, (model) => model.provider)];
}

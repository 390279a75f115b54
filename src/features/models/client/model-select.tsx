import { useQuery } from '@tanstack/react-query';
import { useId } from 'react';
import { listModels, type Model } from '#features/models/contract.ts';
import { call } from '#ui/call.ts';
import { explain } from '#ui/explain.ts';
import './model-select.css';

const useModels = () =>
  useQuery({
    queryKey: ['models'],
    staleTime: 60_000,
    queryFn: async ({ signal }) => (await call(listModels, {}, { signal })).body,
  });

interface ModelSelectProps {
  /** Undefined: the server's default. */
  value: string | undefined;
  onChange: (model: string) => void;
}

export function ModelSelect({ value, onChange }: ModelSelectProps) {
  const id = useId();
  const { data, error } = useModels();
  const models = data?.models ?? [];
  const chosen = models.find((model) => model.id === value) ?? models.find((model) => model.default) ?? models[0];
  return (
    <div className="model-select">
      <label htmlFor={id}>Model</label>
      <select id={id} value={chosen?.id ?? ''} disabled={!chosen} onChange={(event) => onChange(event.target.value)}>
        {!chosen && <option value="">{error ? 'Not available' : 'Loading…'}</option>}
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
      {error && <p className="model-note">{explain(error)}</p>}
      {chosen?.note && <p className="model-note">{chosen.note}</p>}
      {data?.unreachable.map(({ provider, reason }) => (
        <p key={provider} className="model-note">
          {provider} could not be asked: {reason}.
        </p>
      ))}
    </div>
  );
}

function byProvider(models: readonly Model[]): [string, Model[]][] {
  const groups = new Map<string, Model[]>();
  for (const model of models) groups.set(model.provider, [...(groups.get(model.provider) ?? []), model]);
  return [...groups];
}

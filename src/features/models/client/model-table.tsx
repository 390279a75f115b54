import { useId, useState } from 'react';
import type { KnownModel } from '#features/models/contract.ts';
import { Scrolling } from '#ui/primitives/scrolling.tsx';
import { ModelRow } from './model-row.tsx';
import type { Draft } from './settings-draft.ts';

/** A provider such as OpenRouter has hundreds; the filter finds the rest. */
const SHOWN = 100;

interface ModelTableProps {
  models: readonly KnownModel[];
  draft: Draft;
  /** The problem of each invalid price, by model id. */
  wrong: ReadonlyMap<string, string>;
  onChange: (changes: Partial<Draft>) => void;
}

/** Which models are allowed, and their prices. */
export function ModelTable({ models, draft, wrong, onChange }: ModelTableProps) {
  const name = useId();
  const [filter, setFilter] = useState('');
  const { allowed, prices } = draft;
  // An allowed model that is unavailable stays allowed for when it returns; here it can be removed.
  const away = (allowed ?? []).filter((id) => !models.some((model) => model.id === id));
  const words = filter.toLowerCase().split(/\s+/);
  const fitting = models.filter(({ id, provider }) => words.every((word) => `${id} ${provider}`.toLowerCase().includes(word)));
  const allow = (ids: readonly string[], on: boolean) =>
    onChange({ allowed: on ? [...new Set([...(allowed ?? []), ...ids])] : (allowed ?? []).filter((id) => !ids.includes(id)) });
  return (
    <div className="model-table">
      <fieldset className="model-options">
        <legend className="field-label">Runs may use</legend>
        <label className="model-option">
          <input type="radio" name={name} checked={allowed === null} onChange={() => onChange({ allowed: null })} />
          <span>All models there are, and those that come later</span>
        </label>
        <label className="model-option">
          <input
            type="radio"
            name={name}
            checked={allowed !== null}
            onChange={() => onChange({ allowed: models.map((model) => model.id) })}
          />
          <span>Only those that are marked</span>
        </label>
      </fieldset>
      <div className="model-filter">
        <input
          type="search"
          className="input"
          aria-label="Filter models"
          placeholder="Filter"
          value={filter}
          onChange={(event) => setFilter(event.target.value)}
        />
        {allowed !== null && (
          <>
            <button
              type="button"
              className="button"
              data-size="small"
              onClick={() =>
                allow(
                  fitting.map(({ id }) => id),
                  true,
                )
              }
            >
              Mark {filter.trim() ? 'these' : 'all'}
            </button>
            <button
              type="button"
              className="button"
              data-size="small"
              onClick={() =>
                allow(
                  fitting.map(({ id }) => id),
                  false,
                )
              }
            >
              Mark none{filter.trim() ? ' of these' : ''}
            </button>
          </>
        )}
      </div>
      <Scrolling label="Models and prices">
        <table className="figures">
          <thead>
            <tr>
              {allowed !== null && <th scope="col">Allowed</th>}
              <th scope="col" className="figures-words">
                Model
              </th>
              <th scope="col">Context</th>
              <th scope="col">In, $ per million</th>
              <th scope="col">Out, $ per million</th>
            </tr>
          </thead>
          <tbody>
            {fitting.slice(0, SHOWN).map((model) => (
              <ModelRow
                key={model.id}
                model={model}
                allowed={allowed?.includes(model.id)}
                price={(Object.hasOwn(prices, model.id) && prices[model.id]) || { input: '', output: '' }}
                wrong={wrong.get(model.id)}
                onAllow={(on) => allow([model.id], on)}
                onPrice={(price) => onChange({ prices: { ...prices, [model.id]: price } })}
              />
            ))}
          </tbody>
        </table>
      </Scrolling>
      {fitting.length === 0 && <p className="field-hint">No model fits the filter.</p>}
      {fitting.length > SHOWN && <p className="field-hint">And {fitting.length - SHOWN} more: filter to see them.</p>}
      {away.length > 0 && (
        <p className="field-hint">
          Allowed and not there at the moment: {away.join(', ')}.{' '}
          <button type="button" className="button" data-size="small" onClick={() => allow(away, false)}>
            Allow them no longer
          </button>
        </p>
      )}
    </div>
  );
}

import { useId, useState } from 'react';
import type { KnownModel } from '#features/models/contract.ts';
import { Scrolling } from '#ui/primitives/scrolling.tsx';
import { ModelRow } from './model-row.tsx';
import type { Draft } from './settings-draft.ts';
import { texts } from './texts/settings.ts';

const words = texts.table;

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
  const sought = filter.toLowerCase().split(/\s+/);
  const fitting = models.filter(({ id, provider }) => sought.every((word) => `${id} ${provider}`.toLowerCase().includes(word)));
  const allow = (ids: readonly string[], on: boolean) =>
    onChange({ allowed: on ? [...new Set([...(allowed ?? []), ...ids])] : (allowed ?? []).filter((id) => !ids.includes(id)) });
  return (
    <div className="model-table">
      <fieldset className="model-options">
        <legend className="field-label">{words.scope}</legend>
        <label className="model-option">
          <input type="radio" name={name} checked={allowed === null} onChange={() => onChange({ allowed: null })} />
          <span>{words.all}</span>
        </label>
        <label className="model-option">
          <input
            type="radio"
            name={name}
            checked={allowed !== null}
            onChange={() => onChange({ allowed: models.map((model) => model.id) })}
          />
          <span>{words.marked}</span>
        </label>
      </fieldset>
      <div className="model-filter">
        <input
          type="search"
          className="input"
          aria-label={words.filter}
          placeholder={words.filterPlaceholder}
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
              {filter.trim() ? words.markThese : words.markAll}
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
              {filter.trim() ? words.markNoneOfThese : words.markNone}
            </button>
          </>
        )}
      </div>
      <Scrolling label={words.label}>
        <table className="figures">
          <thead>
            <tr>
              {allowed !== null && <th scope="col">{words.allowed}</th>}
              <th scope="col" className="figures-words">
                {words.model}
              </th>
              <th scope="col">{words.context}</th>
              <th scope="col">{words.input}</th>
              <th scope="col">{words.output}</th>
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
      {fitting.length === 0 && <p className="field-hint">{words.none}</p>}
      {fitting.length > SHOWN && <p className="field-hint">{words.more(fitting.length - SHOWN)}</p>}
      {away.length > 0 && (
        <p className="field-hint">
          {words.away(away)}{' '}
          <button type="button" className="button" data-size="small" onClick={() => allow(away, false)}>
            {words.disallow}
          </button>
        </p>
      )}
    </div>
  );
}

import { useId } from 'react';
import type { KnownModel } from '#features/models/contract.ts';
import { formatTokens } from './format-model.ts';
import type { TypedPrice } from './settings-draft.ts';
import { texts } from './texts/settings.ts';

const words = texts.table;

interface ModelRowProps {
  model: KnownModel;
  /** Undefined if all models are allowed. */
  allowed: boolean | undefined;
  price: TypedPrice;
  wrong: string | undefined;
  onAllow: (on: boolean) => void;
  onPrice: (price: TypedPrice) => void;
}

export function ModelRow({ model, allowed, price, wrong, onAllow, onPrice }: ModelRowProps) {
  const id = useId();
  const { name, provider, contextTokens, providerPrice } = model;
  const field = (side: 'input' | 'output') => (
    <td>
      <input
        className="input model-price"
        inputMode="decimal"
        autoComplete="off"
        aria-label={side === 'input' ? words.inputOf(name) : words.outputOf(name)}
        aria-invalid={wrong ? true : undefined}
        aria-describedby={wrong ? id : undefined}
        placeholder={providerPrice ? String(providerPrice[side]) : '—'}
        value={price[side]}
        onChange={(event) => onPrice({ ...price, [side]: event.target.value })}
      />
    </td>
  );
  return (
    <tr>
      {allowed !== undefined && (
        <td className="model-allowed">
          <input type="checkbox" aria-label={words.allow(name)} checked={allowed} onChange={(event) => onAllow(event.target.checked)} />
        </td>
      )}
      <th scope="row" className="figures-words">
        {name} <span className="model-provider">{provider}</span>
        {wrong && (
          <span id={id} className="field-error">
            {wrong}
          </span>
        )}
      </th>
      <td>{formatTokens(contextTokens)}</td>
      {field('input')}
      {field('output')}
    </tr>
  );
}

/** Context windows and list prices of models whose providers tell neither in their lists. An organization's own prices come first. */
import { kindOf, type ProviderKindId } from '#features/models/kinds/kinds.ts';
import type { Price } from './model.ts';

interface WellKnown {
  contextTokens: number;
  price?: Price;
}

/** What is known of a model from its name. */
export function wellKnown(kind: ProviderKindId, name: string): WellKnown {
  const { contextTokens, known } = kindOf(kind).models;
  // A snapshot of a model, such as gpt-5-2025-08-07, costs what the model does; any other name is another model.
  const base = name.replace(/-(?:\d{4}-?\d\d-?\d\d|latest)$/, '');
  const row = known.find(([knownName]) => knownName === base);
  if (!row) return { contextTokens };
  const [, context, input, output] = row;
  return { contextTokens: context * 1000, price: { input, output } };
}

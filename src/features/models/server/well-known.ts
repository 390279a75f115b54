/** Context windows and list prices of models whose providers do not list them. An organization's own prices take precedence. */
import { kindOf, type ProviderKindId } from '#features/models/kinds/kinds.ts';
import type { Price } from './model.ts';

interface WellKnown {
  contextTokens: number;
  price?: Price;
}

/** What is known about a model by its name. */
export function wellKnown(kind: ProviderKindId, name: string): WellKnown {
  const { contextTokens, known } = kindOf(kind).models;
  // A snapshot of a model, such as gpt-5-2025-08-07, costs the same; any other name is another model.
  const base = name.replace(/-(?:\d{4}-?\d\d-?\d\d|latest)$/, '');
  const row = known.find(([knownName]) => knownName === base);
  if (!row) return { contextTokens };
  const [, context, input, output] = row;
  return { contextTokens: context * 1000, price: { input, output } };
}

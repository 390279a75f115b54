/**
 * Context windows and list prices of models whose providers tell neither in their lists. As of 24 November 2026, from
 * platform.claude.com/docs (models) and developers.openai.com/api/docs (models, pricing). Prices are the standard ones: what is
 * cheaper from a cache, or dearer for a very long conversation, is not in them. An organization's own prices come first.
 */
import type { Price } from './model.ts';

interface WellKnown {
  contextTokens: number;
  price?: Price;
}

/** Name, context in thousands of tokens, US dollars for a million tokens in and out. */
const table: Record<'anthropic' | 'openai', [name: string, context: number, input: number, output: number][]> = {
  anthropic: [
    ['claude-fable-5-1', 1000, 10, 50],
    ['claude-fable-5', 1000, 10, 50],
    ['claude-opus-5-5', 1000, 4, 20],
    ['claude-opus-5', 1000, 5, 25],
    ['claude-opus-4-8', 1000, 5, 25],
    ['claude-opus-4-6', 1000, 5, 25],
    ['claude-opus-4-5', 200, 5, 25],
    ['claude-opus-4-1', 200, 15, 75],
    ['claude-opus-4-0', 200, 15, 75],
    ['claude-opus-4', 200, 15, 75],
    ['claude-sonnet-5-5', 1000, 2, 10],
    ['claude-sonnet-5', 1000, 2, 10],
    ['claude-sonnet-4-6', 1000, 3, 15],
    ['claude-sonnet-4-5', 200, 3, 15],
    ['claude-sonnet-4-0', 200, 3, 15],
    ['claude-sonnet-4', 200, 3, 15],
    ['claude-haiku-5-5', 1000, 0.1, 0.5],
    ['claude-haiku-4-5', 200, 1, 5],
    ['claude-3-haiku', 200, 0.25, 1.25],
  ],
  openai: [
    ['gpt-6.2-astra', 1050, 8, 40],
    ['gpt-6.2-sol', 1050, 2, 10],
    ['gpt-6.1-sol', 1050, 2, 10],
    ['gpt-6.1-terra', 1050, 1, 5],
    ['gpt-6-astra', 1050, 10, 50],
    ['gpt-6-sol', 1050, 2, 10],
    ['gpt-6-luna', 1050, 0.1, 0.5],
    ['gpt-5.6-sol', 1050, 4, 20],
    ['gpt-5.6-terra', 1050, 2, 12],
    ['gpt-5.6-luna', 1050, 0.2, 1.2],
    ['gpt-5.5-pro', 1050, 30, 180],
    ['gpt-5.5', 1050, 5, 30],
    ['gpt-5.4-pro', 1050, 30, 180],
    ['gpt-5.4-mini', 400, 0.75, 4.5],
    ['gpt-5.4-nano', 400, 0.2, 1.25],
    ['gpt-5.4', 1050, 2.5, 15],
    ['gpt-5.2-pro', 400, 21, 168],
    ['gpt-5.3-codex', 400, 1.75, 14],
    ['gpt-5.2-codex', 400, 1.75, 14],
    ['gpt-5.2', 400, 1.75, 14],
    ['gpt-5.1-codex-mini', 400, 0.25, 2],
    ['gpt-5.1-codex', 400, 1.25, 10],
    ['gpt-5.1', 400, 1.25, 10],
    ['gpt-5-pro', 400, 15, 120],
    ['gpt-5-mini', 400, 0.25, 2],
    ['gpt-5-nano', 400, 0.05, 0.4],
    ['gpt-5-codex', 400, 1.25, 10],
    ['gpt-5', 400, 1.25, 10],
    ['gpt-4.1-mini', 1047, 0.4, 1.6],
    ['gpt-4.1-nano', 1047, 0.1, 0.4],
    ['gpt-4.1', 1047, 2, 8],
    ['gpt-4o-mini', 128, 0.15, 0.6],
    ['gpt-4o', 128, 2.5, 10],
  ],
};

/** A model of theirs that is not in the table. */
const UNKNOWN_CONTEXT = { anthropic: 128_000, openai: 128_000, compatible: 32_000 };

/** What is known of a model from its name. Other servers' models have any names, so nothing follows from those. */
export function wellKnown(kind: keyof typeof UNKNOWN_CONTEXT, name: string): WellKnown {
  // A snapshot of a model, such as gpt-5-2025-08-07, costs what the model does; any other name is another model.
  const base = name.replace(/-(?:\d{4}-?\d\d-?\d\d|latest)$/, '');
  const row = kind === 'compatible' ? undefined : table[kind].find(([known]) => known === base);
  if (!row) return { contextTokens: UNKNOWN_CONTEXT[kind] };
  const [, context, input, output] = row;
  return { contextTokens: context * 1000, price: { input, output } };
}

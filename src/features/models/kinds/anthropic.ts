/**
 * Anthropic. Context windows and prices are as of 24 November 2026, from platform.claude.com/docs (models). Prices are the standard ones,
 * without discounts for cached input and surcharges for very long conversations.
 */
import { defineEnvironment, textVariable } from './environment.ts';
import type { ProviderKind } from './kind.ts';

export const anthropic = {
  id: 'anthropic',
  order: 2,

  address: { own: 'https://api.anthropic.com/v1', versionFirst: true },
  key: { required: true, headers: (key: string) => ({ 'x-api-key': key }) },
  protocol: 'messages',
  // A page has 20 models by default.
  list: { path: '/models?limit=1000' },
  models: {
    contextTokens: 128_000,
    known: [
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
  },
  environment: defineEnvironment({
    rank: 1,
    slugs: ['anthropic'],
    variables: { ANTHROPIC_API_KEY: textVariable('Enables Anthropic’s models.') },
    providers: ({ ANTHROPIC_API_KEY: key }) => (key ? [{ slug: 'anthropic', name: 'Anthropic', kind: 'anthropic', key }] : []),
  }),
} as const satisfies ProviderKind;

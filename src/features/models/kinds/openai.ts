/**
 * OpenAI itself. Context windows and prices are as of 24 November 2026, from developers.openai.com/api/docs (models, pricing). Prices are
 * the standard ones, without discounts for cached input and surcharges for very long conversations.
 */
import { addressVariable, defineEnvironment, textVariable } from './environment.ts';
import { bearer, type ProviderKind } from './kind.ts';

export const openai = {
  id: 'openai',
  order: 1,

  address: { own: 'https://api.openai.com/v1' },
  key: { required: true, headers: bearer },
  protocol: 'responses',
  list: {
    path: '/models',
    // The list includes models for images, speech and embeddings.
    offers: (name: string) =>
      /^(?:ft:)?(?:gpt-|o\d|chatgpt)/.test(name) && !/audio|realtime|live|image|tts|transcribe|search|embedding|instruct/.test(name),
  },
  models: {
    contextTokens: 128_000,
    known: [
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
  },
  environment: defineEnvironment({
    rank: 2,
    slugs: ['openai'],
    variables: {
      OPENAI_API_KEY: textVariable('Enables OpenAI’s models.'),
      // OpenAI's own libraries read it as well.
      OPENAI_BASE_URL: addressVariable(
        'https://openrouter.ai/api/v1',
        'Another server that speaks OpenAI’s protocol, called with OPENAI_API_KEY.',
      ),
    },
    providers({ OPENAI_API_KEY: key, OPENAI_BASE_URL: url }) {
      if (url) return [{ slug: 'openai', name: new URL(url).host, kind: 'compatible', url, key }];
      return key ? [{ slug: 'openai', name: 'OpenAI', kind: 'openai', key }] : [];
    },
  }),
} as const satisfies ProviderKind;

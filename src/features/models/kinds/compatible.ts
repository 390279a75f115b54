/** Any server that speaks OpenAI's chat completions: vLLM, llama.cpp, LM Studio, Ollama, OpenRouter and many more. */
import * as z from 'zod';
import { addressVariable, defineEnvironment, type EnvironmentProvider, textVariable } from './environment.ts';
import { bearer, type ProviderKind } from './kind.ts';

/** Ollama's default address. */
const LOCAL_URL = 'http://127.0.0.1:11434/v1';

export const compatible = {
  id: 'compatible',
  // Last, after all kinds to come.
  order: 100,

  address: { own: null, example: 'https://models.example.com/v1', end: '/v1' },
  key: { required: false, headers: bearer },
  protocol: 'chat-completions',
  list: { path: '/models' },
  models: { contextTokens: 32_000, known: [] },
  environment: defineEnvironment({
    rank: 3,
    slugs: ['server', 'local'],
    variables: {
      MODEL_SERVER_URL: addressVariable(
        'http://127.0.0.1:8000/v1',
        'Any OpenAI-compatible server, such as vLLM, llama.cpp or OpenRouter; up to and including /v1.',
      ),
      MODEL_SERVER_KEY: textVariable('Key of that server, if it needs one.'),
      MODEL_SERVER_MODELS: textVariable('Names of its models, separated by commas, if it does not list them.'),
      MODEL_SERVER_DETECT: z
        .stringbool('true or false')
        .default(true)
        .describe('Offer the models of a server found on 127.0.0.1:11434, such as Ollama.'),
    },
    providers({ MODEL_SERVER_URL: url, MODEL_SERVER_KEY: key, MODEL_SERVER_MODELS: names, MODEL_SERVER_DETECT: detect }) {
      const models = names
        ?.split(',')
        .map((name) => name.trim())
        .filter(Boolean);
      const providers: EnvironmentProvider[] = [];
      if (url) providers.push({ slug: 'server', name: new URL(url).host, kind: 'compatible', url, key, models });
      if (detect) providers.push({ slug: 'local', name: 'Local model server', kind: 'compatible', url: LOCAL_URL, optional: true });
      return providers;
    },
  }),
} as const satisfies ProviderKind;

/** One provider of language models: how its models are listed and called, whoever set it up. */
import type { LanguageModelV4 } from '@ai-sdk/provider';
import { explainFailure, explainStatus } from './explain-failure.ts';
import { type Model, ModelError } from './model.ts';
import { type ListedModel, readModelList } from './model-list.ts';
import { createProviderFetch } from './provider-fetch.ts';
import { createSdkModel } from './sdk-model.ts';

export interface ProviderSettings {
  /** First part of its models' ids. */
  slug: string;
  name: string;
  kind: 'openai' | 'anthropic' | 'compatible';
  /** Undefined: the provider's own. */
  url?: string | undefined;
  key?: string | undefined;
  /** May the address be in a private network? */
  privateNetwork: boolean;
  configured: 'environment' | 'screen';
  /** An address that was guessed, not configured: no complaint when nobody is there. */
  optional?: boolean;
  /** Why it cannot be asked at all. */
  broken?: ModelError | undefined;
}

export interface Provider extends Readonly<Pick<ProviderSettings, 'slug' | 'name' | 'kind' | 'configured'>> {
  readonly optional: boolean;
  /** @throws ModelError */
  list(signal: AbortSignal): Promise<ListedModel[]>;
  model(name: string): Model;
}

const OWN_URL = { openai: 'https://api.openai.com/v1', anthropic: 'https://api.anthropic.com/v1', compatible: '' };

export function createProvider(settings: ProviderSettings): Provider {
  const { slug, name, kind, key, configured, broken, optional = false } = settings;
  const baseURL = (settings.url ?? OWN_URL[kind]).replace(/\/+$/, '');
  const send = createProviderFetch(settings);
  let loading: Promise<(model: string) => LanguageModelV4> | undefined;

  async function load(): Promise<(model: string) => LanguageModelV4> {
    const options = { baseURL, fetch: send };
    switch (kind) {
      case 'anthropic':
        return (await import('@ai-sdk/anthropic')).createAnthropic({ ...options, apiKey: key ?? '' });
      case 'openai':
        return (await import('@ai-sdk/openai')).createOpenAI({ ...options, apiKey: key ?? '' });
      case 'compatible': {
        const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
        return createOpenAICompatible({ ...options, name: slug, includeUsage: true, ...(key !== undefined && { apiKey: key }) });
      }
    }
  }

  const headers: Record<string, string> =
    key === undefined
      ? {}
      : kind === 'anthropic'
        ? { 'x-api-key': key, 'anthropic-version': '2023-06-01' }
        : { authorization: `Bearer ${key}` };

  return {
    slug,
    name,
    kind,
    configured,
    optional,

    async list(signal) {
      if (broken) throw broken;
      const asked = { provider: name, configured, key, begun: false };
      try {
        const response = await send(`${baseURL}/models${kind === 'anthropic' ? '?limit=1000' : ''}`, { headers, signal });
        const text = await response.text();
        const { status: statusCode } = response;
        if (!response.ok)
          throw explainStatus({ statusCode, responseHeaders: Object.fromEntries(response.headers), responseBody: text }, asked);
        return readModelList(kind, text, name);
      } catch (error) {
        if (signal.aborted) throw new ModelError('provider_silent', `${name} did not answer in time.`, { temporary: true });
        throw explainFailure(error, asked);
      }
    },

    model(modelName) {
      const model = createSdkModel(
        async () => {
          if (broken) throw broken;
          loading ??= load();
          return (await loading)(modelName);
        },
        { provider: name, configured, key, model: modelName },
      );
      return model;
    },
  };
}

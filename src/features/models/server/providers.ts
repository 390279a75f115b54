/** Providers of language models: which there are follows from the environment, which models they have from asking them. */
import type { LanguageModel } from 'ai';
import * as z from 'zod';

export interface ProviderSettings {
  openaiKey?: string | undefined;
  /** Another address for OpenAI's protocol, as OpenAI's own libraries read it. */
  openaiUrl?: string | undefined;
  anthropicKey?: string | undefined;
  /** Address of an OpenAI-compatible server, up to and including `/v1`. */
  compatibleUrl?: string | undefined;
  compatibleKey?: string | undefined;
  /** A model server to look for that nobody configured: Ollama on this machine. Undefined for none. */
  localUrl?: string | undefined;
}

export interface Provider {
  /** First part of its models' ids. */
  id: string;
  name: string;
  /** An address that was guessed, not configured: no complaint when nobody is there. */
  optional: boolean;
  listModels(signal: AbortSignal): Promise<string[]>;
  load(model: string): Promise<LanguageModel>;
}

const modelList = z.object({ data: z.array(z.object({ id: z.string() })) });

export function createProviders(settings: ProviderSettings): Provider[] {
  const providers: Provider[] = [];
  const { openaiKey, openaiUrl, anthropicKey, compatibleUrl, compatibleKey, localUrl } = settings;
  if (anthropicKey) providers.push(anthropic(anthropicKey));
  if (openaiUrl)
    providers.push(compatible({ id: 'openai', name: new URL(openaiUrl).host, url: openaiUrl, key: openaiKey, optional: false }));
  else if (openaiKey) providers.push(openai(openaiKey));
  if (compatibleUrl)
    providers.push(
      compatible({ id: 'server', name: new URL(compatibleUrl).host, url: compatibleUrl, key: compatibleKey, optional: false }),
    );
  if (localUrl)
    providers.push(compatible({ id: 'local', name: 'Local model server', url: `${localUrl}/v1`, key: undefined, optional: true }));
  return providers;
}

function anthropic(apiKey: string): Provider {
  return {
    id: 'anthropic',
    name: 'Anthropic',
    optional: false,
    listModels: (signal) =>
      fetchModels('https://api.anthropic.com/v1/models', { 'x-api-key': apiKey, 'anthropic-version': '2023-06-01' }, signal),
    load: async (model) => (await import('@ai-sdk/anthropic')).createAnthropic({ apiKey })(model),
  };
}

function openai(apiKey: string): Provider {
  return {
    id: 'openai',
    name: 'OpenAI',
    optional: false,
    listModels: async (signal) => {
      const models = await fetchModels('https://api.openai.com/v1/models', { authorization: `Bearer ${apiKey}` }, signal);
      return models.filter(
        (model) => /^(gpt-|o\d|chatgpt)/.test(model) && !/(audio|realtime|image|tts|transcribe|search|embedding|instruct)/.test(model),
      );
    },
    load: async (model) => (await import('@ai-sdk/openai')).createOpenAI({ apiKey })(model),
  };
}

function compatible(options: { id: string; name: string; url: string; key: string | undefined; optional: boolean }): Provider {
  const { id, name, url, key, optional } = options;
  const baseURL = url.replace(/\/+$/, '');
  return {
    id,
    name,
    optional,
    listModels: (signal) => fetchModels(`${baseURL}/models`, key ? { authorization: `Bearer ${key}` } : {}, signal),
    load: async (model) => {
      const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
      return createOpenAICompatible({ name: id, baseURL, includeUsage: true, ...(key ? { apiKey: key } : {}) })(model);
    },
  };
}

async function fetchModels(url: string, headers: Record<string, string>, signal: AbortSignal): Promise<string[]> {
  const response = await fetch(url, { headers, signal });
  if (!response.ok) throw new Error(`it answered ${response.status}`);
  return modelList.parse(await response.json()).data.map((model) => model.id);
}

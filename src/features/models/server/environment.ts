/** Providers that the environment names: there for every organization. */
import { createProvider, type Provider } from './provider.ts';

export interface EnvironmentProviders {
  openaiKey?: string | undefined;
  /** Another address for OpenAI's protocol, as OpenAI's own libraries read it. */
  openaiUrl?: string | undefined;
  anthropicKey?: string | undefined;
  /** Address of an OpenAI-compatible server, up to and including `/v1`. */
  compatibleUrl?: string | undefined;
  compatibleKey?: string | undefined;
  /** Names of its models, where it does not list them. */
  compatibleModels?: readonly string[] | undefined;
  /** A model server to look for that nobody configured: Ollama on this machine. Undefined for none. */
  localUrl?: string | undefined;
}

export function createEnvironmentProviders(named: EnvironmentProviders): Provider[] {
  const { openaiKey, openaiUrl, anthropicKey, compatibleUrl, compatibleKey, compatibleModels, localUrl } = named;
  const place = { configured: 'environment', privateNetwork: true } as const;
  const compatible = (slug: string, url: string, key?: string, models?: readonly string[]) =>
    createProvider({ ...place, slug, name: new URL(url).host, kind: 'compatible', url, key, models });
  const providers: Provider[] = [];
  if (anthropicKey)
    providers.push(createProvider({ ...place, slug: 'anthropic', name: 'Anthropic', kind: 'anthropic', key: anthropicKey }));
  if (openaiUrl) providers.push(compatible('openai', openaiUrl, openaiKey));
  else if (openaiKey) providers.push(createProvider({ ...place, slug: 'openai', name: 'OpenAI', kind: 'openai', key: openaiKey }));
  if (compatibleUrl) providers.push(compatible('server', compatibleUrl, compatibleKey, compatibleModels));
  if (localUrl)
    providers.push(
      createProvider({ ...place, slug: 'local', name: 'Local model server', kind: 'compatible', url: `${localUrl}/v1`, optional: true }),
    );
  return providers;
}

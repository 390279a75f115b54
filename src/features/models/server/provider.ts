/** One provider of language models: lists and calls its models, wherever it is configured. */
import { scrypt } from 'node:crypto';
import { kindOf, type ProviderKindId } from '#features/models/kinds/kinds.ts';
import { createBoundedMap } from '#kernel/bounded-map.ts';
import { candidatesOf, createAddress } from './address.ts';
import { explainFailure, explainProviderError } from './explain-failure.ts';
import { createHttpModel } from './http-model.ts';
import { type Model, ModelError } from './model.ts';
import { isModelList, type ListedModel, readModelList } from './model-list.ts';
import { protocols } from './protocols/protocols.ts';
import { noQuirks, type Quirks } from './protocols/quirks.ts';
import { readFailure } from './provider-error.ts';
import { createProviderFetch } from './provider-fetch.ts';
import { texts } from './texts.ts';

export interface ProviderSettings {
  /** First part of its models' ids. */
  slug: string;
  name: string;
  kind: ProviderKindId;
  /** Undefined: the provider's default address. */
  url?: string | undefined;
  key?: string | undefined;
  /** Names of models it has in addition to its list. */
  models?: readonly string[] | undefined;
  /** Whether the address may be in a private network. */
  privateNetwork: boolean;
  configured: 'environment' | 'screen';
  /** The address was guessed, not configured: no error if nothing listens there. */
  optional?: boolean;
  /** Why it cannot be called at all. */
  broken?: ModelError | undefined;
}

export interface Provider extends Readonly<Pick<ProviderSettings, 'slug' | 'name' | 'kind' | 'configured'>> {
  readonly optional: boolean;
  readonly hasKey: boolean;
  /** Model names entered by hand. */
  readonly entered: readonly string[];
  /** @throws ModelError */
  list(signal: AbortSignal): Promise<ListedModel[]>;
  model(name: string): Model;
}

/** Most models whose quirks are remembered. */
const MAX_MODELS = 500;

export function createProvider(settings: ProviderSettings): Provider {
  const { slug, name, kind, key, configured, broken, optional = false } = settings;
  const entered = [...new Set(settings.models)];
  const { address, key: keys, list, protocol: protocolName } = kindOf(kind);
  const url = settings.url ?? address.own;
  if (url === null) throw new Error(`a provider of the kind ${kind} has an address`);
  const protocol = protocols[protocolName];
  const call = createAddress(candidatesOf(url, kind), createProviderFetch(settings));
  const headers = { ...protocol.headers, ...(key !== undefined && keys.headers(key)) };
  const quirks = createBoundedMap<Quirks>(MAX_MODELS);
  let source: Promise<string> | undefined;

  function quirksOf(model: string): Quirks {
    const modelQuirks = quirks.get(model) ?? noQuirks();
    quirks.set(model, modelQuirks);
    return modelQuirks;
  }

  return {
    slug,
    name,
    kind,
    configured,
    optional,
    hasKey: key !== undefined,
    entered,

    async list(signal) {
      if (broken) throw broken;
      const context = { provider: name, configured, key, begun: false };
      try {
        const response = await call(list.path, { headers, signal }, isModelList);
        const text = await response.text();
        if (!response.ok) throw explainProviderError(readFailure(response.status, text), context);
        return readModelList(kind, text, name);
      } catch (error) {
        if (signal.aborted) throw new ModelError('provider_silent', texts.late(name), { temporary: true });
        throw explainFailure(error, context);
      }
    },

    model: (model) =>
      createHttpModel({
        protocol,
        async post(body, signal) {
          if (broken) throw broken;
          const sent = { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body), signal };
          return call(protocol.path, sent);
        },
        source: () => {
          source ??= fingerprint([kind, url, key ?? '']);
          return source;
        },
        quirks: quirksOf(model),
        context: { provider: name, configured, key, model },
      }),
  };
}

/** Appears in logs of runs, so it must not allow guessing a short key by brute force. */
const fingerprint = (parts: string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    scrypt(parts.join('\0'), 'guildhall provider', 12, (error, digest) => (error ? reject(error) : resolve(digest.toString('base64url'))));
  });

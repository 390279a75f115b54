/**
 * Models: what a run can talk to. Providers come from the environment, a model server on this machine is found by itself, and
 * the practice model is always there.
 */
import type * as z from 'zod';
import type { listModels, Model as ModelInfo } from '#features/models/contract.ts';
import { Refusal } from '#kernel/errors.ts';
import type { OpenModel } from './model.ts';
import { createPracticeModel } from './practice-model.ts';
import { createProviders, type Provider, type ProviderSettings } from './providers.ts';
import { createSdkModel } from './sdk-model.ts';

export type Models = ReturnType<typeof createModels>;
type Listing = z.infer<(typeof listModels.replies)[200]>;

export const PRACTICE = 'practice';
/** How long a provider's list of models is believed. */
const BELIEVED_MS = 10_000;
const ASK_MS = 3000;
/** Somebody who is there at all answers on this machine at once. */
const ASK_LOCAL_MS = 300;
const PRACTICE_CONTEXT = 128_000;

export function createModels({ providers: settings, practicePace }: { providers: ProviderSettings; practicePace?: number | undefined }) {
  const providers = createProviders(settings);
  const practice = createPracticeModel(practicePace === undefined ? {} : { pace: practicePace });
  let listing: Promise<Listing> | undefined;
  let listedAt = -Infinity;

  async function ask(provider: Provider): Promise<{ models: ModelInfo[]; unreachable: Listing['unreachable'] }> {
    try {
      const names = await provider.listModels(AbortSignal.timeout(provider.optional ? ASK_LOCAL_MS : ASK_MS));
      const models = names.map((name) => ({
        id: `${provider.id}/${name}`,
        name,
        provider: provider.name,
        default: false,
        contextTokens: 32_000,
        price: null,
      }));
      return { models, unreachable: [] };
    } catch (error) {
      const reason =
        error instanceof Error && error.name === 'TimeoutError'
          ? 'it did not answer in time'
          : 'it could not be reached or refused the key';
      return { models: [], unreachable: provider.optional ? [] : [{ provider: provider.name, reason }] };
    }
  }

  async function askAll(): Promise<Listing> {
    const answers = await Promise.all(providers.map(ask));
    const models = answers.flatMap((answer) => answer.models);
    const note = 'A built-in to try things with; no language model.';
    const price = { input: 0, output: 0 };
    models.push({
      id: PRACTICE,
      name: 'Practice model',
      provider: 'Guildhall',
      default: false,
      note,
      contextTokens: PRACTICE_CONTEXT,
      price,
    });
    if (models[0]) models[0].default = true;
    return { models, unreachable: answers.flatMap((answer) => answer.unreachable) };
  }

  function list(_organizationId: string): Promise<Listing> {
    if (!listing || performance.now() - listedAt > BELIEVED_MS) {
      listedAt = performance.now();
      listing = askAll();
    }
    return listing;
  }

  return {
    list,
    /**
     * @returns the id of the model for a run that names none, or of the named one
     * @throws 422 `model_unknown`, `model_not_allowed`
     */
    async choose(organizationId: string, id?: string): Promise<string> {
      if (id === PRACTICE) return id;
      const { models } = await list(organizationId);
      const chosen = id === undefined ? models.find((model) => model.default) : models.find((model) => model.id === id);
      if (!chosen) throw new Refusal(422, 'model_unknown', `The model ${id} is not available here. GET /api/models lists those that are.`);
      return chosen.id;
    },
    /** The model itself; undefined when its provider is no longer there. */
    async open(_organizationId: string, id: string): Promise<OpenModel | undefined> {
      if (id === PRACTICE) return { id, call: practice, contextTokens: PRACTICE_CONTEXT, price: { input: 0, output: 0 } };
      const slash = id.indexOf('/');
      const provider = providers.find((candidate) => candidate.id === id.slice(0, slash));
      if (!provider) return undefined;
      return { id, call: createSdkModel(() => provider.load(id.slice(slash + 1))), contextTokens: 32_000 };
    },
    /** The model to ask when this one fails; undefined for none. */
    async fallbackOf(_organizationId: string, _id: string): Promise<string | undefined> {
      return undefined;
    },
  };
}

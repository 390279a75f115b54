/** Reads a provider's list of models, with context windows and prices if it includes them. */
import * as z from 'zod';
import { kindOf, type ProviderKindId } from '#features/models/kinds/kinds.ts';
import { ModelError, type Price } from './model.ts';
import { texts } from './texts.ts';

export interface ListedModel {
  name: string;
  contextTokens?: number | undefined;
  price?: Price | undefined;
}

/** More than any provider has. */
const MAX_MODELS = 2000;

const tokens = z.number().int().min(256).max(100_000_000).optional().catch(undefined);
/** US dollars per token, as OpenRouter reports it; a negative value means "it depends". */
const perToken = z.coerce.number().nonnegative().optional().catch(undefined);

const word = z.string().optional().catch(undefined);

const entry = z.object({
  id: z.string().min(1).max(250),
  max_model_len: tokens, // vLLM, SGLang
  context_length: tokens, // OpenRouter, Together, Fireworks
  context_window: tokens, // Groq
  max_context_length: tokens, // Mistral, LM Studio
  loaded_context_length: tokens, // LM Studio
  max_input_tokens: tokens, // Anthropic
  meta: z.object({ n_ctx: tokens, n_ctx_train: tokens }).nullish().catch(undefined), // llama.cpp
  pricing: z.object({ prompt: perToken, completion: perToken }).nullish().catch(undefined), // OpenRouter
  architecture: z
    .object({ output_modalities: z.array(z.string()) })
    .nullish()
    .catch(undefined), // OpenRouter
  type: word, // Together, LM Studio
  model_type: word,
  task: word,
  capabilities: z
    .union([z.array(z.string()), z.record(z.string(), z.unknown())])
    .optional()
    .catch(undefined), // Ollama, Mistral
});
type Entry = z.infer<typeof entry>;
const list = z.union([
  z.object({ data: z.array(z.unknown()) }),
  // Together: a bare array of models.
  z
    .array(z.unknown())
    .min(1)
    .transform((data) => ({ data })),
]);

export const isModelList = (text: string): boolean => list.safeParse(parseJson(text)).success;

/** @throws ModelError if the response is not a list */
export function readModelList(kind: ProviderKindId, text: string, provider: string): ListedModel[] {
  const parsed = list.safeParse(parseJson(text));
  if (!parsed.success) throw new ModelError('provider_broken', texts.noList(provider));
  const { offers = () => true } = kindOf(kind).list;
  const models = parsed.data.data
    .slice(0, MAX_MODELS)
    .flatMap((item) => entry.safeParse(item).data ?? [])
    .filter((model) => offers(model.id))
    .filter(answers)
    .map(describe);
  return [...new Map(models.map((model) => [model.name, model])).values()];
}

function describe(model: Entry): ListedModel {
  const contextTokens =
    model.loaded_context_length ??
    model.max_model_len ??
    model.meta?.n_ctx ??
    model.context_length ??
    model.context_window ??
    model.max_context_length ??
    model.max_input_tokens ??
    model.meta?.n_ctx_train;
  return { name: model.id, contextTokens, price: priceOf(model) };
}

function priceOf({ pricing }: Entry): Price | undefined {
  if (pricing?.prompt === undefined || pricing.completion === undefined) return undefined;
  const perMillion = (dollars: number) => Number((dollars * 1_000_000).toFixed(6));
  return { input: perMillion(pricing.prompt), output: perMillion(pricing.completion) };
}

/** Whether a model generates text, according to the list's fields, else to its name. */
function answers({ id, architecture, type, model_type, task, capabilities }: Entry): boolean {
  if (architecture) return architecture.output_modalities.includes('text');
  if (capabilities && !Array.isArray(capabilities) && typeof capabilities['completion_chat'] === 'boolean')
    return capabilities['completion_chat'];
  if (Array.isArray(capabilities) && capabilities.length > 0)
    return capabilities.some((each) => /completion|chat|generat|tools|vision/i.test(each));
  const kinds = [type, model_type, task].filter((kind) => kind !== undefined);
  if (kinds.some((kind) => OTHER_KIND.test(kind))) return false;
  return kinds.some((kind) => /chat|llm|vlm|language|generat|completion/i.test(kind)) || !OTHER_NAME.test(id);
}

const OTHER_KIND = /embed|rerank|feature.extraction|sentence.similarity|image|audio|speech|transcri|moderation|classif/i;
/** Model families, and words that occur in their names. */
const OTHER_NAME =
  /embed|rerank|(?:^|[/_.:-])(?:bge|gte|e5|minilm|all-minilm|colbert|splade|whisper|tts|stt|dall-e|stable-diffusion|sdxl|flux|moderation)(?:$|[/_.:-])/i;

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

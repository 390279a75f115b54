import * as z from 'zod';
import { visibleText } from '#features/accounts/contract.ts';
import { endpointsOf, id } from '#wire/contract.ts';
import { texts } from './input-texts.ts';

const endpoint = endpointsOf('Models');

const dollars = z
  .number({ error: () => texts.dollars })
  .min(0, { error: () => texts.negative })
  .max(100_000, { error: () => texts.tooExpensive });
/** US dollars per million tokens. */
const price = z.strictObject({ input: dollars, output: dollars }).meta({ id: 'Price' });
export type Price = z.infer<typeof price>;

const model = z
  .object({
    /** `provider/name`, as used in runs. */
    id: z.string(),
    name: z.string(),
    provider: z.string(),
    /** The model of runs that name none. */
    default: z.boolean(),
    note: z.string().optional(),
    /** Most tokens of instructions, conversation and response together. */
    contextTokens: z.int().positive(),
    /** The organization's price, else the provider's; null if neither is known. */
    price: price.nullable(),
  })
  .meta({ id: 'Model' });
export type Model = z.infer<typeof model>;

const unreachable = z.array(z.object({ provider: z.string(), reason: z.string() }));
const query = z.object({ organization: id.optional() });

export const listModels = endpoint({
  name: 'listModels',
  method: 'GET',
  path: '/api/models',
  apart: true,
  summary: 'List the models an organization’s runs can use, and the providers that could not be reached.',
  query,
  replies: { 200: z.object({ models: z.array(model), unreachable }) },
});

const modelId = visibleText(300);
const modelSettings = z
  .strictObject({
    /** Ids of the models that runs may use; null: all. */
    allowed: z.array(modelId).max(2000).nullable(),
    /** Null: the first available model. */
    default: modelId.nullable(),
    /** Called when another model’s provider fails; null: none. */
    fallback: modelId.nullable(),
    /** By model id; overrides the provider's prices. */
    prices: z.record(modelId, price).refine((prices) => Object.keys(prices).length <= 2000, { error: () => texts.tooManyPrices }),
  })
  .meta({ id: 'ModelSettings' });
export type ModelSettings = z.infer<typeof modelSettings>;

/** A model as shown to people who manage models, including ones that are not allowed. */
const knownModel = model.extend({ allowed: z.boolean(), providerPrice: price.nullable() }).meta({ id: 'KnownModel' });
export type KnownModel = z.infer<typeof knownModel>;
const settingsReply = z.object({ settings: modelSettings, models: z.array(knownModel), unreachable });

export const getModelSettings = endpoint({
  name: 'getModelSettings',
  method: 'GET',
  path: '/api/model-settings',
  apart: true,
  summary: 'Get the models an organization’s runs may use, their prices, and all known models.',
  query,
  replies: { 200: settingsReply },
});

export const putModelSettings = endpoint({
  name: 'putModelSettings',
  method: 'PUT',
  path: '/api/model-settings',
  apart: true,
  summary: 'Replace an organization’s allowed models, default, fallback and prices, all at once.',
  query,
  body: modelSettings,
  replies: { 200: settingsReply },
});

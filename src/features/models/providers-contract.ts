/** An organization's own providers. Separate from `contract.ts`, so that pages that only choose a model do not load the provider kinds. */
import * as z from 'zod';
import { newName, visibleText } from '#features/accounts/contract.ts';
import { endpointsOf, id, instant } from '#wire/contract.ts';
import { texts as wire } from '#wire/texts.ts';
import { kindOf, providerKindIds, reservedSlugs } from './kinds/kinds.ts';
import { kindsInWords } from './kinds/words.ts';
import { texts } from './provider-texts.ts';

const endpoint = endpointsOf('Models');
const query = z.object({ organization: id.optional() });

const providerKind = z.enum(providerKindIds, { error: () => texts.kind(providerKindIds) });

const modelProvider = z
  .object({
    id,
    /** First part of its models' ids. */
    slug: z.string(),
    kind: providerKind,
    name: z.string(),
    /** Null: the provider's default address. */
    url: z.string().nullable(),
    hasKey: z.boolean(),
    /** The last characters of its key; null if they would reveal too much of it. */
    keyEnd: z.string().nullable(),
    /** Model names entered by hand, for a provider that does not list its models. */
    models: z.array(z.string()),
    /** Whether it may be in a private network; set if an operator entered the address. */
    privateNetwork: z.boolean(),
    changedAt: instant,
  })
  .meta({ id: 'ModelProvider' });
export type ModelProvider = z.infer<typeof modelProvider>;

const url = z
  .url({ protocol: /^https?$/, error: () => texts.url })
  .max(500, { error: () => wire.input.atMost(500) })
  .refine((text) => !/[\s\p{Cc}]/u.test(text) && text.isWellFormed(), { error: () => texts.urlCharacters })
  .refine((text) => !/[?#]|\/\/[^/]*@/.test(text), { error: () => texts.urlParts });
const slug = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, { error: () => texts.slug })
  .refine((text) => !reservedSlugs.includes(text), { error: () => texts.reserved });
/** Sent to the provider in a header. */
const key = z
  .string()
  .trim()
  .min(1, { error: () => texts.noKey })
  .max(1000, { error: () => wire.input.atMost(1000) })
  .regex(/^[\x21-\x7e]*$/, { error: () => texts.key });

/** Model names as the provider knows them, without the provider prefix of our ids. */
const enteredModels = z
  .array(visibleText(250))
  .max(200, { error: () => texts.tooManyModels(200) })
  .transform((names) => [...new Set(names)]);

export const listModelProviders = endpoint({
  name: 'listModelProviders',
  method: 'GET',
  path: '/api/model-providers',
  summary: 'List an organization’s providers, those configured in the server’s environment, and whether keys can be stored here.',
  query,
  replies: {
    200: z.object({
      providers: z.array(modelProvider),
      /** Available to every organization; changed only in the environment. */
      environment: z.array(z.object({ slug: z.string(), name: z.string() })),
      /** False without ENCRYPTION_KEY in production. */
      canKeepKeys: z.boolean(),
    }),
  },
});

export const createModelProvider = endpoint({
  name: 'createModelProvider',
  method: 'POST',
  path: '/api/model-providers',
  summary: `Add a provider: ${kindsInWords}. Its key is never returned.`,
  query,
  body: z
    .strictObject({
      kind: providerKind,
      name: newName(60),
      /** If omitted, derived from the name. */
      slug: slug.optional(),
      url: url.nullable().default(null),
      key: key.nullable().default(null),
      models: enteredModels.default([]),
    })
    .superRefine(({ kind, url, key }, context) => {
      const { address, key: keys } = kindOf(kind);
      if (address.own === null && url === null) context.addIssue({ code: 'custom', path: ['url'], message: texts.noUrl(address.end) });
      if (keys.required && key === null) context.addIssue({ code: 'custom', path: ['key'], message: texts.noKey });
    }),
  replies: { 201: z.object({ provider: modelProvider }) },
});

const params = z.object({ providerId: id });

export const changeModelProvider = endpoint({
  name: 'changeModelProvider',
  method: 'PATCH',
  path: '/api/model-providers/:providerId',
  summary: 'Update the given fields. A `key` of null deletes the key.',
  params,
  body: z
    .strictObject({
      name: newName(60).optional(),
      url: url.nullable().optional(),
      key: key.nullable().optional(),
      models: enteredModels.optional(),
    })
    .refine((changes) => Object.keys(changes).length > 0, { error: () => texts.nothing }),
  replies: { 200: z.object({ provider: modelProvider }) },
});

export const deleteModelProvider = endpoint({
  name: 'deleteModelProvider',
  method: 'DELETE',
  path: '/api/model-providers/:providerId',
  summary: 'Delete a provider and its key. Runs at work finish; after that they need another model.',
  params,
  replies: { 204: 'empty' },
});

export const testModelProvider = endpoint({
  name: 'testModelProvider',
  method: 'POST',
  path: '/api/model-providers/:providerId/test',
  apart: true,
  summary: 'Ask a provider for its models and return the result.',
  params,
  replies: { 200: z.object({ ok: z.boolean(), models: z.array(z.string()).optional(), reason: z.string().optional() }) },
});

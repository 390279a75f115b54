import * as z from 'zod';
import { endpoint, id } from '#wire/contract.ts';

/** US dollars for a million tokens. */
export const price = z
  .strictObject({ input: z.number().min(0).max(100_000), output: z.number().min(0).max(100_000) })
  .meta({ id: 'Price' });
export type Price = z.infer<typeof price>;

export const model = z
  .object({
    /** `provider/name`, as runs refer to it. */
    id: z.string(),
    name: z.string(),
    provider: z.string(),
    /** The model a run uses that names none. */
    default: z.boolean(),
    note: z.string().optional(),
    /** Tokens that instructions, conversation and answer may have together. */
    contextTokens: z.int().positive(),
    /** Null where nobody has said. */
    price: price.nullable(),
  })
  .meta({ id: 'Model' });
export type Model = z.infer<typeof model>;

export const listModels = endpoint({
  name: 'listModels',
  method: 'GET',
  path: '/api/models',
  summary: 'The models a run of an organization can use, and the providers that could not be asked.',
  query: z.object({ organization: id.optional() }),
  replies: {
    200: z.object({ models: z.array(model), unreachable: z.array(z.object({ provider: z.string(), reason: z.string() })) }),
  },
});

import * as z from 'zod';
import { endpoint } from '#wire/contract.ts';

export const model = z
  .object({
    /** `provider/name`, as runs refer to it. */
    id: z.string(),
    name: z.string(),
    provider: z.string(),
    /** The model a run uses that names none. */
    default: z.boolean(),
    note: z.string().optional(),
  })
  .meta({ id: 'Model' });
export type Model = z.infer<typeof model>;

export const listModels = endpoint({
  name: 'listModels',
  method: 'GET',
  path: '/api/models',
  summary: 'The models a run can use, and the providers that could not be asked.',
  replies: {
    200: z.object({ models: z.array(model), unreachable: z.array(z.object({ provider: z.string(), reason: z.string() })) }),
  },
});

import * as z from 'zod';
import { toolEffect } from './effect.ts';

/** A tool that runs of the organization may use, as far as a policy needs to know it. */
export const policyTool = z.object({
  name: z.string(),
  description: z.string(),
  effect: toolEffect,
  /** The tool server it belongs to; null: Guildhall's own. */
  server: z.string().nullable(),
});
export type PolicyTool = z.infer<typeof policyTool>;

/** What a run may do without asking, and how much it may use up: said by an agent, or by whoever starts the run. */
import * as z from 'zod';

/** How far an agent may go by itself. */
export const autonomyLevel = z.enum(['off', 'supervised', 'autonomous']);

/**
 * What a run may use up before it stops. What is named holds for the run as a whole; what is left out has the server's default,
 * for each message.
 */
export const budget = z.strictObject({
  steps: z.int().min(1).max(10_000).optional(),
  /** Input and output together. */
  tokens: z.int().min(1).max(1_000_000_000).optional(),
  inputTokens: z.int().min(1).max(1_000_000_000).optional(),
  outputTokens: z.int().min(1).max(1_000_000_000).optional(),
  /** US dollars. */
  cost: z.number().positive().max(100_000).optional(),
  minutes: z
    .number()
    .positive()
    .max(24 * 60)
    .optional(),
});
export type Budget = z.infer<typeof budget>;

/** What a run may do without asking, and how much it may use up: said by an agent, or by whoever starts the run. */
import * as z from 'zod';

const whole = (most: number) =>
  z
    .int('Use a whole number.')
    .min(1, 'Use at least 1.')
    .max(most, `Use at most ${most.toLocaleString('en')}.`);
const some = (most: number) =>
  z
    .number('Use a number.')
    .positive('Use more than 0.')
    .max(most, `Use at most ${most.toLocaleString('en')}.`);

/**
 * What a run may use up before it stops. What is named holds for the run as a whole; what is left out has the server's default,
 * for each message.
 */
export const budget = z.strictObject({
  steps: whole(10_000).optional(),
  /** Input and output together. */
  tokens: whole(1_000_000_000).optional(),
  inputTokens: whole(1_000_000_000).optional(),
  outputTokens: whole(1_000_000_000).optional(),
  /** US dollars. */
  cost: some(100_000).optional(),
  minutes: some(24 * 60).optional(),
});
export type Budget = z.infer<typeof budget>;

/** What a run may use and may do without approval: set by an agent, or by the person who starts the run. */
import * as z from 'zod';
import { texts } from '#wire/texts.ts';

const whole = (most: number) =>
  z
    .int({ error: () => texts.input.wholeNumber })
    .min(1, { error: () => texts.input.atLeastOne })
    .max(most, { error: () => texts.input.atMostNumber(most) });
const some = (most: number) =>
  z
    .number({ error: () => texts.input.number })
    .positive({ error: () => texts.input.moreThanZero })
    .max(most, { error: () => texts.input.atMostNumber(most) });

/**
 * What a run may use before it stops. Set amounts cover the run as a whole; for the others, the server's defaults apply to each message.
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

import type { ModelRequest } from '../model.ts';

/** Estimate for providers that do not count tokens. */
const CHARACTERS_PER_TOKEN = 4;
/** No call takes more; a provider that reports more has miscounted. */
const MAX_TOKENS = 1_000_000_000;

/**
 * Budgets are counted in tokens, so a response is counted even if its provider reports no count, or an impossible one.
 * @param counted the provider's count, unvalidated
 * @param characters of the response
 */
export function countTokens(
  counted: { input?: unknown; output?: unknown },
  { instructions, messages, tools }: Pick<ModelRequest, 'instructions' | 'messages' | 'tools'>,
  characters: number,
): { inputTokens: number; outputTokens: number } {
  const estimate = (length: number) => Math.ceil(length / CHARACTERS_PER_TOKEN);
  const read = (total: unknown) =>
    Number.isInteger(total) && Number(total) > 0 && Number(total) <= MAX_TOKENS ? Number(total) : undefined;
  return {
    inputTokens: read(counted.input) ?? estimate(instructions.length + JSON.stringify([messages, tools]).length),
    outputTokens: read(counted.output) ?? estimate(characters),
  };
}

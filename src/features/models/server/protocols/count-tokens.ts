import type { ModelRequest } from '../model.ts';

/** Where a provider does not count its tokens. */
const CHARACTERS_PER_TOKEN = 4;
/** No call takes more; a provider that says so has miscounted. */
const MAX_TOKENS = 1_000_000_000;

/**
 * Budgets are counted in tokens, so an answer is not free of them because its provider does not count, or counts what cannot be.
 * @param counted by the provider, whatever that is
 * @param characters of the answer
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

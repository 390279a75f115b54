/** Fits a conversation into a model’s context window: drops old tool results first, then old exchanges. */
import type { ModelMessage } from '#features/models/server/model.ts';
import { cut } from '../../characters.ts';
import { texts } from '../texts/log.ts';

/** A conservative estimate for code and prose: tokens are rarely shorter. */
const CHARACTERS_PER_TOKEN = 3;
/** Shorter results are not worth omitting. */
const SHORT = 400;
/**
 * The omitted part grows in steps of this share of the limit, so that the prefix stays the same for many steps, and providers charge
 * less for a cached prefix.
 */
const SHARE = 0.3;

export interface Fitted {
  messages: ModelMessage[];
  /** What was omitted. */
  left: { results: number; messages: number };
}

export const estimateTokens = (text: string): number => Math.ceil(text.length / CHARACTERS_PER_TOKEN);
const sizeOfText = (text: string): number => estimateTokens(JSON.stringify(text));
const sizeOf = (message: ModelMessage): number => estimateTokens(JSON.stringify(message));

/** @param tokenLimit tokens allowed for all messages */
export function fitContext(messages: readonly ModelMessage[], tokenLimit: number): Fitted {
  const sizes = messages.map(sizeOf);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total <= tokenLimit) return { messages: [...messages], left: { results: 0, messages: 0 } };
  const step = tokenLimit * SHARE;
  const excess = Math.ceil((total - tokenLimit) / step) * step;
  const shortened = leaveOutResults(messages, excess);
  const dropped = dropExchanges(shortened.messages, excess - shortened.saved);
  const fitting = cutNewest(dropped.messages, tokenLimit);
  return { messages: fitting.messages, left: { results: shortened.count + fitting.count, messages: dropped.count } };
}

/** Keeps the newest exchange: the model is working on it. */
function leaveOutResults(messages: readonly ModelMessage[], excess: number): { messages: ModelMessage[]; saved: number; count: number } {
  const keepFrom = messages.findLastIndex((message) => message.role === 'assistant');
  let saved = 0;
  let count = 0;
  const shorten = (output: string): string => {
    if (saved >= excess || output.length <= SHORT) return output;
    const replacement = `(Omitted to save space: ${output.length} characters. Call the tool again if you need it.)`;
    saved += estimateTokens(output) - estimateTokens(replacement);
    count++;
    return replacement;
  };
  const shortened = messages.map((message, index): ModelMessage => {
    if (message.role !== 'tool' || index >= keepFrom) return message;
    return { ...message, results: message.results.map((result) => ({ ...result, output: shorten(result.output) })) };
  });
  return { messages: shortened, saved, count };
}

/** Drops exchanges after the first message, which states the task; a call and its results are dropped together. */
function dropExchanges(messages: ModelMessage[], excess: number): { messages: ModelMessage[]; count: number } {
  const [first, ...rest] = messages;
  if (excess <= 0 || first?.role !== 'user') return { messages, count: 0 };
  const newest = rest.findLastIndex((message) => message.role !== 'tool');
  let saved = 0;
  let from = 0;
  while (from < newest && (saved < excess || rest[from]?.role === 'tool')) {
    const message = rest[from];
    if (message) saved += sizeOf(message);
    from++;
  }
  if (from === 0) return { messages, count: 0 };
  const note = `${first.text}\n\n(${from} messages after this one were omitted to save space.)`;
  return { messages: [{ ...first, text: note }, ...rest.slice(from)], count: from };
}

/** Truncates the results of the newest exchange to equal length, only if that exchange alone is too long. */
function cutNewest(messages: ModelMessage[], tokenLimit: number): { messages: ModelMessage[]; count: number } {
  const last = messages.at(-1);
  const total = messages.reduce((sum, message) => sum + sizeOf(message), 0);
  if (last?.role !== 'tool' || total <= tokenLimit) return { messages, count: 0 };
  const results = last.results.reduce((sum, { output }) => sum + sizeOfText(output), 0);
  const each = Math.max(SHORT, Math.floor(((tokenLimit - (total - results)) * CHARACTERS_PER_TOKEN) / last.results.length) - SHORT);
  let count = 0;
  const shorten = (output: string): string => {
    if (output.length <= each) return output;
    count++;
    // Characters that JSON escapes, such as quotes and line breaks, count in their longer form.
    const characters = Math.floor((each * output.length) / JSON.stringify(output).length);
    return `${cut(output, characters)}\n(Truncated to save space: ${output.length} characters in total. Request a smaller part.)`;
  };
  const newest = { ...last, results: last.results.map((result) => ({ ...result, output: shorten(result.output) })) };
  return { messages: messages.with(-1, newest), count };
}

export const describeOmitted = ({ results, messages }: Fitted['left']): string | undefined =>
  results > 0 || messages > 0 ? texts.notices.omitted(results, messages) : undefined;

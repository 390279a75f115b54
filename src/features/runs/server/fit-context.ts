/** Keeps a conversation within what a model can take in: old tool results go first, then old exchanges. */
import type { ModelMessage } from '#features/models/server/model.ts';

/** Of code and prose alike, on the safe side: a token is seldom shorter. */
const CHARACTERS_PER_TOKEN = 3;
/** A result this short is not worth leaving out. */
const SHORT = 400;
/**
 * What is left out grows by this share of the room at once, so that what a model is given begins alike for many steps, which
 * providers charge less for.
 */
const SHARE = 0.3;

export interface Fitted {
  messages: ModelMessage[];
  /** What was left out. */
  left: { results: number; messages: number };
}

export const estimateTokens = (text: string): number => Math.ceil(text.length / CHARACTERS_PER_TOKEN);
const sizeOf = (message: ModelMessage): number => estimateTokens(JSON.stringify(message));

/** @param room tokens the messages may have together */
export function fitContext(messages: readonly ModelMessage[], room: number): Fitted {
  const sizes = messages.map(sizeOf);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total <= room) return { messages: [...messages], left: { results: 0, messages: 0 } };
  const step = room * SHARE;
  const excess = Math.ceil((total - room) / step) * step;
  const shortened = leaveOutResults(messages, excess);
  const dropped = dropExchanges(shortened.messages, excess - shortened.saved);
  return { messages: dropped.messages, left: { results: shortened.count, messages: dropped.count } };
}

/** The newest exchange stays whole: the model is at work on it. */
function leaveOutResults(messages: readonly ModelMessage[], excess: number): { messages: ModelMessage[]; saved: number; count: number } {
  const keepFrom = messages.findLastIndex((message) => message.role === 'assistant');
  let saved = 0;
  let count = 0;
  const shorten = (output: string): string => {
    if (saved >= excess || output.length <= SHORT) return output;
    const replacement = `(Left out to save room: ${output.length} characters. Use the tool again if you need it.)`;
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

/** Drops from after the first message, which says what all is about; a call and its results go together. */
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
  const note = `${first.text}\n\n(${from} messages that came after this were left out to save room.)`;
  return { messages: [{ role: 'user', text: note }, ...rest.slice(from)], count: from };
}

export function sayLeftOut({ results, messages }: Fitted['left']): string | undefined {
  const what = [
    ...(results > 0 ? [`${results} older tool result${results === 1 ? '' : 's'}`] : []),
    ...(messages > 0 ? [`${messages} older message${messages === 1 ? '' : 's'}`] : []),
  ];
  if (what.length === 0) return undefined;
  return `The conversation is longer than the model can take in. It is given all but ${what.join(' and ')}; the log keeps everything.`;
}

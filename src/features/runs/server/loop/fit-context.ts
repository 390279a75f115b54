/** Keeps a conversation within what a model can take in: old tool results go first, then old exchanges. */
import type { ModelMessage } from '#features/models/server/model.ts';
import { cut } from '../../characters.ts';

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
const sizeOfText = (text: string): number => estimateTokens(JSON.stringify(text));
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
  const fitting = cutNewest(dropped.messages, room);
  return { messages: fitting.messages, left: { results: shortened.count + fitting.count, messages: dropped.count } };
}

/** The newest exchange stays: the model is at work on it. */
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
  const note = `${first.text}\n\n(${from} messages after this one were omitted to save space.)`;
  return { messages: [{ ...first, text: note }, ...rest.slice(from)], count: from };
}

/** Only where the newest exchange alone is too long are its results cut, all to the same length. */
function cutNewest(messages: ModelMessage[], room: number): { messages: ModelMessage[]; count: number } {
  const last = messages.at(-1);
  const total = messages.reduce((sum, message) => sum + sizeOf(message), 0);
  if (last?.role !== 'tool' || total <= room) return { messages, count: 0 };
  const results = last.results.reduce((sum, { output }) => sum + sizeOfText(output), 0);
  const each = Math.max(SHORT, Math.floor(((room - (total - results)) * CHARACTERS_PER_TOKEN) / last.results.length) - SHORT);
  let count = 0;
  const shorten = (output: string): string => {
    if (output.length <= each) return output;
    count++;
    // What JSON makes longer, such as quotes and line ends, takes its room too.
    const characters = Math.floor((each * output.length) / JSON.stringify(output).length);
    return `${cut(output, characters)}\n(Truncated to save space: ${output.length} characters in total. Request a smaller part.)`;
  };
  const newest = { ...last, results: last.results.map((result) => ({ ...result, output: shorten(result.output) })) };
  return { messages: messages.with(-1, newest), count };
}

export function sayLeftOut({ results, messages }: Fitted['left']): string | undefined {
  const what = [
    ...(results > 0 ? [`${results} tool result${results === 1 ? '' : 's'}`] : []),
    ...(messages > 0 ? [`${messages} older message${messages === 1 ? '' : 's'}`] : []),
  ];
  if (what.length === 0) return undefined;
  return `The conversation is longer than the model can take in. What it is given lacks ${what.join(' and ')}, or parts of them; the log keeps everything.`;
}

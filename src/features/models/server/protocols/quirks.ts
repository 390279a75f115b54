/** The parts of a request that a model rejects although others accept them: learned from its errors, and applied to later requests. */
import type { ProviderError } from '../provider-error.ts';
import { isJson, type Json } from './read-events.ts';

export interface Quirks {
  /** Optional fields to omit. */
  without: Set<string>;
  /** It wants `max_completion_tokens` instead of `max_tokens`. */
  completionTokens: boolean;
  /** Most output tokens it allows. */
  maxTokens?: number;
  /** `always`: each response with calls needs reasoning, even one of another model. `never`: no reasoning is sent back. */
  reasoning?: 'always' | 'never';
  /** `missing`: calls without a signature get a placeholder; `none`: no call keeps its signature. */
  signatures?: 'missing' | 'none';
  /** Instructions precede the first message, since it supports no system role. */
  systemInUser: boolean;
  /** A user message may only follow a model response. */
  answerAfterTool: boolean;
}

export const noQuirks = (): Quirks => ({ without: new Set(), completionTokens: false, systemInUser: false, answerAfterTool: false });

/** Statuses of a faulty request; some servers fail with 5xx. Undefined: an error in a response with 200. */
const AT_FAULT: (number | undefined)[] = [undefined, 400, 404, 415, 422, 500, 501];
/** Optional fields, sent if the model accepts them. */
const OPTIONAL = [
  'stream_options',
  'cache_control',
  'eager_input_streaming',
  'store',
  'include',
  'max_tokens',
  'max_output_tokens',
  'max_completion_tokens',
];

const REFUSES =
  /\b(?:un(?:supported|recognized|known|expected)|(?:not|n't) (?:support(?:ed)?|permitted|allowed|accepted|recognized|compatible)|invalid|extra|deprecated|additional properties|no longer)\b/i;
const TOO_MANY = /too (?:large|big|high|many)|exceed|at most|maximum|less than|greater than|between|range|[<>≤≥]/i;

/**
 * @param providerError the provider's error for this body
 * @returns whether a quirk was learned, so that a retry is worthwhile
 */
export function learn(providerError: ProviderError, body: Json, quirks: Quirks): boolean {
  if (!AT_FAULT.includes(providerError.status)) return false;
  return lessons.some((lesson) => lesson(providerError, body, quirks));
}

type Lesson = (providerError: ProviderError, body: Json, quirks: Quirks) => boolean;

const refuses = ({ words, codes }: ProviderError): boolean =>
  REFUSES.test(words) || codes.some((code) => /unsupported|extra_forbidden|unknown/.test(code));

/** Sets a quirk. @returns whether it changed */
function set<K extends keyof Quirks>(quirks: Quirks, key: K, value: Quirks[K]): boolean {
  if (quirks[key] === value) return false;
  quirks[key] = value;
  return true;
}

const lessons: Lesson[] = [
  // OpenAI's reasoning models: “Use 'max_completion_tokens' instead.”
  (providerError, body, quirks) => {
    const replaced =
      body['max_tokens'] !== undefined && /\bmax_completion_tokens\b/.test(providerError.words) && !TOO_MANY.test(providerError.words);
    return replaced && set(quirks, 'completionTokens', true);
  },
  // The model's own limit: “max_tokens: 16000 > 4096, which is the maximum”.
  (providerError, body, quirks) => {
    const sent = ['max_tokens', 'max_completion_tokens', 'max_output_tokens']
      .map((name) => body[name])
      .find((value) => typeof value === 'number');
    if (
      typeof sent !== 'number' ||
      !/\bmax_(?:completion_|output_|new_)?tokens\b|maxOutputTokens/.test(providerError.words) ||
      !TOO_MANY.test(providerError.words)
    )
      return false;
    if (/context/i.test(providerError.words)) return false;
    const bounds = (providerError.words.match(/(?<![\w.-])\d[\d,]*(?![\w.-]*\w)/g) ?? []).map((digits) =>
      Number(digits.replaceAll(',', '')),
    );
    const bound = Math.max(...bounds.filter((number) => number >= 16 && number < sent));
    if (bound > 0) return set(quirks, 'maxTokens', bound);
    return ['max_tokens', 'max_completion_tokens'].some((name) => name in body && !quirks.without.has(name) && quirks.without.add(name));
  },
  (providerError, body, quirks) => {
    if (
      !/system role|(?:role|support) ["'`]?system["'`]?|system (?:message|prompt|instruction)s?/i.test(providerError.words) ||
      !refuses(providerError)
    )
      return false;
    return isJson((body['messages'] as unknown[] | undefined)?.[0]) && set(quirks, 'systemInUser', true);
  },
  // Mistral: “Unexpected role 'user' after role 'tool'”.
  (providerError, _, quirks) =>
    /role ["'`]?user["'`]? after role ["'`]?tool/i.test(providerError.words) && set(quirks, 'answerAfterTool', true),
  // DeepSeek: “must be passed back”; Moonshot: “is missing in assistant tool call message”.
  (providerError, _, quirks) => {
    if (!/reasoning_content/.test(providerError.words)) return false;
    return /passed back|missing|required|must/i.test(providerError.words)
      ? set(quirks, 'reasoning', 'always')
      : refuses(providerError) && set(quirks, 'reasoning', 'never');
  },
  // Google: “Function call is missing a thought_signature”, or has one that is not Google's.
  (providerError, _, quirks) => {
    if (!/thought.?signature/i.test(providerError.words)) return false;
    return set(quirks, 'signatures', /missing|required/i.test(providerError.words) && quirks.signatures === undefined ? 'missing' : 'none');
  },
  // Signed or encrypted thinking that the provider no longer recognizes.
  (providerError, _, quirks) => {
    const about = /\b(?:signature|redacted_thinking|thinking|reasoning(?:_details)?|encrypted.content)\b/i.test(providerError.words);
    const code = providerError.codes.includes('invalid_encrypted_content');
    return (
      (code ||
        (about &&
          /invalid|unrecognized|unsupported|not (?:supported|permitted|allowed)|cannot be modified|could not be|without its required/i.test(
            providerError.words,
          ))) &&
      set(quirks, 'reasoning', 'never')
    );
  },
  (providerError, body, quirks) => {
    const named = OPTIONAL.filter((name) => !quirks.without.has(name) && isSent(body, name) && isNamed(providerError, name));
    const refused = named.filter((name) => providerError.param === name || refuses(providerError));
    for (const name of refused) quirks.without.add(name);
    return refused.length > 0;
  },
];

const isNamed = ({ param = '', words }: ProviderError, name: string): boolean =>
  new RegExp(`(?<![\\w-])${name}(?![\\w-])`).test(`${param} ${words}`) || (name === 'include' && /encrypted content/i.test(words));

/** Some fields are nested in messages and tools. */
const isSent = (body: Json, name: string): boolean =>
  name in body ||
  (['cache_control', 'eager_input_streaming'].includes(name) &&
    JSON.stringify([body['system'], body['messages'], body['tools']]).includes(`"${name}"`));

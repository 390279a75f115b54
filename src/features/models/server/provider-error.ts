/** What a provider says of a failure, found in whatever shape it has: a status, codes for programs, words for people. */
import { isJson, type Json, parseJson } from './protocols/read-events.ts';

export interface ProviderError {
  /** HTTP's; undefined for an error in an answer with 200 that names none. */
  status?: number;
  /** Codes and types, in lower case, the nearest to the words first. */
  codes: string[];
  /** Of the request, where it names one. */
  param?: string;
  /** A sentence for people, in one line; '' where there is none. */
  words: string;
  retryAfterMs?: number;
}

/** Thrown where a provider says that it failed. */
export class ProviderFailure extends Error {
  readonly said: ProviderError;
  constructor(providerError: ProviderError) {
    super(providerError.words);
    this.name = 'ProviderFailure';
    this.said = providerError;
  }
}

const MAX_WORDS = 4000;
const MAX_DEPTH = 6;
/** Of a list of problems. */
const MAX_ITEMS = 20;
/** Where words stand, the best place first. */
const WORDS = [
  'message',
  'error',
  'errors',
  'msg',
  'detail',
  'details',
  'error_msg',
  'error_message',
  'errorMessage',
  'error_description',
  'status_msg',
  'description',
  'reason',
  'title',
  'base_resp',
  'fault',
  'faultstring',
  'response',
];
const CODES = ['code', 'type', 'status', 'reason', 'error_code', 'errorCode', 'status_code', 'error_type'];

/** @param body of an answer that is no 2xx */
export function readFailure(status: number, body: string): ProviderError {
  const text = body.replace(/^\s*(?:event:[^\n]*\n\s*)?(?:data|error):\s*/, '');
  const parsed = parseJson(text) ?? parseJson(text.split('\n', 1)[0] ?? '');
  // Pages of HTML say nothing to a person.
  if (parsed === undefined || typeof parsed === 'string')
    return { status, codes: [], words: /^\s*[<{[]/.test(body) ? '' : oneLine(String(parsed ?? body)) };
  return { ...readError(parsed), status };
}

/** @param value JSON that says that something failed */
export function readError(value: unknown): ProviderError {
  const items = [...itemsIn(value, 0)];
  const found = items.flatMap((item) => CODES.map((key) => item[key]));
  const status = found.map(Number).find((number) => number >= 400 && number < 600);
  const codes = found.flatMap((code) => (typeof code === 'string' && code !== '' && !/^\d+$/.test(code) ? code.toLowerCase() : []));
  const param = items.map((item) => item['param'] ?? fieldOf(item)).find((named) => typeof named === 'string');
  return {
    ...(status !== undefined && { status }),
    codes: [...new Set(codes)],
    ...(typeof param === 'string' && { param }),
    words: oneLine(findWords(value, 0) ?? ''),
  };
}

/** The innermost first. Only where errors stand: servers repeat what they were sent, whatever that says. */
function* itemsIn(value: unknown, depth: number): Generator<Json> {
  if (depth > MAX_DEPTH) return;
  if (Array.isArray(value)) for (const item of value.slice(0, MAX_ITEMS)) yield* itemsIn(item, depth + 1);
  if (!isJson(value)) return;
  for (const key of [...WORDS, 'metadata', 'raw', 'innererror']) if (key in value) yield* itemsIn(nested(value[key]), depth + 1);
  yield value;
}

/** The field of the request that a problem is about, as FastAPI says it. */
const fieldOf = ({ loc }: Json): unknown => (Array.isArray(loc) ? loc.at(-1) : undefined);

/** What a gateway was told, it passes on as text. */
const nested = (value: unknown): unknown => (typeof value === 'string' && /^\s*[{[]/.test(value) ? (parseJson(value) ?? value) : value);

function findWords(value: unknown, depth: number): string | undefined {
  const item = nested(value);
  if (typeof item === 'string') return item.trim() === '' ? undefined : item;
  if (depth > MAX_DEPTH) return undefined;
  if (Array.isArray(item)) {
    const all = item.slice(0, MAX_ITEMS).flatMap((each) => findWords(each, depth + 1) ?? []);
    return all.length > 0 ? all.join('; ') : undefined;
  }
  if (!isJson(item)) return undefined;
  // OpenRouter: the words of the provider behind it say more than its own.
  const behind = isJson(item['metadata']) ? findWords(item['metadata']['raw'], depth + 1) : undefined;
  if (behind !== undefined) return behind;
  for (const key of WORDS) {
    const found = key in item ? findWords(item[key], depth + 1) : undefined;
    const field = fieldOf(item);
    if (found !== undefined) return typeof field === 'string' ? `${found} (${field})` : found;
  }
  return undefined;
}

const oneLine = (text: string): string =>
  text
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, MAX_WORDS);

/**
 * @param event of an answer with 200
 * @returns what the provider says where the event stands for a failure; undefined for any other
 */
export function failureIn(event: Json, name?: string): ProviderError | undefined {
  const choice = Array.isArray(event['choices']) ? event['choices'].find(isJson) : undefined;
  const error = [event['error'], choice?.['error']].find(says);
  if (error !== undefined) return readError({ ...event, choices: undefined, error });
  if (event['object'] === 'error' || event['type'] === 'error' || name === 'error') return readError(event);
  const base = event['base_resp'];
  if (isJson(base) && typeof base['status_code'] === 'number' && base['status_code'] !== 0) return readError(base);
  if (choice !== undefined || typeof event['type'] === 'string') return undefined;
  return isFailure(event) ? readError(event) : undefined;
}

/** Without a choice, and without any word that it is an error. */
function isFailure(event: Json): boolean {
  const { code, status, status_code: statusCode, message, detail, errors, success } = event;
  if (says(errors) || success === false || status === 'error' || Number(code ?? status ?? statusCode) >= 400) return true;
  return !('object' in event) && (says(detail) || (typeof code === 'string' && typeof message === 'string'));
}

/** `null`, an empty text and an empty object say that nothing failed. */
function says(error: unknown): boolean {
  if (typeof error === 'string') return error.trim() !== '';
  if (typeof error !== 'object') return error === true;
  return error !== null && Object.keys(error).length > 0;
}

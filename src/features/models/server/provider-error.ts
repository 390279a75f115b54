/** Extracts a provider's error from any of its formats: a status, codes for programs, a message for people. */
import { isJson, type Json, parseJson } from './protocols/read-events.ts';

export interface ProviderError {
  /** The HTTP status; undefined for an error without one in a response with 200. */
  status?: number;
  /** Codes and types in lower case, those closest to the message first. */
  codes: string[];
  /** The field of the request, if the error names one. */
  param?: string;
  /** A sentence for people, on one line; '' if there is none. */
  words: string;
  retryAfterMs?: number;
}

/** Thrown if a provider reports an error. */
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
/** In a list of problems. */
const MAX_ITEMS = 20;
/** Fields that may contain a message, best first. */
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

/** @param body of a response with a status other than 2xx */
export function readFailure(status: number, body: string): ProviderError {
  const text = body.replace(/^\s*(?:event:[^\n]*\n\s*)?(?:data|error):\s*/, '');
  const parsed = parseJson(text) ?? parseJson(text.split('\n', 1)[0] ?? '');
  // HTML pages are useless to people.
  if (parsed === undefined || typeof parsed === 'string')
    return { status, codes: [], words: /^\s*[<{[]/.test(body) ? '' : oneLine(String(parsed ?? body)) };
  return { ...readError(parsed), status };
}

/** @param value JSON that reports an error */
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

/** Innermost first. Searches only the fields for errors: servers repeat the request, which may contain anything. */
function* itemsIn(value: unknown, depth: number): Generator<Json> {
  if (depth > MAX_DEPTH) return;
  if (Array.isArray(value)) for (const item of value.slice(0, MAX_ITEMS)) yield* itemsIn(item, depth + 1);
  if (!isJson(value)) return;
  for (const key of [...WORDS, 'metadata', 'raw', 'innererror']) if (key in value) yield* itemsIn(nested(value[key]), depth + 1);
  yield value;
}

/** The field of the request that a problem is about, in FastAPI's format. */
const fieldOf = ({ loc }: Json): unknown => (Array.isArray(loc) ? loc.at(-1) : undefined);

/** A gateway passes on the error it received as text. */
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
  // OpenRouter: the message of the provider behind it says more than its own.
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
 * @param event of a response with 200
 * @returns the error if the event reports one; undefined otherwise
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

/** No choices, although nothing marks it as an error. */
function isFailure(event: Json): boolean {
  const { code, status, status_code: statusCode, message, detail, errors, success } = event;
  if (says(errors) || success === false || status === 'error' || Number(code ?? status ?? statusCode) >= 400) return true;
  return !('object' in event) && (says(detail) || (typeof code === 'string' && typeof message === 'string'));
}

/** `null`, an empty text and an empty object mean no error. */
function says(error: unknown): boolean {
  if (typeof error === 'string') return error.trim() !== '';
  if (typeof error !== 'object') return error === true;
  return error !== null && Object.keys(error).length > 0;
}

/** What went wrong with a provider, in words for the person who started the run: what happened, and what to do. */
import { Refusal } from '#kernel/errors.ts';
import { ModelError, type ModelErrorCode } from './model.ts';
import { readRetryAfter } from './retry-after.ts';

export interface Asked {
  /** The provider's name, for people. */
  provider: string;
  /** Where its address and key stand. */
  configured: 'environment' | 'screen';
  /** The model's name, where one was asked. */
  model?: string;
  /** Never to be seen by anybody, also where a provider repeats it. */
  key?: string | undefined;
  /** Had the answer begun? */
  begun: boolean;
}

/** As the AI SDK throws them. */
interface Response {
  statusCode: number;
  responseHeaders?: Record<string, string>;
  responseBody?: string;
}

const CONTEXT =
  /context.{0,3}(?:length|window|size)|maximum context|prompt is too long|(?:input|prompt|request).{0,40}(?:exceeds?|too (?:long|large|many tokens))|too many tokens|reduce the length|n_ctx/i;
const OVERLOADED = /overloaded|over capacity|rate.?limit/i;
const NO_CREDIT = /insufficient.?(?:quota|credit|balance|funds)|credit balance|out of credit|billing|exceeded your current quota/i;

/** @param failure whatever was thrown, or came as an error in the stream */
export function explainFailure(failure: unknown, asked: Asked): ModelError {
  const chain = causesOf(failure);
  const response = chain.find((cause) => typeof (cause as Partial<Response>).statusCode === 'number') as Response | undefined;
  if (response && response.statusCode >= 300) return explainStatus(response, asked, failure);
  const known = chain.find((cause) => cause instanceof ModelError);
  if (known) return known;
  if (!(failure instanceof Error)) return explainErrorPart(failure, asked);
  if (chain.some(({ name }) => /JSONParseError|TypeValidationError|EmptyResponseBody/.test(name)))
    return fail(asked, 'provider_broken', 'sent something that cannot be read', { temporary: true, cause: failure });
  if (asked.begun) return fail(asked, 'cut_off', 'broke off in the middle of its answer', { temporary: true, cause: failure });
  return explainConnection(chain, asked, failure);
}

/** @returns the failure that an HTTP status stands for */
export function explainStatus(
  { statusCode, responseHeaders = {}, responseBody = '' }: Response,
  asked: Asked,
  cause?: unknown,
): ModelError {
  const words = wordsOf(responseBody, asked.key);
  const saying = words ? `: “${words}”` : '';
  const retryAfterMs = readRetryAfter(responseHeaders);
  const refuse = (code: ModelErrorCode, what: string, options: Partial<Options> = {}) =>
    fail(asked, code, what, { cause, retryAfterMs, ...options });
  if (statusCode === 401 || statusCode === 403) {
    const which = asked.key === undefined ? 'wants a key' : 'refused the key';
    return refuse('provider_refused', `${which} (${statusCode})${saying}`, { advice: `Enter a valid one ${placeOf(asked)}.` });
  }
  if (statusCode === 402 || (statusCode < 500 && NO_CREDIT.test(responseBody)))
    return refuse('provider_refused', `has no credit left for this key (${statusCode})${saying}`, {
      advice: 'Top it up there, or choose another model.',
    });
  if (statusCode === 404) {
    const address = `the address ${placeOf(asked)}`;
    if (asked.model === undefined)
      return refuse('model_unknown', `has nothing at this address (404)${saying}`, { advice: `Correct ${address}.` });
    const what = `does not know the model ${asked.model} (404)${saying}`;
    return refuse('model_unknown', what, { advice: `Choose another model, or correct ${address}.` });
  }
  if (statusCode === 429) return refuse('provider_busy', `has too many requests (429)${saying}`, { temporary: true });
  if (statusCode === 413 || ([400, 422].includes(statusCode) && CONTEXT.test(responseBody)))
    return refuse('context_overflow', `says that the conversation is too long for the model (${statusCode})${saying}`, {
      advice: 'Start a new run, or choose a model with a larger context.',
    });
  if (statusCode === 529 || statusCode === 503)
    return refuse('provider_busy', `has too much to do (${statusCode})${saying}`, { temporary: true });
  if (statusCode >= 500 || [408, 409, 425].includes(statusCode))
    return refuse('provider_failed', `failed (${statusCode})${saying}`, { temporary: true });
  return refuse('request_refused', `does not accept the request (${statusCode})${saying}`, { advice: 'Choose another model.' });
}

/** An error that came as part of the answer: OpenAI's and Anthropic's have a type and a message. */
function explainErrorPart(part: unknown, asked: Asked): ModelError {
  const { statusCode } = (part ?? {}) as { statusCode?: unknown };
  if (typeof statusCode === 'number' && statusCode >= 400)
    return explainStatus({ statusCode, responseBody: JSON.stringify({ error: part }) }, asked, part);
  const text = typeof part === 'string' ? part : JSON.stringify(part ?? '');
  const words = wordsOf(JSON.stringify({ error: part }), asked.key);
  const saying = words ? `: “${words}”` : '';
  if (CONTEXT.test(text))
    return fail(asked, 'context_overflow', `says that the conversation is too long for the model${saying}`, {
      advice: 'Start a new run, or choose a model with a larger context.',
    });
  if (OVERLOADED.test(text)) return fail(asked, 'provider_busy', `has too much to do${saying}`, { temporary: true });
  return fail(asked, 'provider_failed', `failed in the middle of its answer${saying}`, { temporary: true });
}

function explainConnection(chain: Error[], asked: Asked, cause: unknown): ModelError {
  const address = chain.find((link) => link instanceof Refusal);
  if (address)
    return fail(asked, 'provider_unreachable', `cannot be called: ${address.message.replace(/\.$/, '')}`, {
      advice: 'Only those who run this Guildhall may enter such an address.',
      cause,
    });
  const codes = chain.map((link) => String((link as { code?: unknown }).code ?? ''));
  const code = codes.findLast((text) => /^[A-Z][A-Z0-9_]+$/.test(text)) ?? '';
  if (/^(?:CERT_|ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/.test(code))
    return fail(asked, 'provider_unreachable', `has a certificate that is not trusted here (${code})`, {
      advice: 'Trust it by NODE_EXTRA_CA_CERTS in the server’s environment, or correct the address.',
      cause,
    });
  const reason = code || (chain.at(-1)?.message.slice(0, 200) ?? String(cause).slice(0, 200));
  if (!code && !chain.some(({ message }) => /^fetch failed$|^Cannot connect to API/.test(message)))
    return fail(asked, 'provider_failed', `could not be asked (${reason})`, { cause });
  const what = code === 'ENOTFOUND' ? 'has an address that nobody knows' : 'cannot be reached';
  return fail(asked, 'provider_unreachable', `${what} (${reason})`, {
    temporary: true,
    advice: `Check that it runs, and its address ${placeOf(asked)}.`,
    cause,
  });
}

interface Options {
  temporary?: boolean;
  retryAfterMs?: number | undefined;
  /** What to do; to wait, where nothing is said. */
  advice?: string;
  cause?: unknown;
}

function fail({ provider }: Asked, code: ModelErrorCode, what: string, options: Options): ModelError {
  const { advice = 'Try again in a moment, or choose another model.', temporary = false, retryAfterMs, cause } = options;
  return new ModelError(code, `${provider} ${what}. ${advice}`, { temporary, retryAfterMs, cause });
}

const placeOf = ({ configured }: Asked) => (configured === 'screen' ? 'at Settings → Models' : 'in the server’s environment');

function causesOf(error: unknown): Error[] {
  const chain: Error[] = [];
  for (let link = error; link instanceof Error && chain.length < 10; link = link.cause) chain.push(link);
  return chain;
}

/** The provider's own sentence, from any of the shapes in use. */
function wordsOf(body: string, key: string | undefined): string {
  let text = '';
  try {
    const parsed = JSON.parse(body) as { error?: { message?: unknown } | string; message?: unknown; detail?: unknown };
    const { error } = parsed;
    const found = (typeof error === 'object' ? error?.message : error) ?? parsed.message ?? parsed.detail;
    if (typeof found === 'string') text = found;
  } catch {
    // Pages of HTML say nothing to a person.
    if (!/[<{]/.test(body)) text = body;
  }
  const line = text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  const safe = key ? line.replaceAll(key, '…') : line;
  return safe.length > 200 ? `${safe.slice(0, 199)}…` : safe.replace(/\.$/, '');
}

/** Explains a provider's failure to the person who started the run: what happened, and what to do. */
import { HttpProblem } from '#kernel/errors.ts';
import { type FailureCause, judge } from './failure-cause.ts';
import { ModelError, type ModelErrorCode } from './model.ts';
import { type ProviderError, ProviderFailure } from './provider-error.ts';

export interface CallContext {
  /** The provider's name, for people. */
  provider: string;
  /** Where its address and key are configured. */
  configured: 'environment' | 'screen';
  /** The model's name, if one was called. */
  model?: string;
  /** Names of the tools in the request. */
  tools?: readonly string[];
  /** Never shown to anyone, even if a provider repeats it. */
  key?: string | undefined;
  /** Whether the response had started. */
  begun: boolean;
}

/** @param failure anything thrown */
export function explainFailure(failure: unknown, context: CallContext): ModelError {
  const chain = causesOf(failure);
  const modelError = chain.find((cause) => cause instanceof ModelError);
  if (modelError) return modelError;
  const providerFailure = chain.find((cause) => cause instanceof ProviderFailure);
  if (providerFailure) return explainProviderError(providerFailure.said, context, failure);
  if (context.begun) return fail(context, 'cut_off', 'broke off in the middle of its answer', { temporary: true, cause: failure });
  return explainConnection(chain, context, failure);
}

interface Explanation extends Options {
  code: ModelErrorCode;
  what: string;
}

const later = { temporary: true };

function explainCause(cause: FailureCause, context: CallContext): Explanation {
  const address = `the address ${settingsLocation(context)}`;
  switch (cause) {
    case 'key': {
      const what = context.key === undefined ? 'wants a key' : 'refused the key';
      return { code: 'provider_refused', what, advice: `Enter a valid one ${settingsLocation(context)}.` };
    }
    case 'access':
      return {
        code: 'provider_refused',
        what: context.key === undefined ? 'wants a key, or refuses access' : 'does not let this key do this',
        advice: `Check what the key may do and where it may be used, enter another one ${settingsLocation(context)}, or choose another model.`,
      };
    case 'credit':
      return { code: 'provider_refused', what: 'has no credit left for this key', advice: 'Top it up there, or choose another model.' };
    case 'address':
      return { code: 'model_unknown', what: 'has nothing at this address', advice: `Correct ${address}.` };
    case 'model':
      return context.model === undefined
        ? { code: 'model_unknown', what: 'has nothing at this address', advice: `Correct ${address}.` }
        : {
            code: 'model_unknown',
            what: `does not know the model ${context.model}`,
            advice: `Choose another model, or correct ${address}.`,
          };
    case 'context':
      return {
        code: 'context_overflow',
        what: 'says that the conversation is too long for the model',
        advice: 'Start a new run, or choose a model with a larger context.',
      };
    case 'busy':
      return { code: 'provider_busy', what: 'has too many requests', ...later };
    case 'overloaded':
      return { code: 'provider_busy', what: 'has too much to do', ...later };
    case 'failed':
      return { code: 'provider_failed', what: context.begun ? 'failed in the middle of its answer' : 'failed', ...later };
    case 'filter':
      return {
        code: 'request_refused',
        what: 'does not accept the request, by its content filter',
        advice: 'Say it in other words, or choose another model.',
      };
    case 'tools':
      return { code: 'request_refused', what: 'says that this model cannot use tools', advice: 'Choose a model that can.' };
    case 'request':
      return { code: 'request_refused', what: 'does not accept the request', advice: 'Choose another model.' };
  }
}

/** @returns an explanation of a provider's error response */
export function explainProviderError(providerError: ProviderError, context: CallContext, cause?: unknown): ModelError {
  const { code, what, ...options } = explainCause(judge(providerError, [context.model ?? '', ...(context.tools ?? [])]), context);
  const status = providerError.status === undefined ? '' : ` (${providerError.status})`;
  const words = quote(providerError.words, context.key);
  return fail(context, code, `${what}${status}${words ? `: “${words}”` : ''}`, {
    ...options,
    retryAfterMs: providerError.retryAfterMs,
    cause,
  });
}

function explainConnection(chain: Error[], context: CallContext, cause: unknown): ModelError {
  const address = chain.find((link) => link instanceof HttpProblem);
  if (address)
    return fail(context, 'provider_unreachable', `cannot be called: ${address.message.replace(/\.$/, '')}`, {
      advice: 'Only those who run this Guildhall may enter such an address.',
      cause,
    });
  const codes = chain.map((link) => String((link as { code?: unknown }).code ?? ''));
  const code = codes.findLast((text) => /^[A-Z][A-Z0-9_]+$/.test(text)) ?? '';
  if (/^(?:CERT_|ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/.test(code))
    return fail(context, 'provider_unreachable', `has a certificate that is not trusted here (${code})`, {
      advice: 'Trust it by NODE_EXTRA_CA_CERTS in the server’s environment, or correct the address.',
      cause,
    });
  const reason = code || (chain.at(-1)?.message.slice(0, 200) ?? String(cause).slice(0, 200));
  if (!code && !chain.some(({ message }) => /^fetch failed$/.test(message)))
    return fail(context, 'provider_failed', `could not be asked (${reason})`, { cause });
  const what = code === 'ENOTFOUND' ? 'has an address that nobody knows' : 'cannot be reached';
  return fail(context, 'provider_unreachable', `${what} (${reason})`, {
    temporary: true,
    advice: `Check that it runs, and its address ${settingsLocation(context)}.`,
    cause,
  });
}

interface Options {
  temporary?: boolean;
  retryAfterMs?: number | undefined;
  /** What to do; the default is to wait. */
  advice?: string;
  cause?: unknown;
}

function fail({ provider }: CallContext, code: ModelErrorCode, what: string, options: Options): ModelError {
  const { advice = 'Try again in a moment, or choose another model.', temporary = false, retryAfterMs, cause } = options;
  return new ModelError(code, `${provider} ${what}. ${advice}`, { temporary, retryAfterMs, cause });
}

const settingsLocation = ({ configured }: CallContext) =>
  configured === 'screen' ? 'at Settings → Models' : 'in the server’s environment';

function causesOf(error: unknown): Error[] {
  const chain: Error[] = [];
  for (let link = error; link instanceof Error && chain.length < 10; link = link.cause) chain.push(link);
  return chain;
}

/** The provider's message, without parts that people must not see. */
function quote(words: string, key: string | undefined): string {
  const safe = key ? words.replaceAll(key, '…') : words;
  return safe.length > 200 ? `${safe.slice(0, 199)}…` : safe.replace(/\.$/, '');
}

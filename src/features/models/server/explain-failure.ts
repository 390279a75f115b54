/** Explains a provider's failure to the person who started the run: what happened, and what to do. */
import { HttpProblem } from '#kernel/errors.ts';
import { type FailureCause, judge } from './failure-cause.ts';
import { ModelError, type ModelErrorCode } from './model.ts';
import { type ProviderError, ProviderFailure } from './provider-error.ts';
import { type FailedCall, texts } from './texts.ts';

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
  if (context.begun) return fail('cut_off', texts.brokenOff(context.provider), { temporary: true, cause: failure });
  return explainConnection(chain, context, failure);
}

interface Explanation {
  code: ModelErrorCode;
  text: (failed: FailedCall) => string;
  /** Waiting helps. */
  temporary?: boolean;
}

const later = { temporary: true };

function explainCause(cause: FailureCause, context: CallContext): Explanation {
  const { failures } = texts;
  const { model } = context;
  switch (cause) {
    case 'key':
      return { code: 'provider_refused', text: context.key === undefined ? failures.noKey : failures.badKey };
    case 'access':
      return { code: 'provider_refused', text: context.key === undefined ? failures.noAccess : failures.keyNotAllowed };
    case 'credit':
      return { code: 'provider_refused', text: failures.credit };
    case 'address':
      return { code: 'model_unknown', text: failures.address };
    case 'model':
      return { code: 'model_unknown', text: model === undefined ? failures.address : (failed) => failures.model(failed, model) };
    case 'context':
      return { code: 'context_overflow', text: failures.context };
    case 'busy':
      return { code: 'provider_busy', text: failures.busy, ...later };
    case 'overloaded':
      return { code: 'provider_busy', text: failures.overloaded, ...later };
    case 'failed':
      return { code: 'provider_failed', text: context.begun ? failures.failedMidway : failures.failed, ...later };
    case 'filter':
      return { code: 'request_refused', text: failures.filter };
    case 'tools':
      return { code: 'request_refused', text: failures.tools };
    case 'request':
      return { code: 'request_refused', text: failures.request };
  }
}

/** @returns an explanation of a provider's error response */
export function explainProviderError(providerError: ProviderError, context: CallContext, cause?: unknown): ModelError {
  const { code, text, temporary } = explainCause(judge(providerError, [context.model ?? '', ...(context.tools ?? [])]), context);
  const said = texts.said(providerError.status, quote(providerError.words, context.key));
  const { provider, configured } = context;
  return fail(code, text({ provider, configured, said }), { temporary, retryAfterMs: providerError.retryAfterMs, cause });
}

function explainConnection(chain: Error[], { provider, configured }: CallContext, cause: unknown): ModelError {
  const { connection } = texts;
  const address = chain.find((link) => link instanceof HttpProblem);
  if (address) return fail('provider_unreachable', connection.notAllowed(provider, address.message.replace(/\.$/, '')), { cause });
  const codes = chain.map((link) => String((link as { code?: unknown }).code ?? ''));
  const code = codes.findLast((text) => /^[A-Z][A-Z0-9_]+$/.test(text)) ?? '';
  if (/^(?:CERT_|ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/.test(code))
    return fail('provider_unreachable', connection.certificate(provider, code), { cause });
  const reason = code || (chain.at(-1)?.message.slice(0, 200) ?? String(cause).slice(0, 200));
  if (!code && !chain.some(({ message }) => /^fetch failed$/.test(message)))
    return fail('provider_failed', connection.failed(provider, reason), { cause });
  const text = code === 'ENOTFOUND' ? connection.unknown : connection.unreachable;
  return fail('provider_unreachable', text({ provider, configured, said: reason }), { temporary: true, cause });
}

interface Options {
  temporary?: boolean | undefined;
  retryAfterMs?: number | undefined;
  cause?: unknown;
}

const fail = (code: ModelErrorCode, message: string, { temporary = false, retryAfterMs, cause }: Options): ModelError =>
  new ModelError(code, message, { temporary, retryAfterMs, cause });

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

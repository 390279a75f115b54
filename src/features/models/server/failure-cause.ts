/** Classifies a provider's error: first by its codes, then by the status, and by its message only if that contains a full known phrase. */
import type { ProviderError } from './provider-error.ts';

export type FailureCause =
  | 'key'
  | 'access'
  | 'credit'
  | 'model'
  | 'address'
  | 'context'
  | 'busy'
  | 'overloaded'
  | 'failed'
  | 'filter'
  | 'tools'
  | 'request';

const codes: Partial<Record<FailureCause, readonly string[]>> = {
  key: [
    'invalid_api_key',
    'api_key_invalid',
    'incorrect_api_key',
    'missing_api_key',
    'no_api_key',
    'authentication_error',
    'invalid_authentication',
    'invalid_authentication_error',
    'unauthenticated',
    'unauthorized',
    'invalid_token',
    'token_expired',
    'invalid_iam_token',
    'account_deactivated',
  ],
  access: [
    'permission_error',
    'permission_denied',
    'access_denied',
    'forbidden',
    'unsupported_country_region_territory',
    'access_terminated_error',
    'permission_denied_error',
  ],
  credit: [
    'insufficient_quota',
    'insufficient_balance',
    'insufficient_credits',
    'insufficient_funds',
    'billing_error',
    'billing_not_active',
    'billing_hard_limit_reached',
    'exceeded_current_quota_error',
    'payment_required',
    'credit_balance_too_low',
    'arrearage',
    'out_of_credits',
  ],
  model: [
    'model_not_found',
    'model_not_exist',
    'model_not_available',
    'model_not_supported',
    'unknown_model',
    'invalid_model',
    'deploymentnotfound',
    'model_decommissioned',
    'model_not_found_error',
  ],
  context: [
    'context_length_exceeded',
    'context_window_exceeded',
    'model_context_window_exceeded',
    'exceed_context_size_error',
    'request_too_large',
    'string_above_max_length',
    'input_too_long',
    'prompt_too_long',
  ],
  busy: [
    'rate_limit_exceeded',
    'rate_limit_error',
    'rate_limit_reached_error',
    'too_many_requests',
    'resource_exhausted',
    'throttling',
    'throttlingexception',
    'requests',
    'tokens',
    'slow_down',
  ],
  overloaded: [
    'overloaded_error',
    'engine_overloaded_error',
    'server_overloaded',
    'overloaded',
    'unavailable',
    'service_unavailable',
    'capacity_exceeded',
    'service_tier_capacity_exceeded',
  ],
  filter: [
    'content_filter',
    'content_policy_violation',
    'data_inspection_failed',
    'content_moderation',
    'invalid_prompt',
    'safety',
    'sensitive_content',
    'moderation_blocked',
  ],
  failed: [
    'server_error',
    'api_error',
    'internal_error',
    'internal_server_error',
    'internal',
    'upstream_error',
    'bad_gateway',
    'timeout',
    'timeout_error',
    'deadline_exceeded',
  ],
};
const causeOf = new Map(Object.entries(codes).flatMap(([cause, all]) => all.map((code) => [code, cause as FailureCause])));

/** Whole phrases: a single word such as “billing” may be part of a tool's name. */
const phrases: [FailureCause, RegExp][] = [
  [
    'context',
    /\b(?:context (?:length|window|size)|maximum context|prompt is too long|(?:input|prompt|request|conversation|messages?)\b.{0,40}(?:\bexceeds?\b.{0,40}\b(?:tokens?|context|length)|\btoo (?:long|large|many tokens))|too many (?:input )?tokens|reduce the length of)|\bn_ctx\b/i,
  ],
  [
    'credit',
    /\b(?:insufficient (?:quota|credits?|balance|funds)|credit balance is too low|out of credits?|exceeded your current quota|(?:no|not enough|more) credits?\b.{0,20}(?:left|remaining|available|afford)|requires more credits|can only afford|check your plan and billing|billing (?:hard )?limit (?:has been )?reached|quota (?:has been )?(?:used up|exhausted)|account (?:is )?(?:in arrears|not active))\b/i,
  ],
  [
    'key',
    /\b(?:(?:invalid|incorrect|missing|expired|wrong|no) (?:api[ -_]?key|x-api-key|access token|authentication)|api key (?:not valid|is invalid|has expired|not found|is missing))\b|(?:^|: )unauthorized\.?$/i,
  ],
  [
    'tools',
    /\b(?:does not|doesn't|cannot|can't|not) support (?:the use of )?(?:tools?|tool use|tool calling|function calling|functions)\b|\b(?:tools?|tool (?:use|calling|choice)|function calling) (?:is|are) not supported\b/i,
  ],
  [
    'model',
    /\bmodel\b.{0,120}\b(?:does not exist|not found|not exist|is not available|has been (?:deprecated|decommissioned|removed))\b|\b(?:unknown|no such|invalid) model\b/i,
  ],
  ['overloaded', /\b(?:overloaded|over capacity|at capacity|currently busy)\b/i],
  ['busy', /\b(?:rate[ _-]?limit(?:ed|s)?|too many requests)\b/i],
  ['filter', /\b(?:content (?:management|filtering|policy|filter)|inappropriate content|safety (?:system|filter|policy))\b/i],
];

/** @param names from the request, such as its tools and its model; their words in the message do not count */
export function judge(providerError: ProviderError, names: readonly string[]): FailureCause {
  const byCode = providerError.codes.map((code) => causeOf.get(code)).find((cause) => cause !== undefined);
  // A request above the per-minute limit never fits: waiting does not help, a shorter conversation does.
  if (providerError.status === 413 || (providerError.status === 429 && /^request too large\b/i.test(providerError.words))) return 'context';
  // A code as broad as `server_error` says less than the status.
  if (byCode && !(byCode === 'failed' && providerError.status !== undefined && providerError.status < 500)) return byCode;
  const byWords = judgeWords(providerError, names);
  switch (providerError.status) {
    case 401:
      return 'key';
    case 402:
      return 'credit';
    case 403:
      return byWords === 'credit' || byWords === 'key' || byWords === 'filter' ? byWords : 'access';
    case 404:
      if (byWords === 'tools') return byWords;
      return providerError.codes.length === 0 && /^(?:(?:404 )?(?:page )?not found\.?)?$/i.test(providerError.words) ? 'address' : 'model';
    case 405:
      return 'address';
    case 429:
      return byWords === 'credit' || byWords === 'overloaded' ? byWords : 'busy';
    case 503:
    case 529:
      return 'overloaded';
    case 400:
    case 422:
      return byWords ?? 'request';
    case undefined:
      return byWords ?? 'failed';
  }
  if (providerError.status >= 500 || [408, 409, 425].includes(providerError.status)) return byWords === 'context' ? 'context' : 'failed';
  return byWords ?? 'request';
}

function judgeWords({ words, param }: ProviderError, names: readonly string[]): FailureCause | undefined {
  // The error is about a field of the request.
  const aboutField = param !== undefined && /^(?:tools|functions|messages)\b/.test(param);
  const own = names.filter((name) => name.length > 2).reduce((text, name) => text.replaceAll(name, '…'), words);
  const plain = own.replace(/`[^`]*`|"[^"]*"|“[^”]*”/g, '…');
  return phrases.find(([cause, phrase]) => phrase.test(plain) && !(aboutField && cause !== 'context'))?.[0];
}

/** Explains to the recipient why an email or a webhook was not delivered. */
import { HttpProblem } from '#kernel/errors.ts';
import { oneLine } from './message.ts';
import { texts } from './texts.ts';

const MAX_CHARACTERS = 300;

export function explainMailFailure(error: unknown): string {
  const { code, originalCode, response } = (error ?? {}) as { code?: unknown; originalCode?: unknown; response?: unknown };
  if (code === 'EAUTH') return texts.failures.mailLogin;
  if (typeof response === 'string') return texts.failures.mailRefused(oneLine(response, MAX_CHARACTERS));
  if (code === 'ETIMEDOUT' || code === 'EABORT') return texts.failures.mailTimeout;
  if (code === 'ETLS') return texts.failures.mailTls;
  // Such as CERT_HAS_EXPIRED or ECONNREFUSED, without the address, which must stay private.
  return texts.failures.mailUnreachable(String(originalCode ?? code));
}

/** @param seconds the timeout that applied */
export function explainWebhookFailure(error: unknown, seconds: number): string {
  const chain = causes(error);
  const problem = chain.find((each) => each instanceof HttpProblem);
  if (problem) return problem.message;
  if (chain.some(({ name }) => name === 'TimeoutError')) return texts.failures.webhookTimeout(seconds);
  const code = chain.map((each) => (each as NodeJS.ErrnoException).code).find((each) => typeof each === 'string');
  if (code === 'ECONNREFUSED') return texts.failures.webhookRefused;
  return texts.failures.webhookConnection(code);
}

/** The chain of causes, starting with the error itself; of several addresses tried, the first one's. */
function causes(error: unknown): Error[] {
  const chain: Error[] = [];
  for (let each = error; each instanceof Error && chain.length < 10; ) {
    chain.push(each);
    each = each instanceof AggregateError ? each.errors[0] : each.cause;
  }
  return chain;
}

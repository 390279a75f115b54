/** Explains to the recipient why an email or a webhook was not delivered. */
import { HttpProblem } from '#kernel/errors.ts';
import { oneLine } from './message.ts';

const MAX_CHARACTERS = 300;

export function explainMailFailure(error: unknown): string {
  const { code, originalCode, response } = (error ?? {}) as { code?: unknown; originalCode?: unknown; response?: unknown };
  if (code === 'EAUTH') return 'The mail server does not accept the name or password in SMTP_URL. Tell whoever runs this Guildhall.';
  if (typeof response === 'string') return `The mail server refused it: ${oneLine(response, MAX_CHARACTERS)}`;
  if (code === 'ETIMEDOUT' || code === 'EABORT') return 'The mail server did not answer in time.';
  if (code === 'ETLS') return 'The mail server offers no safe connection (TLS). Tell whoever runs this Guildhall.';
  // Such as CERT_HAS_EXPIRED or ECONNREFUSED, without the address, which must stay private.
  return `The mail server could not be reached (${String(originalCode ?? code)}). Tell whoever runs this Guildhall.`;
}

/** @param seconds the timeout that applied */
export function explainWebhookFailure(error: unknown, seconds: number): string {
  const chain = causes(error);
  const problem = chain.find((each) => each instanceof HttpProblem);
  if (problem) return problem.message;
  if (chain.some(({ name }) => name === 'TimeoutError')) return `It did not respond within ${seconds} s.`;
  const code = chain.map((each) => (each as NodeJS.ErrnoException).code).find((each) => typeof each === 'string');
  if (code === 'ECONNREFUSED') return 'Connection refused. Is the server running on this port?';
  return `The connection to it failed${code ? ` (${code})` : ''}.`;
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

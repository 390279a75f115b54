/** Explains why something outside failed, as a sentence for people and models. */
import { HttpProblem } from '#kernel/errors.ts';
import { hasClientCode, isClientError, isHttpError, isProtocolError } from './mcp-client.ts';
import { texts } from './texts.ts';

const MAX_CHARACTERS = 300;

/** No result can arrive anymore although a response had started or was due; the message says why, as a sentence. */
export class MalformedResponse extends Error {}
/** A timeout passed; the message says which, as a sentence. */
export class TimedOut extends Error {}
/** The response exceeds the size limit. */
export class TooLarge extends Error {
  constructor() {
    super(texts.failures.tooLarge);
  }
}
/** It is unknown whether a call took effect. The message says why, for people: it contains no secret and has no cause. */
export class OutcomeUnknown extends Error {}

/** @param seconds the timeout that applied */
export function explainFailure(error: unknown, seconds: number): string {
  const chain = causes(error);
  const own = chain.find((each) => each instanceof MalformedResponse || each instanceof TimedOut || each instanceof TooLarge);
  if (own) return (own as Error).message;
  const problem = chain.find((each) => each instanceof HttpProblem);
  if (problem) return (problem as HttpProblem).message;
  const status = chain.map((each) => (isHttpError(each) ? each.status : undefined)).find((each) => each !== undefined);
  if (status !== undefined) return explainStatus(status);
  const answered = chain.find(isProtocolError);
  if (answered) return texts.failures.returned(cut(answered.message));
  if (chain.some(isTimeout)) return texts.failures.timeout(seconds);
  const code = chain.map(codeOf).find((each) => each !== undefined);
  if (code === 'ECONNREFUSED') return texts.failures.refused;
  if (code !== undefined) return texts.failures.connection(code);
  if (chain.some((each) => each instanceof TypeError)) return texts.failures.connectionSays(cut(lastMessage(chain)));
  return texts.failures.invalid(cut(lastMessage(chain)));
}

function explainStatus(status: number): string {
  if (status === 401 || status === 403) return texts.failures.token(status);
  if (status === 404 || status === 405) return texts.failures.missing(status);
  if (status === 429) return texts.failures.rateLimited;
  if (status >= 300 && status < 400) return texts.failures.redirects(status);
  return texts.failures.status(status);
}

/** The chain of causes, starting with the error itself. */
function causes(error: unknown): unknown[] {
  const chain: unknown[] = [];
  for (let each = error; each instanceof Error && chain.length < 10; each = each.cause) chain.push(each);
  return chain;
}

const isTimeout = (error: unknown): boolean =>
  (error instanceof Error && error.name === 'TimeoutError') || hasClientCode(error, 'RequestTimeout');

const lastMessage = (chain: unknown[]) => (chain.at(-1) as Error | undefined)?.message || texts.failures.nothing;

/** The system error code, not one of the MCP client's own. */
function codeOf(error: unknown): string | undefined {
  const inner = error instanceof AggregateError ? error.errors[0] : error;
  const { code } = inner as { code?: unknown };
  return typeof code === 'string' && !isClientError(inner) ? code : undefined;
}

const cut = (text: string) => (text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS)}…` : text);

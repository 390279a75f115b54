/** Explains why something outside failed, as a sentence for people and models. */
import { HttpProblem } from '#kernel/errors.ts';
import { hasClientCode, isClientError, isHttpError, isProtocolError } from './mcp-client.ts';

const MAX_CHARACTERS = 300;

/** No result can arrive anymore although a response had started or was due; the message says why, as a sentence. */
export class MalformedResponse extends Error {}
/** A timeout passed; the message says which, as a sentence. */
export class TimedOut extends Error {}
/** The response exceeds the size limit. */
export class TooLarge extends Error {
  constructor() {
    super('Its response is larger than 10 MB.');
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
  if (answered) return `It returned an error: ${cut(answered.message)}`;
  if (chain.some(isTimeout)) return `It did not respond within ${seconds} s.`;
  const code = chain.map(codeOf).find((each) => each !== undefined);
  if (code === 'ECONNREFUSED') return 'Connection refused. Is the server running on this port?';
  if (code !== undefined) return `The connection to it failed (${code}).`;
  if (chain.some((each) => each instanceof TypeError)) return `The connection to it failed: ${cut(lastMessage(chain))}.`;
  return `Its response is not valid MCP: ${cut(lastMessage(chain))}`;
}

function explainStatus(status: number): string {
  if (status === 401 || status === 403) return `It rejected the token, or requires one (HTTP ${status}).`;
  if (status === 404 || status === 405) return `There is no MCP server at this address (HTTP ${status}). Check the path; it is often /mcp.`;
  if (status === 429) return 'It is rate-limiting requests (HTTP 429).';
  if (status >= 300 && status < 400) return `It redirects to another address (HTTP ${status}). Enter the final address.`;
  return `It answered HTTP ${status}.`;
}

/** The chain of causes, starting with the error itself. */
function causes(error: unknown): unknown[] {
  const chain: unknown[] = [];
  for (let each = error; each instanceof Error && chain.length < 10; each = each.cause) chain.push(each);
  return chain;
}

const isTimeout = (error: unknown): boolean =>
  (error instanceof Error && error.name === 'TimeoutError') || hasClientCode(error, 'RequestTimeout');

const lastMessage = (chain: unknown[]) => (chain.at(-1) as Error | undefined)?.message || 'nothing';

/** The system error code, not one of the MCP client's own. */
function codeOf(error: unknown): string | undefined {
  const inner = error instanceof AggregateError ? error.errors[0] : error;
  const { code } = inner as { code?: unknown };
  return typeof code === 'string' && !isClientError(inner) ? code : undefined;
}

const cut = (text: string) => (text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS)}…` : text);

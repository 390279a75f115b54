/** Calls an endpoint by its contract: the same few lines for the browser, the tests and the load test. */
import type { CallOf, Contract, Problem, ReplyOf } from './contract.ts';
import { isRawBody } from './raw-body.ts';
import { texts } from './texts.ts';

/** A problem returned by the server, per RFC 9457. Branch on `code`; show `message`. */
export class ProblemError extends Error {
  readonly problem: Problem;
  readonly status: number;
  readonly code: string;
  constructor(problem: Problem, options?: ErrorOptions) {
    super(problem.detail, options);
    this.name = 'ProblemError';
    this.problem = problem;
    this.status = problem.status;
    this.code = problem.code;
  }
}

export const hasCode = (error: unknown, code: string): boolean => error instanceof ProblemError && error.code === code;
export const hasStatus = (error: unknown, status: number): boolean => error instanceof ProblemError && error.status === status;

/** Names the organization of a request outside a project; without it, the person's default. */
export const ORGANIZATION_HEADER = 'guildhall-organization';

/** Names the user a page acts for; a request by another user fails with the code `other_user`. */
export const USER_HEADER = 'guildhall-user';

interface CallOptions {
  headers?: Record<string, string>;
  signal?: AbortSignal;
  /** Also sent if the page closes meanwhile. */
  keepalive?: boolean;
}

export type Call = <C extends Contract>(contract: C, input: CallOf<C>, options?: CallOptions) => Promise<ReplyOf<C>>;

interface Input {
  params?: Record<string, unknown>;
  query?: Record<string, unknown>;
  body?: unknown;
}

/** Path with parameters filled in and the query appended, each part encoded. */
export function urlOf<C extends Contract>(contract: C, input: Pick<CallOf<C>, 'params' | 'query'>): string {
  const { params, query } = input as Input;
  const path = contract.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params?.[name])));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) if (value !== undefined) search.set(name, String(value));
  return search.size > 0 ? `${path}?${search}` : path;
}

/**
 * @param baseUrl '' in the browser, else the server's origin
 * @param send the `fetch` to use; a load test passes one with its own cookies
 * @returns a call that resolves to `{status, body, headers}` and throws `ProblemError` on every failure, including those without a readable
 * body (a proxy's error page, a broken connection: code `unreachable`)
 */
export function createCall(baseUrl: string, send: typeof fetch): Call {
  return async (contract, input, options = {}) => {
    const { body } = input as Input;
    const headers: Record<string, string> = { accept: 'application/json', ...options.headers };
    if (body !== undefined)
      headers['content-type'] ??= isRawBody(contract.body) ? (contract.bodyTypes?.[0] ?? 'application/octet-stream') : 'application/json';
    const init: RequestInit = { method: contract.method, headers };
    if (options.signal) init.signal = options.signal;
    if (options.keepalive) init.keepalive = true;
    if (body !== undefined) init.body = isRawBody(contract.body) ? (body as BodyInit) : JSON.stringify(body);

    const response = await send(baseUrl + urlOf(contract, input), init).catch((cause: unknown) => {
      if (options.signal?.aborted) throw cause;
      throw new ProblemError(unreadable(0, 'unreachable', texts.unreachable), { cause });
    });
    if (!response.ok) throw new ProblemError(await readProblem(response));
    const kind = contract.replies[response.status];
    return { status: response.status, body: await readBody(response, kind), headers: response.headers } as never;
  };
}

async function readBody(response: Response, kind: Contract['replies'][number] | undefined): Promise<unknown> {
  if (kind === 'text') return response.text();
  if (kind === 'bytes') return new Uint8Array(await response.arrayBuffer());
  if (kind === 'empty' || response.status === 204) return undefined;
  if (kind === 'events') return response.body;
  return response.json();
}

async function readProblem(response: Response): Promise<Problem> {
  const body: unknown = await response.json().catch(() => undefined);
  if (typeof body === 'object' && body !== null && 'code' in body) return body as Problem;
  return unreadable(response.status, 'unreadable', texts.noReason(response.status));
}

function unreadable(status: number, code: string, detail: string): Problem {
  return { type: 'about:blank', title: code, status, detail, code, requestId: '' };
}

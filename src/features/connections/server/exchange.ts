/**
 * Tracks one request in flight: whether it was sent, whether a response arrived, and how it is ended. The MCP client hides all three:
 * it leaves the HTTP request open when a call is canceled, and waits for its timeout when a response is cut off.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { ReadableStream as NodeStream } from 'node:stream/web';
import type { FetchLike } from '@modelcontextprotocol/client';
import { HttpProblem } from '#kernel/errors.ts';
import { MalformedResponse, TooLarge } from './failure.ts';
import { type Answering, repairEvents, repairMessages } from './messages.ts';
import { texts } from './texts.ts';

export interface Exchange extends Answering {
  /** Ends the request and the reading of its response. */
  readonly signal: AbortSignal;
  /** The request may have reached the server. */
  sent: boolean;
  /** It ended because the connection broke, not because the server closed it. */
  cut?: boolean;
  /** Called when no response can arrive anymore, with the reason. */
  onEnd(reason: Error): void;
}

/** Of one response, including the notifications in its stream. */
const MAX_ANSWER_BYTES = 10 * 1024 * 1024;
/** Timeout of notifications, such as the cancellation of a call. */
const NOTICE_MS = 5000;

const current = new AsyncLocalStorage<Exchange>();

/** Requests made by `work` belong to the exchange. */
export const during = <T>(exchange: Exchange, work: () => Promise<T>): Promise<T> => current.run(exchange, work);
/** Requests made by `work` belong to no call: a session outlives the call that opened it. */
export const outsideOfCalls = <T>(work: () => Promise<T>): Promise<T> => current.exit(work);

/** Delay before a stream is resumed, in ms: as the server asks if it closed the stream, none if the connection broke. */
export function resumeDelay(requestedMs: number): number {
  return current.getStore()?.cut ? 0 : Math.min(Math.max(requestedMs, 250), 30_000);
}

/** `fetch` for a session: limits and repairs every response, and tracks what happens to a request. */
export function watchFetch(send: typeof fetch): FetchLike {
  return async (url, init) => {
    const resumes = init?.method === 'GET' && new Headers(init.headers).has('last-event-id');
    // A stream for server-initiated messages would hold a connection per session, and nothing here waits for such messages.
    if (init?.method === 'GET' && !resumes) return new Response(null, { status: 405 });
    const message = readMessage(init?.body);
    const isRequest = message?.method !== undefined && message.id !== undefined;
    const exchange = resumes || isRequest ? current.getStore() : undefined;
    // A cancellation must be delivered although its call has ended.
    const bound = exchange?.signal ?? (isRequest ? undefined : AbortSignal.timeout(NOTICE_MS));
    const signals = [init?.signal, bound].filter((signal) => signal instanceof AbortSignal);
    const options = { ...init, signal: AbortSignal.any(signals) };
    if (!exchange) return readable(await send(url, options));
    return resumes ? resume(exchange, () => send(url, options)) : ask(exchange, message?.id, () => send(url, options));
  };
}

async function ask(exchange: Exchange, id: unknown, send: () => Promise<Response>): Promise<Response> {
  Object.assign(exchange, { requestId: id, sent: true, answered: false, answer: undefined, resumable: false });
  try {
    const response = await send();
    if (response.status === 202) exchange.onEnd(new MalformedResponse(texts.failures.noResponse));
    return readable(response, exchange);
  } catch (error) {
    if (neverLeft(error)) exchange.sent = false;
    throw error;
  }
}

/** The client would retry repeatedly; a server that does not resume a stream at once has dropped it, or is down. */
async function resume(exchange: Exchange, send: () => Promise<Response>): Promise<Response> {
  const lost = (why: string) => exchange.onEnd(new MalformedResponse(why));
  try {
    const response = await send();
    if (!response.ok || !response.body) lost(texts.failures.lost.status(response.status));
    return readable(response, exchange);
  } catch (error) {
    if (!exchange.signal.aborted) lost(texts.failures.lost[neverLeft(error) ? 'unreachable' : 'failed']);
    throw error;
  }
}

function readable(response: Response, exchange?: Exchange): Response {
  const { status, statusText, headers, body, ok } = response;
  const type = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  const isMessages = ok && (type === 'text/event-stream' || type === 'application/json');
  if (!body) {
    if (isMessages) exchange?.onEnd(new MalformedResponse(texts.failures.empty));
    return response;
  }
  const bytes = bounded(body);
  const repaired = !isMessages ? bytes : type === 'application/json' ? repairBody(bytes, exchange) : repairEvents(bytes, exchange);
  const watched = isMessages && exchange ? watchEnd(repaired, exchange) : repaired;
  return new Response(NodeStream.from(watched) as unknown as ReadableStream<Uint8Array>, { status, statusText, headers });
}

async function* bounded(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > MAX_ANSWER_BYTES) throw new TooLarge();
    yield chunk;
  }
}

async function* repairBody(bytes: AsyncIterable<Uint8Array>, exchange: Exchange | undefined): AsyncGenerator<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  const messages = repairMessages(Buffer.concat(chunks).toString(), exchange);
  yield Buffer.from(messages.length === 1 ? (messages[0] ?? '') : `[${messages.join(',')}]`);
}

async function* watchEnd(chunks: AsyncIterable<Uint8Array>, exchange: Exchange): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
  } catch (error) {
    if (error instanceof TooLarge) exchange.onEnd(error);
    else if (!exchange.answered && !exchange.resumable) exchange.onEnd(new MalformedResponse(texts.failures.cut, { cause: error }));
    exchange.cut = true;
    throw error;
  }
  exchange.cut = false;
  if (!exchange.answered && !exchange.resumable) exchange.onEnd(new MalformedResponse(texts.failures.noResult));
}

/** The parts of a sent message that matter here. */
function readMessage(body: unknown): { id?: unknown; method?: unknown } | undefined {
  return typeof body === 'string' ? (JSON.parse(body) as { id?: unknown; method?: unknown }) : undefined;
}

/** Only an error before the connection is established is certain proof. */
function neverLeft(error: unknown): boolean {
  if (error instanceof HttpProblem) return true;
  const cause: unknown = error instanceof TypeError ? error.cause : undefined;
  // One error per address tried.
  if (cause instanceof AggregateError && cause.errors.length > 0) return cause.errors.every(isOfConnecting);
  return isOfConnecting(cause);
}

function isOfConnecting(error: unknown): boolean {
  const { code, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  return syscall === 'connect' || syscall === 'getaddrinfo' || code === 'UND_ERR_CONNECT_TIMEOUT';
}

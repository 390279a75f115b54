/**
 * What is known of one call while it travels: whether it left, whether it was answered, and how it is ended. The MCP client hides
 * all three: it leaves the HTTP request open when a call is given up, and waits for its time-out when an answer breaks off.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { ReadableStream as NodeStream } from 'node:stream/web';
import type { FetchLike } from '@modelcontextprotocol/client';
import { Refusal } from '#kernel/errors.ts';
import { BrokenAnswer } from './failure.ts';

export interface Exchange {
  /** Ends every request that is made for the call. */
  readonly signal: AbortSignal;
  /** Its request may have reached the server. */
  sent: boolean;
  /** The body of the answer is over: whole, or for a reason. */
  onEnd(reason?: unknown): void;
}

/** Of one answer, and of what is told in the course of it. */
const MAX_ANSWER_BYTES = 10 * 1024 * 1024;

const current = new AsyncLocalStorage<Exchange>();

/** Requests that `work` begins belong to the exchange. */
export const during = <T>(exchange: Exchange, work: () => Promise<T>): Promise<T> => current.run(exchange, work);
/** Requests that `work` begins belong to no call: a session outlives the call that opened it. */
export const outsideOfCalls = <T>(work: () => Promise<T>): Promise<T> => current.exit(work);

/** `fetch` for a session: bounds every answer, and notes what happens to a call. */
export function watchFetch(send: typeof fetch): FetchLike {
  return async (url, init) => {
    // A stream for what servers tell unasked would hold a connection for each session; nothing here waits for such news.
    if (init?.method === 'GET' && !new Headers(init.headers).has('last-event-id')) return new Response(null, { status: 405 });
    const exchange = current.getStore();
    const call = init?.method === 'POST' ? exchange : undefined;
    const signals = [init?.signal, exchange?.signal].filter((signal) => signal instanceof AbortSignal);
    if (call) call.sent = true;
    try {
      const response = await send(url, { ...init, signal: AbortSignal.any(signals) });
      return bounded(response, (reason) => call?.onEnd(reason));
    } catch (error) {
      if (call && neverLeft(error)) call.sent = false;
      throw error;
    }
  };
}

function bounded(response: Response, onEnd: Exchange['onEnd']): Response {
  const { status, statusText, headers, body } = response;
  if (!body) return response;
  async function* read(stream: ReadableStream<Uint8Array>) {
    let bytes = 0;
    try {
      for await (const chunk of stream) {
        bytes += chunk.byteLength;
        if (bytes > MAX_ANSWER_BYTES) throw new BrokenAnswer(`Its answer is larger than ${MAX_ANSWER_BYTES / 1024 / 1024} MB.`);
        yield chunk;
      }
      onEnd();
    } catch (error) {
      onEnd(error);
      throw error;
    }
  }
  return new Response(NodeStream.from(read(body)) as unknown as ReadableStream<Uint8Array>, { status, statusText, headers });
}

/** Only what happens before there is a connection says so for sure. */
export function neverLeft(error: unknown): boolean {
  if (error instanceof Refusal) return true;
  const cause: unknown = error instanceof TypeError ? error.cause : undefined;
  // One for each address that was tried.
  if (cause instanceof AggregateError && cause.errors.length > 0) return cause.errors.every(isOfConnecting);
  return isOfConnecting(cause);
}

function isOfConnecting(error: unknown): boolean {
  const { code, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  return syscall === 'connect' || syscall === 'getaddrinfo' || code === 'UND_ERR_CONNECT_TIMEOUT';
}

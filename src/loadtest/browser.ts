/**
 * The browser of one virtual user: a `fetch` with its own cookies. It has only the parts of fetch that `createCall` needs: the full fetch
 * costs a generator more than the server spends on a response.
 */
import type { Dispatcher } from 'undici';
import type { Connections } from './connection.ts';
import type { CookieJar } from './cookies.ts';
import { createReply, type Reply } from './reply.ts';

/** Takes paths rather than full URLs: `createCall('', …)`. */
export function createBrowserFetch(connections: Connections, jar: CookieJar): typeof fetch {
  const send = async (path: unknown, { method = 'GET', headers, body, signal }: RequestInit = {}) => {
    const all: Record<string, string> = { ...(headers as Record<string, string>), origin: connections.origin };
    const cookie = jar.header();
    if (cookie !== '') all['cookie'] = cookie;
    const request = { path: String(path), method: method as Dispatcher.HttpMethod, headers: all, body: (body ?? null) as Body };
    const reply = await dispatch(connections, request, signal ?? undefined);
    jar.take(reply.headers.getSetCookie());
    return reply;
  };
  return send as unknown as typeof fetch;
}

type Body = string | Uint8Array | null;

/** Resolves with the complete response; for an event stream, as soon as it begins. */
function dispatch(connections: Connections, request: Dispatcher.DispatchOptions, signal?: AbortSignal): Promise<Reply> {
  const connection = connections.take();
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined;
    let reply: Reply | undefined;

    function leave(): void {
      controller?.abort(reasonOf(signal));
      reject(reasonOf(signal));
    }
    function end(error?: Error): void {
      signal?.removeEventListener('abort', leave);
      connections.release(connection);
      if (error) reject(error);
      reply?.end(error);
      if (reply) resolve(reply);
    }

    if (signal?.aborted) return end(reasonOf(signal));
    signal?.addEventListener('abort', leave, { once: true });
    connection.dispatch(request, {
      onRequestStart(started) {
        controller = started;
        if (signal?.aborted) started.abort(reasonOf(signal));
      },
      onResponseStart(started, status, headers) {
        if (status < 200) return;
        reply = createReply(status, headers, () => started.abort(new Error('The reader has left')));
        if (reply.streams) resolve(reply);
      },
      onResponseData: (_, chunk) => reply?.take(chunk),
      onResponseEnd: () => end(),
      onResponseError: (_, error) => end(error),
    });
  });
}

function reasonOf(signal: AbortSignal | undefined): Error {
  return signal?.reason instanceof Error ? signal.reason : new Error('The request was given up');
}

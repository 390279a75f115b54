/**
 * A provider that sends a test's response byte for byte, at any path:
 *
 *     const server = await openProviderServer((request, n) => ({ body: events({ choices: [] }, '[DONE]') }));
 *     server.requests[0].body                                     // the request, parsed
 */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ProviderRequest {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: Record<string, unknown>;
}

export interface ProviderReply {
  status?: number;
  /** Defaults to text/event-stream. */
  type?: string;
  /** A list is sent in chunks, each in a separate packet. */
  body: string | readonly (string | Uint8Array)[];
  /** How the response ends; properly by default. `open`: not at all. */
  end?: 'cut' | 'open';
}

type Script = (request: ProviderRequest, n: number) => ProviderReply;

export async function openProviderServer(script: Script) {
  const requests: ProviderRequest[] = [];
  const server = createServer(async (request, response) => {
    const text = (await request.setEncoding('utf8').toArray()).join('');
    const { method = '', url = '', headers } = request;
    const asked = { method, path: url, headers, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
    requests.push(asked);
    await reply(response, script(asked, requests.length));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    /** Without a path. */
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function reply(response: ServerResponse, { status = 200, type = 'text/event-stream', body, end }: ProviderReply): Promise<void> {
  response.writeHead(status, { 'content-type': type });
  response.socket?.setNoDelay(true);
  for (const piece of typeof body === 'string' ? [body] : body) {
    await new Promise<void>((resolve) => response.write(piece, () => resolve()));
    if (typeof body !== 'string') await new Promise((resolve) => setImmediate(resolve));
  }
  if (end === 'cut') response.destroy();
  else if (end !== 'open') response.end();
}

/** Server-sent events: objects as JSON, strings as they are. */
export const events = (...all: (object | string)[]): string =>
  all.map((event) => `data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`).join('');

/** An event of a chat completion. */
export const chunk = (delta: object, finish: unknown = null): object => ({
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  choices: [{ index: 0, delta, finish_reason: finish }],
});

export const callDelta = (call: { index?: unknown; id?: unknown; name?: unknown; arguments?: unknown }) => {
  const { index, id, ...fn } = call;
  return { tool_calls: [{ ...(index !== undefined && { index }), ...(id !== undefined && { id }), type: 'function', function: fn }] };
};

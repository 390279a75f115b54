/** `fetch` over TLS without checking the certificate, by HTTP/1.1 or HTTP/2. Neither repeats a request. */
import { type ClientHttp2Session, connect, type IncomingHttpHeaders } from 'node:http2';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Agent, fetch as fetchBy } from 'undici';

export const protocols = ['HTTP/1.1', 'HTTP/2'] as const;
export type Protocol = (typeof protocols)[number];

export interface Client {
  fetch: typeof fetch;
  close(): Promise<void>;
}

const CHUNK = 64 * 1024;

export function createClient(protocol: Protocol): Client {
  if (protocol === 'HTTP/2') return createHttp2Client();
  const agent = new Agent({ allowH2: false, connect: { rejectUnauthorized: false }, headersTimeout: 0, bodyTimeout: 0 });
  return {
    fetch: ((input: never, init: object) => fetchBy(input, { ...init, dispatcher: agent })) as unknown as typeof fetch,
    close: () => agent.destroy(),
  };
}

/** undici's HTTP/2 repeats refused requests, and loses a response that arrives before the whole body has been sent. */
function createHttp2Client(): Client {
  let session: ClientHttp2Session | undefined;

  function sessionTo(origin: string): ClientHttp2Session {
    if (!session || session.closed || session.destroyed) {
      session = connect(origin, { rejectUnauthorized: false });
      session.on('error', () => undefined);
      // It ends once its streams have, and the next request opens another.
      session.on('goaway', () => session?.close());
    }
    return session;
  }

  async function send(url: URL, { method, headers, body, signal }: Request, bytes: Buffer): Promise<Response> {
    const length = body ? { 'content-length': bytes.length } : {};
    const sent = Object.fromEntries(headers);
    const target = { ':method': method, ':path': url.pathname + url.search };
    const stream = sessionTo(url.origin).request({ ...target, ...sent, ...length }, { signal, endStream: !body });
    // Before there is a response: one that arrives as a whole has closed its stream by the time it could be asked for.
    const replied = Readable.toWeb(stream) as ReadableStream;
    const answered = Promise.withResolvers<IncomingHttpHeaders>();
    stream.once('response', answered.resolve).once('error', answered.reject);
    stream.once('close', () => answered.reject(new Error(`the stream was closed with code ${stream.rstCode}`)));
    // A server may answer, and stop reading, before it has the whole body.
    if (body) pipeline(Readable.from(slice(bytes)), stream, { end: true }).catch(() => undefined);
    const { ':status': status = 0, ...answer } = await answered.promise;
    const reply = new Headers();
    for (const [name, value] of Object.entries(answer)) for (const one of [value].flat()) reply.append(name, String(one));
    const isEmpty = method === 'HEAD' || [204, 304].includes(Number(status));
    return new Response(isEmpty ? null : replied, { status: Number(status), headers: reply });
  }

  return {
    fetch: async (input, init) => {
      const request = new Request(input, { ...init, ...(init?.body ? { duplex: 'half' } : {}) } as RequestInit);
      return send(new URL(request.url), request, Buffer.from(await new Response(init?.body ?? null).arrayBuffer()));
    },
    close: async () => session?.destroy(),
  };
}

function* slice(bytes: Buffer): Generator<Buffer> {
  for (let start = 0; start < bytes.length; start += CHUNK) yield bytes.subarray(start, start + CHUNK);
}

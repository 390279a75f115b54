/** A proxy in front of a server, as operators configure them: well, or with one of the usual mistakes. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, request, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

export interface FrontProxyOptions {
  /** PEM; undefined: plain HTTP. */
  tls?: { cert: string; key: string };
  /** Holds responses back until they are complete. */
  buffers?: boolean;
  /** Bytes; larger bodies get a 413 from the proxy. */
  maxBody?: number;
  /** What becomes of X-Forwarded-For. */
  forwardedFor?: 'append' | 'pass on' | 'drop';
  /** Sent to the server instead of the browser's. */
  host?: string;
  /** Response headers that it removes. */
  removes?: readonly string[];
}

export async function openFrontProxy(origin: string, options: FrontProxyOptions = {}) {
  const { tls, buffers = false, maxBody = Infinity, forwardedFor = 'append', host, removes = [] } = options;

  const headersFor = ({ headers, socket: { remoteAddress = '' } }: IncomingMessage) => {
    const given = headers['x-forwarded-for'];
    const { 'x-forwarded-for': _, ...others } = headers;
    const appended = given === undefined ? remoteAddress : `${String(given)}, ${remoteAddress}`;
    const kept = forwardedFor === 'append' ? appended : forwardedFor === 'pass on' ? given : undefined;
    return {
      ...others,
      'x-forwarded-proto': tls ? 'https' : 'http',
      ...(kept !== undefined && { 'x-forwarded-for': kept }),
      ...(host !== undefined && { host }),
    };
  };

  async function passOn(answer: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const headers = Object.fromEntries(Object.entries(answer.headers).filter(([name]) => !removes.includes(name)));
    if (!buffers) return void answer.pipe(outgoing.writeHead(answer.statusCode ?? 502, headers));
    const whole = Buffer.concat((await answer.toArray()) as Buffer[]);
    outgoing.writeHead(answer.statusCode ?? 502, headers).end(whole);
  }

  const listener: RequestListener = (incoming, outgoing) => {
    if (Number(incoming.headers['content-length'] ?? 0) > maxBody) {
      outgoing.writeHead(413, { 'content-type': 'text/html', connection: 'close' }).end('<h1>413 Request Entity Too Large</h1>');
      return;
    }
    const asked = request(origin + incoming.url, { method: incoming.method, headers: headersFor(incoming), agent: false });
    asked.on('response', (answer) => void passOn(answer, outgoing).catch(() => outgoing.destroy()));
    asked.on('error', () => (outgoing.headersSent ? outgoing.destroy() : outgoing.writeHead(502).end('<h1>502 Bad Gateway</h1>')));
    outgoing.on('close', () => asked.destroy());
    incoming.pipe(asked);
  };
  const server = (tls ? createTlsServer(tls, listener) : createServer(listener)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    /** By name, as in certificates. */
    origin: `${tls ? 'https' : 'http'}://localhost:${port}`,
    async close(): Promise<void> {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

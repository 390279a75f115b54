/** Redirects plain HTTP to HTTPS, for a server that terminates TLS itself. Behind a proxy, the proxy does this. */
import { createServer, type IncomingMessage } from 'node:http';
import { bind } from './listen.ts';

const REQUEST_TIMEOUT_MS = 10_000;

interface Options {
  host: string | undefined;
  port: number;
  /** Where everyone is sent; if undefined, to the host they asked for, at `tlsPort`. */
  publicUrl: string | undefined;
  tlsPort: number;
}

/** Listens until the process ends, and does not keep it running. @throws Error with a sentence for people if the port is unavailable */
export async function redirectToHttps({ host, port, ...to }: Options): Promise<void> {
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
    const origin = originFor(request, to);
    // 308 keeps the method, unlike 301. The request itself has been sent in the clear, and cannot be taken back.
    if (origin) response.writeHead(308, { location: origin + pathOf(request), connection: 'close' });
    else response.writeHead(400, { connection: 'close' });
    response.end();
  });
  await bind(server, port, host, 'HTTP_PORT');
  server.unref();
}

function originFor({ headers }: IncomingMessage, { publicUrl, tlsPort }: Pick<Options, 'publicUrl' | 'tlsPort'>): string | undefined {
  if (publicUrl) return publicUrl;
  const asked = `https://${headers.host}`;
  if (!headers.host || /[\s/?#@\\]/.test(headers.host) || !URL.canParse(asked)) return undefined;
  const url = new URL(asked);
  url.port = String(tlsPort);
  return url.origin;
}

/** A request may name a whole URL instead of a path. */
const pathOf = ({ url = '/' }: IncomingMessage): string => (url.startsWith('/') ? url : '/');

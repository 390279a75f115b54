/** Three upstreams that record what reaches them, so that a test sees what a proxy sends, repeats and changes. */
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { freePort } from '../harness/process.ts';

interface Received {
  /** Of the upstream, from 0. */
  upstream: number;
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  bytes: number;
}

interface Behavior {
  /** Whether /api/health/ready answers 200, or else 503. */
  ready: boolean;
  /** `die` closes the connection once the request has arrived, like a server that is killed. */
  requests: 'answer' | 'die';
}

export interface Upstreams {
  ports: number[];
  received: Received[];
  behavior: Behavior[];
  /** Closes the port of one: connections are refused from then on. */
  refuse(upstream: number): Promise<void>;
  close(): Promise<void>;
}

export async function openUpstreams(): Promise<Upstreams> {
  const received: Received[] = [];
  const behavior: Behavior[] = Array.from({ length: 3 }, () => ({ ready: true, requests: 'answer' }));
  const servers: Server[] = [];
  const ports: number[] = [];
  for (const [upstream, how] of behavior.entries()) {
    const server = createServer(async (request, response) => {
      const path = request.url ?? '';
      if (path.startsWith('/api/health/')) return void response.writeHead(how.ready ? 200 : 503).end();
      let bytes = 0;
      for await (const chunk of request) bytes += (chunk as Buffer).length;
      received.push({ upstream, method: request.method ?? '', path, headers: request.headers, bytes });
      if (how.requests === 'die') request.socket.destroy();
      else response.end(`answered by ${upstream}`);
    });
    const port = await freePort();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    servers.push(server);
    ports.push(port);
  }
  const close = (server: Server | undefined) =>
    new Promise<void>((resolve) => {
      if (!server?.listening) return resolve();
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return {
    ports,
    received,
    behavior,
    refuse: (upstream) => close(servers[upstream]),
    close: async () => void (await Promise.all(servers.map(close))),
  };
}

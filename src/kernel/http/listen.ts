/** The listening server and its graceful end. */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Express } from 'express';
import { discard, hasLargeBody } from './discard.ts';
import type { OpenStreams } from './event-stream.ts';
import { expressPrototypes } from './express-prototypes.ts';

/** A connection that has sent nothing yet may be about to. */
const UNUSED_GRACE_MS = 300;

interface ListenOptions {
  app: Express;
  host: string | undefined;
  port: number;
  tls: { cert: string; key: string } | undefined;
  streams: OpenStreams;
}

/** @throws Error with a sentence for people when the port is taken or not allowed */
export async function listen({ app, host, port, tls, streams }: ListenOptions) {
  const prototypes = expressPrototypes(app);
  const server = tls
    ? createTlsServer({ cert: readFileSync(tls.cert), key: readFileSync(tls.key), ...prototypes }, app)
    : createServer({ noDelay: true, ...prototypes }, app);
  // Longer than a load balancer keeps its side open, so that it is never us who closes under a request.
  server.keepAliveTimeout = 75_000;
  server.requestTimeout = 60_000;
  server.headersTimeout = 30_000;
  // Browsers connect ahead of their requests. Node does not count such connections as idle, so they are known here.
  const unused = new Set<Socket>();
  server.on(tls ? 'secureConnection' : 'connection', (socket: Socket) => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    unused.delete(request.socket);
    if (hasLargeBody(request)) response.prependListener('finish', () => discard(request));
  });
  await bind(server, port, host);
  const address = server.address();

  function letGo(): void {
    for (const stream of streams) stream.sendAway();
    server.closeIdleConnections();
  }

  return {
    port: typeof address === 'object' && address ? address.port : port,
    /**
     * Stops accepting, ends event streams with a hint to come back, lets requests finish.
     * @param patience milliseconds after which the rest is cut off
     */
    async close(patience: number): Promise<void> {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      // Again and again: connections become idle later, and an open one may still ask for a stream.
      const sweep = setInterval(letGo, 50);
      const grace = setTimeout(() => {
        for (const socket of unused) socket.destroy();
      }, UNUSED_GRACE_MS);
      const deadline = setTimeout(() => server.closeAllConnections(), patience);
      letGo();
      await closed;
      clearInterval(sweep);
      clearTimeout(grace);
      clearTimeout(deadline);
    },
  };
}

function bind(server: Server, port: number, host: string | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE')
        reject(new Error(`Port ${port} is taken by another program. Stop that one, or set PORT to a free port.`));
      else if (error.code === 'EACCES') reject(new Error(`Port ${port} is not allowed for this user. Set PORT to one above 1023.`));
      else reject(error);
    });
    server.listen({ port, host }, resolve);
  });
}

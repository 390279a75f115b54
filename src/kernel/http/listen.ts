/** The HTTP server and its graceful shutdown. */
import { readFileSync } from 'node:fs';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import { Server as NetServer, type Socket } from 'node:net';
import { createSecureContext } from 'node:tls';
import type { Express } from 'express';
import type { Arrivals } from './arrivals.ts';
import { createConnections } from './connections.ts';
import { discard, hasLargeBody } from './discard.ts';
import type { OpenStreams } from './event-stream.ts';
import { expressPrototypes } from './express-prototypes.ts';
import { createServer } from './node-http.ts';
import type { Slowness } from './receive.ts';
import { cutOffIfSlow } from './slow-readers.ts';

/** For the headers of a request and for a TLS handshake; a client that takes longer holds a connection for nothing. */
const HEADERS_MS = 15_000;
const CHECK_HEADERS_MS = 5000;
/** Connections that the system accepts before this process does; the system may allow fewer. With Node's 511, a busy process lost some. */
const BACKLOG = 4096;
/** A connection that has sent nothing yet may be about to. */
const UNUSED_GRACE_MS = 300;
const SWEEP_MS = 25;
/** Earlier requests either finish within this time, or the port closes without waiting for them. */
const HOLD_LIMIT_MS = 500;
/** The port closes once no connection has arrived for this long, unless that exceeds the limit. */
const CALM_MS = 10;
const CALM_LIMIT_MS = 300;
/** An event loop turn shorter than this has just accepted all pending connections. */
const QUICK_TURN_MS = 0.3;

interface TlsFiles {
  cert: string;
  key: string;
}

interface ServeOptions {
  app: Express;
  tls: TlsFiles | undefined;
  streams: OpenStreams;
  /** Begins requests; if undefined, each begins at once. */
  arrivals?: Arrivals;
  /** How slowly a response may be read; for tests that cannot wait. */
  slowness?: Slowness | undefined;
}

interface ListenOptions extends ServeOptions {
  host: string | undefined;
  port: number;
}

interface DrainOptions {
  /** Milliseconds without any request after which connections without one are closed. */
  silence: number;
  /** Milliseconds after which remaining connections are cut. */
  timeout: number;
}

export type HttpServer = ReturnType<typeof createHttpServer>;

function createHttpServer({ app, tls, streams, arrivals, slowness }: ServeOptions) {
  const options = { ...expressPrototypes(app), connectionsCheckingInterval: CHECK_HEADERS_MS };
  const connections = createConnections();
  const listener = connections.handle(arrivals?.pace(app) ?? app);
  const server: Server = tls
    ? createTlsServer({ ...readTlsFiles(tls), ...options, handshakeTimeout: HEADERS_MS }, listener)
    : createServer({ noDelay: true, ...options }, listener);
  connections.watch(server, tls !== undefined);
  // Longer than a load balancer keeps its side open (Google's: 600 s, fixed), so we never close a connection as a request arrives.
  server.keepAliveTimeout = 620_000;
  // With its body, which may be an import over a slow line. How slowly a body may arrive is bounded where it is read.
  server.requestTimeout = 6 * 3_600_000;
  server.headersTimeout = HEADERS_MS;
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    cutOffIfSlow(response, slowness);
    if (hasLargeBody(request)) response.prependListener('finish', () => discard(request));
  });

  return {
    server,
    beginClosing: connections.beginClosing,
    hold: () => connections.hold(HOLD_LIMIT_MS),
    /** Rereads the TLS files, for new connections. @throws Error with a sentence for people, and keeps the current ones */
    reloadTls(): void {
      if (tls) (server as TlsServer).setSecureContext(readTlsFiles(tls));
    },
    /** Call once no more connections arrive: ends event streams with a retry hint, and lets requests finish. */
    async drain({ silence, timeout }: DrainOptions): Promise<void> {
      const deadline = performance.now() + timeout;
      connections.release();
      // Repeatedly, because an open connection may still request a stream.
      for (; connections.count() > 0; await new Promise((resolve) => setTimeout(resolve, SWEEP_MS))) {
        for (const stream of streams) stream.sendAway();
        if (connections.silentFor() >= silence) server.closeIdleConnections();
        connections.closeUnused(Math.max(silence, UNUSED_GRACE_MS));
        if (performance.now() > deadline) connections.destroyAll();
      }
      // Stops Node's own timers; the port is already closed.
      server.close();
    },
  };
}

/** @throws Error with a sentence for people if the port is taken or not allowed, or the TLS files are unusable */
export async function listen({ host, port, ...options }: ListenOptions) {
  const { server, ...http } = createHttpServer(options);
  await bind(server, port, host);
  return {
    ...http,
    port: portOf(server) ?? port,
    async stopAccepting(): Promise<void> {
      await http.hold();
      await closePort(server);
    },
  };
}

/**
 * An HTTP server without a port: the process that accepts connections hands them to `take`.
 * @throws Error with a sentence for people if the TLS files are unusable
 */
export function serveHandedConnections(options: ServeOptions) {
  const { server, ...http } = createHttpServer(options);
  // Node starts to enforce request timeouts when a server listens.
  server.emit('listening');
  return { ...http, take: (socket: Socket) => void server.emit('connection', socket) };
}

/** @param variable that sets the port @throws Error with a sentence for people if the port is taken or not allowed */
export function bind(server: NetServer, port: number, host: string | undefined, variable = 'PORT'): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE')
        reject(new Error(`Port ${port} is taken by another program. Stop that one, or set ${variable} to a free port.`));
      else if (error.code === 'EACCES') reject(new Error(`Port ${port} is not allowed for this user. Set ${variable} to one above 1023.`));
      else reject(error);
    });
    server.listen({ port, host, backlog: BACKLOG }, resolve);
  });
}

export function portOf(server: NetServer): number | undefined {
  const address = server.address();
  return typeof address === 'object' && address ? address.port : undefined;
}

/**
 * Stops accepting, and leaves open connections alone. The system resets connections not yet accepted when the port closes, so it closes
 * when no connection has arrived for a moment, right after the event loop has accepted everything.
 */
export async function closePort(server: NetServer): Promise<void> {
  let connectedAt = performance.now();
  const noteConnection = () => {
    connectedAt = performance.now();
  };
  server.on('connection', noteConnection);
  for (const deadline = connectedAt + CALM_LIMIT_MS; performance.now() < deadline; ) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    const begun = performance.now();
    await new Promise((resolve) => setImmediate(resolve));
    const now = performance.now();
    if (now - connectedAt > CALM_MS && now - begun < QUICK_TURN_MS) break;
  }
  server.off('connection', noteConnection);
  // An HTTP server's own `close` would cut kept-alive connections, even during a request just sent.
  NetServer.prototype.close.call(server);
}

function readTlsFiles({ cert, key }: TlsFiles): { cert: Buffer; key: Buffer } {
  const files = { cert: readTlsFile('TLS_CERT', cert), key: readTlsFile('TLS_KEY', key) };
  try {
    createSecureContext(files);
  } catch (cause) {
    const { message } = cause as Error;
    throw new Error(`TLS_CERT (${cert}) and TLS_KEY (${key}) must be a certificate and its key, both in PEM: ${message}.`, { cause });
  }
  return files;
}

function readTlsFile(variable: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new Error(`${variable} names ${path}, which cannot be read (${code}). Set it to a PEM file that this user can read.`, { cause });
  }
}

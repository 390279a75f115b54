/** The HTTP server and its graceful end. */
import { readFileSync } from 'node:fs';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import { Server as NetServer, type Socket } from 'node:net';
import { createSecureContext } from 'node:tls';
import type { Express } from 'express';
import { createConnections } from './connections.ts';
import { discard, hasLargeBody } from './discard.ts';
import type { OpenStreams } from './event-stream.ts';
import { expressPrototypes } from './express-prototypes.ts';
import { createServer } from './node-http.ts';

/** A connection that has sent nothing yet may be about to. */
const UNUSED_GRACE_MS = 300;
const SWEEP_MS = 25;
/** Requests that began before take no longer, or are not waited for before the port is closed. */
const HOLD_LIMIT_MS = 500;
/** Nobody connects for this long when the port is closed, unless that takes longer than the limit. */
const CALM_MS = 10;
const CALM_LIMIT_MS = 300;
/** What the event loop accepted last was accepted this lately. */
const QUICK_TURN_MS = 0.3;

interface TlsFiles {
  cert: string;
  key: string;
}

interface ServeOptions {
  app: Express;
  tls: TlsFiles | undefined;
  streams: OpenStreams;
}

interface ListenOptions extends ServeOptions {
  host: string | undefined;
  port: number;
}

interface DrainOptions {
  /** Milliseconds without any request after which connections that carry none are closed. */
  silence: number;
  /** Milliseconds after which the rest is cut off. */
  timeout: number;
}

export type HttpServer = ReturnType<typeof createHttpServer>;

function createHttpServer({ app, tls, streams }: ServeOptions) {
  const options = expressPrototypes(app);
  const connections = createConnections();
  const listener = connections.handle(app);
  const server: Server = tls
    ? createTlsServer({ ...readTlsFiles(tls), ...options }, listener)
    : createServer({ noDelay: true, ...options }, listener);
  connections.watch(server, tls !== undefined);
  // Longer than a load balancer keeps its side open, so that it is never us who closes under a request.
  server.keepAliveTimeout = 75_000;
  server.requestTimeout = 60_000;
  server.headersTimeout = 30_000;
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    if (hasLargeBody(request)) response.prependListener('finish', () => discard(request));
  });

  return {
    server,
    beginClosing: connections.beginClosing,
    hold: () => connections.hold(HOLD_LIMIT_MS),
    /** Reads the files of TLS again, for connections to come. @throws Error with a sentence for people, and keeps what it has */
    reloadTls(): void {
      if (tls) (server as TlsServer).setSecureContext(readTlsFiles(tls));
    },
    /** Once no more connections come: ends event streams with a hint to come back, and lets requests finish. */
    async drain({ silence, timeout }: DrainOptions): Promise<void> {
      const deadline = performance.now() + timeout;
      connections.release();
      // Again and again: an open connection may still ask for a stream.
      for (; connections.count() > 0; await new Promise((resolve) => setTimeout(resolve, SWEEP_MS))) {
        for (const stream of streams) stream.sendAway();
        if (connections.silentFor() >= silence) server.closeIdleConnections();
        connections.closeUnused(Math.max(silence, UNUSED_GRACE_MS));
        if (performance.now() > deadline) connections.destroyAll();
      }
      // Node's own timers; the port is closed already.
      server.close();
    },
  };
}

/** @throws Error with a sentence for people when the port is taken or not allowed, or the files of TLS cannot be used */
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
 * An HTTP server without a port of its own: connections are handed to `take` by the process that accepts them.
 * @throws Error with a sentence for people when the files of TLS cannot be used
 */
export function serveHandedConnections(options: ServeOptions) {
  const { server, ...http } = createHttpServer(options);
  // Node begins to watch over the time that requests take when a server listens.
  server.emit('listening');
  return { ...http, take: (socket: Socket) => void server.emit('connection', socket) };
}

/** @throws Error with a sentence for people when the port is taken or not allowed */
export function bind(server: NetServer, port: number, host: string | undefined): Promise<void> {
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

export function portOf(server: NetServer): number | undefined {
  const address = server.address();
  return typeof address === 'object' && address ? address.port : undefined;
}

/**
 * Stops accepting, and leaves open connections alone. The system resets what has connected and was not accepted when the port closes, so
 * it closes when nobody has connected for a moment, and right after the event loop has accepted everything.
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
  // An HTTP server's own `close` would cut kept-alive connections, under a request that was just written too.
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

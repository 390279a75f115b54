/**
 * The connections of an HTTP server, and their shutdown: each response announces that its connection closes, and connections without a
 * request are closed last. A client that writes on a kept-alive connection during shutdown gets a response instead of a reset.
 */
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export function createConnections() {
  /** Every connection, including those in a TLS handshake. */
  const all = new Set<Socket>();
  /** Those in a TLS handshake, by the client's address and port: the resulting socket is a different object. */
  const shaking = new Map<string, Socket>();
  /** Connections with requests, each with its newest response. */
  const newest = new Map<Socket, ServerResponse | undefined>();
  /** Responses whose connection we decided to close. */
  const closed = new WeakSet<ServerResponse>();
  /** What an unused connection had sent at the last check. */
  const heard = new WeakMap<Socket, { bytes: number; at: number }>();
  let closing = false;
  let held: Map<ServerResponse, () => void> | undefined;
  let lastActive = 0;

  const noteActivity = () => {
    lastActive = performance.now();
  };

  /** Has no effect once the headers are sent; then the next response on that connection closes it. */
  function closeAfter(response: ServerResponse): void {
    response.once('close', noteActivity);
    if (!response.shouldKeepAlive || response.headersSent) return;
    response.shouldKeepAlive = false;
    closed.add(response);
    const { socket } = response.req;
    const destroySoon = socket.destroySoon.bind(socket);
    // Closing while the client still sends its body would reset the connection and lose the response.
    socket.destroySoon = () => {
      if (response.req.complete) return destroySoon();
      socket.end();
      response.req.once('end', destroySoon).resume();
    };
  }

  /** @returns false for a request after the client was told that the connection closes: RFC 9112 says not to process it */
  function begin(socket: Socket, response: ServerResponse): boolean {
    const before = newest.get(socket);
    if (closing) {
      noteActivity();
      // Pipelined: the connection closes after the last response rather than the previous one.
      if (before && closed.has(before)) {
        if (before.headersSent) return false;
        before.shouldKeepAlive = true;
      }
      closeAfter(response);
    }
    newest.set(socket, response);
    return true;
  }

  return {
    /** Wraps the server's request listener. */
    handle(listener: RequestListener): RequestListener {
      return (request: IncomingMessage, response: Parameters<RequestListener>[1]) => {
        if (!begin(request.socket, response)) return;
        if (held) held.set(response, () => listener(request, response));
        else listener(request, response);
      };
    },
    /**
     * Holds requests until `release`. While the port closes, clients then wait for their response instead of opening a connection for the
     * next request, and the system resets connections made at that moment.
     * @returns resolves when earlier requests have been answered, after `limit` milliseconds at the latest
     */
    async hold(limit: number): Promise<void> {
      held ??= new Map();
      const isUnanswered = (response: ServerResponse | undefined) =>
        response && !response.headersSent && !response.closed && !held?.has(response);
      const deadline = performance.now() + limit;
      while (newest.values().some(isUnanswered) && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 2));
    },
    release(): void {
      const waiting = held?.values() ?? [];
      held = undefined;
      for (const handle of waiting) handle();
    },
    /** Tracks a server's connections. */
    watch(server: Server, tls: boolean): void {
      const clientOf = ({ remoteAddress, remotePort }: Socket) => `${remoteAddress} ${remotePort}`;
      const add = (socket: Socket) => {
        shaking.delete(clientOf(socket));
        newest.set(socket, undefined);
        socket.once('close', () => newest.delete(socket));
      };
      server.on('connection', (socket: Socket) => {
        const client = clientOf(socket);
        all.add(socket);
        socket.once('close', () => {
          all.delete(socket);
          shaking.delete(client);
        });
        if (tls) shaking.set(client, socket);
        else add(socket);
      });
      if (tls) server.on('secureConnection', add);
    },
    count: () => all.size,
    /** From now on every response has `Connection: close`. */
    beginClosing(): void {
      closing = true;
      noteActivity();
      for (const response of newest.values()) if (response && !response.writableFinished) closeAfter(response);
    },
    /** Milliseconds since a request last began or ended, or since `beginClosing`. */
    silentFor: () => performance.now() - lastActive,
    /**
     * Closes connections without a request, or with incomplete headers, after this many milliseconds of silence. Node does not count them
     * as idle, and browsers connect ahead of their requests.
     */
    closeUnused(silence: number): void {
      const now = performance.now();
      const unused = newest.entries().flatMap(([socket, response]) => (response ? [] : [socket]));
      for (const socket of [...unused, ...shaking.values()]) {
        const before = heard.get(socket);
        if (before?.bytes !== socket.bytesRead) heard.set(socket, { bytes: socket.bytesRead, at: now });
        else if (now - before.at >= silence) socket.destroy();
      }
    },
    destroyAll(): void {
      for (const socket of [...newest.keys(), ...all]) socket.destroy();
    },
  };
}

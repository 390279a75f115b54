/**
 * Accepts connections for a server with several processes and hands each to one of them. It keeps a connection until that process
 * acknowledges it, so if the process hangs or dies, another one gets and answers it. What would wait too long for a process is refused here.
 */
import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createServer, type Socket } from 'node:net';
import { bind, closePort, portOf } from '#kernel/http/listen.ts';
import { createRefusal } from '#kernel/http/refusal.ts';
import type { ToServerProcess } from './messages.ts';

/** Maximum number of connections waiting for a process; beyond it, they are refused. Each takes about a kilobyte. */
const MAX_WAITING = 10_000;
/** Milliseconds that a connection waits at most while processes take others, and while they take none: then one is replaced soon. */
const CROWDED_MS = 2000;
const STALLED_MS = 20_000;
const TICK_MS = 100;
/** What a client has to read its refusal. */
const LAST_WORDS_MS = 1000;

interface Waiting {
  readonly socket: Socket;
  readonly since: number;
}

interface Options {
  /** Whether clients speak TLS: then a refusal cannot say why. */
  tls: boolean;
  noteRefused: (reason: 'queue_full' | 'waited') => void;
}

export function createDispatcher({ tls, noteRefused }: Options) {
  const waiting: Waiting[] = [];
  /** Processes that can take a connection, the longest idle first. */
  const free: ChildProcess[] = [];
  /** A process has one connection in transit at a time, so a hung process gets no second one. */
  const inFlight = new Map<ChildProcess, Waiting>();
  /** Processes that accept no more connections, with a callback for when the one in transit has been taken. */
  const retired = new Map<ChildProcess, () => void>();
  let onIdle: (() => void) | undefined;
  let takenAt = 0;
  let watching = false;

  const server = createServer({ pauseOnConnect: true, noDelay: true }, (socket) => {
    socket.on('error', () => undefined);
    if (waiting.length >= MAX_WAITING) return refuse(socket, 'queue_full');
    waiting.push({ socket, since: performance.now() });
    dispatch();
    watch();
  });

  function refuse(socket: Socket, reason: 'queue_full' | 'waited'): void {
    noteRefused(reason);
    if (tls) return void socket.destroy();
    // Whatever has arrived is read first: closing before that would reset the connection, and lose the answer.
    socket.resume().end(writeRefusal());
    setTimeout(() => socket.destroy(), LAST_WORDS_MS);
  }

  function watch(): void {
    if (watching || waiting.length === 0) return;
    watching = true;
    setTimeout(refuseLate, TICK_MS);
  }

  /** Each process takes connections one after the other: under an overload, they would wait for minutes. */
  function refuseLate(): void {
    watching = false;
    const now = performance.now();
    const longest = now - takenAt < CROWDED_MS ? CROWDED_MS : STALLED_MS;
    const kept = waiting.findIndex(({ since }) => now - since < longest);
    for (const { socket } of waiting.splice(0, kept < 0 ? waiting.length : kept)) refuse(socket, 'waited');
    dispatch();
    watch();
  }

  function dispatch(): void {
    while (waiting.length > 0 && free.length > 0) {
      const next = waiting.shift() as Waiting;
      const { socket } = next;
      const child = free.shift() as ChildProcess;
      // With it, Node would have every process count this port's connections.
      Object.assign(socket, { server: undefined });
      inFlight.set(child, next);
      child.send({ type: 'connection' } satisfies ToServerProcess, socket, { keepOpen: true }, () => undefined);
    }
    if (waiting.length === 0 && inFlight.size === 0) onIdle?.();
  }

  return {
    /** @throws Error with a sentence for people if the port is unavailable @returns the port */
    async listen(port: number, host: string | undefined): Promise<number> {
      await bind(server, port, host);
      return portOf(server) ?? port;
    },
    add(child: ChildProcess): void {
      free.push(child);
      dispatch();
    },
    /** A process has received the connection in transit to it. */
    acknowledge(child: ChildProcess): void {
      // Closes only this process's end.
      inFlight.get(child)?.socket.destroy();
      inFlight.delete(child);
      takenAt = performance.now();
      const retire = retired.get(child);
      if (retire) retire();
      else free.push(child);
      dispatch();
    },
    /** Sends a process no more connections. Calls back when none is in transit to it. */
    retire(child: ChildProcess, done: () => void): void {
      const index = free.indexOf(child);
      if (index >= 0) free.splice(index, 1);
      retired.set(child, done);
      if (!inFlight.has(child)) done();
    },
    /** A process has ended: the connection in transit to it goes to another. */
    remove(child: ChildProcess): void {
      const returned = inFlight.get(child);
      inFlight.delete(child);
      retired.delete(child);
      const index = free.indexOf(child);
      if (index >= 0) free.splice(index, 1);
      // It has waited for that process, not in this queue.
      if (returned) waiting.unshift({ ...returned, since: performance.now() });
      dispatch();
      watch();
    },
    /** Closes the port. Resolves when every connection has been taken, after `limit` milliseconds at the latest. */
    async close(limit: number): Promise<void> {
      if (server.listening) await closePort(server);
      if (waiting.length === 0 && inFlight.size === 0) return;
      await new Promise<void>((resolve) => {
        onIdle = resolve;
        setTimeout(resolve, limit);
      });
    },
  };
}

/** An answer to whatever the client asks for. */
function writeRefusal(): string {
  const { headers, body } = createRefusal(randomUUID());
  const lines = Object.entries({ ...headers, connection: 'close' }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 503 Service Unavailable\r\n${lines.join('')}\r\n${body}`;
}

/**
 * Accepts connections for a server with several processes and hands each to one of them. It keeps a connection until that process
 * acknowledges it, so if the process hangs or dies, another one gets and answers it.
 */
import type { ChildProcess } from 'node:child_process';
import { createServer, type Socket } from 'node:net';
import { bind, closePort, portOf } from '#kernel/http/listen.ts';
import type { ToServerProcess } from './messages.ts';

/** Maximum number of connections waiting for a process; beyond it, they are closed. Each takes about a kilobyte. */
const MAX_WAITING = 10_000;

export function createDispatcher() {
  const waiting: Socket[] = [];
  /** Processes that can take a connection, the longest idle first. */
  const free: ChildProcess[] = [];
  /** A process has one connection in transit at a time, so a hung process gets no second one. */
  const inFlight = new Map<ChildProcess, Socket>();
  /** Processes that accept no more connections, with a callback for when the one in transit has been taken. */
  const retired = new Map<ChildProcess, () => void>();
  let onIdle: (() => void) | undefined;

  const server = createServer({ pauseOnConnect: true, noDelay: true }, (socket) => {
    socket.on('error', () => undefined);
    if (waiting.length >= MAX_WAITING) return void socket.destroy();
    waiting.push(socket);
    dispatch();
  });

  function dispatch(): void {
    while (waiting.length > 0 && free.length > 0) {
      const socket = waiting.shift() as Socket;
      const child = free.shift() as ChildProcess;
      // With it, Node would have every process count this port's connections.
      Object.assign(socket, { server: undefined });
      inFlight.set(child, socket);
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
      inFlight.get(child)?.destroy();
      inFlight.delete(child);
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
      const socket = inFlight.get(child);
      inFlight.delete(child);
      retired.delete(child);
      const index = free.indexOf(child);
      if (index >= 0) free.splice(index, 1);
      if (socket) waiting.unshift(socket);
      dispatch();
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

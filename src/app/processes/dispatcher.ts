/**
 * Accepts the connections of a server with several processes and hands each to one of them. It keeps a connection until that process
 * says that it has it, so one that is handed to a process which hangs or dies goes on to another and is answered there.
 */
import type { ChildProcess } from 'node:child_process';
import { createServer, type Socket } from 'node:net';
import { bind, closePort, portOf } from '#kernel/http/listen.ts';
import type { ToServerProcess } from './messages.ts';

/** Connections that wait for a process at most; more are closed. Each takes about a kilobyte. */
const MAX_WAITING = 10_000;

export function createDispatcher() {
  const waiting: Socket[] = [];
  /** Processes that can take a connection, the one that has had none for longest first. */
  const free: ChildProcess[] = [];
  /** A process has one connection under way at a time, so one that hangs gets no second. */
  const inFlight = new Map<ChildProcess, Socket>();
  /** Processes that want no more, with what to do once they have taken what is under way. */
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
      // With it, Node has every process count the connections of this port.
      Object.assign(socket, { server: undefined });
      inFlight.set(child, socket);
      child.send({ type: 'connection' } satisfies ToServerProcess, socket, { keepOpen: true }, () => undefined);
    }
    if (waiting.length === 0 && inFlight.size === 0) onIdle?.();
  }

  return {
    /** @throws Error with a sentence for people when the port cannot be had @returns the port */
    async listen(port: number, host: string | undefined): Promise<number> {
      await bind(server, port, host);
      return portOf(server) ?? port;
    },
    add(child: ChildProcess): void {
      free.push(child);
      dispatch();
    },
    /** A process has the connection that was under way to it. */
    acknowledge(child: ChildProcess): void {
      // Closes this process's end only.
      inFlight.get(child)?.destroy();
      inFlight.delete(child);
      const retire = retired.get(child);
      if (retire) retire();
      else free.push(child);
      dispatch();
    },
    /** A process gets no more connections. Calls back when none is under way to it. */
    retire(child: ChildProcess, done: () => void): void {
      const index = free.indexOf(child);
      if (index >= 0) free.splice(index, 1);
      retired.set(child, done);
      if (!inFlight.has(child)) done();
    },
    /** A process has ended: what was under way to it goes to another. */
    remove(child: ChildProcess): void {
      const socket = inFlight.get(child);
      inFlight.delete(child);
      retired.delete(child);
      const index = free.indexOf(child);
      if (index >= 0) free.splice(index, 1);
      if (socket) waiting.unshift(socket);
      dispatch();
    },
    /** Closes the port. Resolves when every connection has been taken, at the latest after `limit` milliseconds. */
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

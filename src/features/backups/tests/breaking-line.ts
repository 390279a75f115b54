/** A line to a server on this machine that breaks when it is told to. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export async function openBreakingLine(port: number) {
  /** Bytes in both directions until all connections break; undefined: they hold. */
  let left: number | undefined;
  let broken = 0;
  const sockets = new Set<Socket>();
  function count(bytes: number): void {
    if (left === undefined) return;
    left -= bytes;
    if (left > 0) return;
    left = undefined;
    broken++;
    for (const socket of sockets) socket.destroy();
  }
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => sockets.delete(socket) && other.destroy());
      socket.on('data', (chunk) => count(chunk.length));
      socket.pipe(other);
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** From now on, once. */
    breakAfter(bytes: number): void {
      left = bytes;
    },
    broken: () => broken,
    async close(): Promise<void> {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

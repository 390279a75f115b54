/** The network between servers and PostgreSQL: an address that can move, connections that can be cut, and a distance. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export type TcpProxy = Awaited<ReturnType<typeof openTcpProxy>>;

/** @param port on 127.0.0.1, where connections lead */
export async function openTcpProxy(port: number) {
  let target = port;
  let delay = 0;
  const connections = new Set<Socket>();

  /** In order, also when the delay changes in between. */
  function passOn(from: Socket, to: Socket): void {
    let before: Promise<void> = Promise.resolve();
    const inOrder = (act: () => void) => {
      const due = performance.now() + delay;
      before = before.then(async () => {
        const wait = due - performance.now();
        if (wait > 0) await sleep(wait);
        act();
      });
    };
    from.on('data', (chunk) => inOrder(() => to.write(chunk)));
    from.on('end', () => inOrder(() => to.end()));
    from.on('error', () => to.destroy());
    from.on('close', () => inOrder(() => to.destroy()));
  }

  const server = createServer((incoming) => {
    const outgoing = connect(target, '127.0.0.1');
    for (const socket of [incoming, outgoing]) socket.setNoDelay();
    passOn(incoming, outgoing);
    passOn(outgoing, incoming);
    connections.add(incoming);
    incoming.once('close', () => connections.delete(incoming));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');

  /** Resets some connections, as a network does that loses its state. */
  function cut(which: () => boolean = () => true): void {
    for (const socket of connections) if (which()) socket.resetAndDestroy();
  }
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    /** Milliseconds in each direction, from now on. */
    setDelay(milliseconds: number): void {
      delay = milliseconds;
    },
    /** From now on; open connections are cut. */
    moveTo(port: number): void {
      target = port;
      cut();
    },
    async close(): Promise<void> {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}

/** One address for several servers, as behind a load balancer: all requests go to one of them, until it is switched. */
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream';

export async function openSwitchingProxy(origin: string) {
  let target = origin;
  const server = createServer((incoming, outgoing) => {
    const { method, url, headers } = incoming;
    const asked = request(target + url, { method, headers, agent: false });
    asked.on('error', () => outgoing.destroy());
    asked.on('response', (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      // A server that dies midway takes the connection with it, as it would without a proxy.
      pipeline(answer, outgoing, () => {});
    });
    outgoing.on('close', () => asked.destroy());
    incoming.pipe(asked);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** From now on; open connections break. */
    switchTo(origin: string): void {
      target = origin;
      server.closeAllConnections();
    },
    async close(): Promise<void> {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

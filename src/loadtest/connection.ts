/**
 * Connections to one server. Each request uses the connection that has been idle longest, because a server's processes share connections
 * rather than requests, and so get equal work; a new one is opened if none is idle.
 */
import { Client } from 'undici';

export type Connections = ReturnType<typeof createConnections>;

/** @param origin such as `http://127.0.0.1:5000` */
export function createConnections(origin: string) {
  const all = new Set<Client>();
  const idle: Client[] = [];

  function open(): Client {
    const client = new Client(origin, { pipelining: 1 });
    all.add(client);
    return client;
  }

  return {
    origin,
    take: (): Client => idle.shift() ?? open(),
    release: (client: Client): void => void idle.push(client),
    /** Closes those without a request. */
    closeIdle(): void {
      for (const client of idle.splice(0)) {
        all.delete(client);
        void client.close();
      }
    },
    /** Aborts everything in progress. */
    async destroy(): Promise<void> {
      await Promise.all(Array.from(all, (client) => client.destroy()));
    },
  };
}

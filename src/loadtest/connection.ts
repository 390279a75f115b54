/**
 * Connections to one server. Each request takes the one that has been idle longest, so that a server's processes, which share out
 * connections and not requests, all get the same work; a new one is opened when none is idle.
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
    /** Breaks off whatever is under way. */
    async destroy(): Promise<void> {
      await Promise.all(Array.from(all, (client) => client.destroy()));
    },
  };
}

/** `fetch` over TLS without checking the certificate, by HTTP/1.1 or HTTP/2. */
import { Agent, fetch as fetchBy } from 'undici';

export const protocols = ['HTTP/1.1', 'HTTP/2'] as const;
export type Protocol = (typeof protocols)[number];

export interface Client {
  fetch: typeof fetch;
  close(): Promise<void>;
}

export function createClient(protocol: Protocol): Client {
  const agent = new Agent({ allowH2: protocol === 'HTTP/2', connect: { rejectUnauthorized: false }, headersTimeout: 0, bodyTimeout: 0 });
  return {
    fetch: ((input: never, init: object) => fetchBy(input, { ...init, dispatcher: agent })) as unknown as typeof fetch,
    close: () => agent.destroy(),
  };
}

/** The server that runs here, if one does. */
import { createServer } from 'node:net';
import type { Health } from '#features/monitor/contract.ts';
import { health } from '#features/monitor/contract.ts';
import { ask, reasonOf } from './http.ts';
import type { Subject } from './subject.ts';

export interface RunningServer {
  origin: string;
  health: Health;
}

/** What is at the server's port. `free`: nothing, and a server could listen there. */
export type AtPort = { server: RunningServer } | { free: true } | { other: string } | { unusable: string };

export async function findServer({ origin, settings }: Subject, signal: AbortSignal): Promise<AtPort> {
  const { host, port, tls } = settings;
  // All addresses: this machine's own is among them.
  const reachable = host === undefined || ['0.0.0.0', '::'].includes(host) ? '127.0.0.1' : host;
  const at = origin ?? `${tls ? 'https' : 'http'}://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
  if (origin === undefined && port === 0) return { free: true };
  try {
    const answer = await ask(`${at}/api/health`, { signal: AbortSignal.any([signal, AbortSignal.timeout(5000)]) });
    const parsed = health.safeParse(parseJson(answer.text));
    return parsed.success ? { server: { origin: at, health: parsed.data } } : { other: `HTTP ${answer.status}` };
  } catch (error) {
    const reason = reasonOf(error);
    return reason === 'ECONNREFUSED' ? tryToListen(host, port) : { other: reason };
  }
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function tryToListen(host: string | undefined, port: number): Promise<AtPort> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => resolve({ unusable: error.code ?? error.message }));
    probe.listen({ host, port, exclusive: true }, () => probe.close(() => resolve({ free: true })));
  });
}

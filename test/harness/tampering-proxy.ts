/** A proxy that forwards everything, and does one thing wrong on purpose. */
import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { signup } from '#features/accounts/contract.ts';
import { getHealth, getMetrics } from '#features/monitor/contract.ts';
import { createProject } from '#features/projects/contract.ts';

export interface Tampering {
  /** Milliseconds by which every response is delayed. */
  delay?: number;
  /** One in this many requests gets no response: its connection breaks. */
  dropOneOf?: number;
  /** One event of one stream is lost. */
  loseEvent?: boolean;
}

export async function openTamperingProxy(origin: string, { delay = 0, dropOneOf, loseEvent = false }: Tampering = {}) {
  const agent = new Agent({ keepAlive: true });
  let requests = 0;
  let lost = !loseEvent;

  /** The first event that is neither a stream's first nor its last. */
  function losesThis(event: string): boolean {
    if (lost || !/^id: /m.test(event) || /^id: 1$/m.test(event) || /^event: end$/m.test(event)) return false;
    lost = true;
    return true;
  }

  async function passOn(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    if (!isPreparation(incoming)) {
      requests += 1;
      if (dropOneOf !== undefined && requests % dropOneOf === 0) return void incoming.socket.destroy();
      await sleep(delay);
    }
    const { method, headers, url } = incoming;
    const asked = request(origin + url, { method, headers, agent });
    asked.on('error', () => outgoing.destroy());
    outgoing.on('close', () => asked.destroy());
    incoming.pipe(asked);
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.on('error', () => outgoing.destroy());
    if (answer.headers['content-type']?.startsWith('text/event-stream')) passOnEvents(answer, outgoing);
    else answer.pipe(outgoing);
  }

  function passOnEvents(answer: IncomingMessage, outgoing: ServerResponse): void {
    let rest = '';
    answer.setEncoding('utf8').on('data', (text: string) => {
      const events = (rest + text).split('\n\n');
      rest = events.pop() ?? '';
      for (const event of events) if (!losesThis(event)) outgoing.write(`${event}\n\n`);
    });
    answer.on('end', () => outgoing.end(rest));
  }

  const server = createServer((incoming, outgoing) => {
    passOn(incoming, outgoing).catch(() => outgoing.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close(): Promise<void> {
      server.closeAllConnections();
      server.close();
      agent.destroy();
      await once(server, 'close');
    },
  };
}

/** Signing up and reading metrics are not part of the measurement. */
function isPreparation({ method, url = '', headers }: IncomingMessage): boolean {
  const [path] = url.split('?');
  const isCreation = method === 'POST' && (path === signup.path || path === createProject.path);
  return isCreation || headers['if-none-match'] === '*' || path === getHealth.path || path === getMetrics.path;
}

/** People who read and write all the time through a proxy, and what came of each request. */
import { deleteFile, readFile, saveFile } from '#features/files/contract.ts';
import { createProject } from '#features/projects/contract.ts';
import { urlOf } from '#wire/call.ts';
import { eventually } from '../harness/eventually.ts';
import { createBrowser, newProject, type Person } from '../harness/test-server.ts';
import { type Client, createClient, type Protocol, protocols } from './client.ts';

const CLIENTS = 8;

interface Outcome {
  method: string;
  protocol: Protocol;
  /** A status, or why there was none. */
  result: number | string;
  /** The names of projects are unique, so that a repeated write shows. */
  name?: string;
}

interface Load {
  outcomes: Outcome[];
  /** Resolves once every client has done some more rounds. */
  goesOn(): Promise<void>;
  stop(): Promise<void>;
}

/** Clients of both protocols, each of which reads, saves, deletes and creates in turn. */
export async function startLoad(origin: string, person: Person): Promise<Load> {
  const outcomes: Outcome[] = [];
  const clients: Client[] = [];
  const rounds: number[] = protocols.flatMap(() => Array.from({ length: CLIENTS }, () => 0));
  let over = false;

  async function work(protocol: Protocol, index: number): Promise<void> {
    const client = createClient(protocol);
    clients.push(client);
    const browser = createBrowser(origin, client.fetch);
    for (const [name, value] of person.browser.cookies) browser.cookies.set(name, value);
    const params = { projectId: (await newProject({ ...person, call: browser.call }, `Of ${index}`)).id };
    async function send(method: string, path: string, init: RequestInit, name?: string): Promise<boolean> {
      const result = await browser
        .fetch(path, { ...init, method })
        .then(async (response) => {
          await response.arrayBuffer();
          return response.status;
        })
        .catch((error: Error) => `${error.message}: ${(error.cause as Error | undefined)?.message ?? ''}`);
      outcomes.push({ method, protocol, result, ...(name !== undefined && { name }) });
      return hasWorked(result);
    }
    for (let round = 0; !over; round++) {
      rounds[index] = round;
      const file = { params, query: { path: `${round}.txt` } };
      const name = `Written by ${index} in round ${round}`;
      const json = { 'content-type': 'application/json' };
      await send('GET', '/api/auth/user', {});
      const bytes = { 'content-type': 'application/octet-stream', 'if-none-match': '*' };
      if (await send('PUT', urlOf(saveFile, file), { headers: bytes, body: 'text' })) {
        await send('GET', urlOf(readFile, file), {});
        await send('DELETE', urlOf(deleteFile, file), { headers: { 'if-match': '*' } });
      }
      await send('POST', createProject.path, { headers: json, body: JSON.stringify({ name }) }, name);
    }
  }

  const working = protocols.flatMap((protocol, kind) =>
    Array.from({ length: CLIENTS }, (_, index) => work(protocol, kind * CLIENTS + index)),
  );
  const ended = Promise.all(working);
  ended.catch(() => undefined);
  return {
    outcomes,
    async goesOn() {
      const before = [...rounds];
      const everyone = () => rounds.every((round, index) => round > (before[index] ?? 0) + 2);
      await eventually('every client goes on', everyone);
    },
    async stop() {
      over = true;
      await ended;
      await Promise.all(clients.map((client) => client.close()));
    },
  };
}

const hasWorked = (result: number | string) => result === 200 || result === 201;

/** Each outcome that is neither 200 nor 201, with how often it came. */
export function failuresOf(outcomes: readonly Outcome[]): Record<string, number> {
  const failures: Record<string, number> = {};
  for (const { method, protocol, result } of outcomes) {
    if (hasWorked(result)) continue;
    const what = `${method} over ${protocol}: ${result}`;
    failures[what] = (failures[what] ?? 0) + 1;
  }
  return failures;
}

/** People who read and write all the time through a proxy, and what came of each request. */
import { deleteFile, readFile, saveFile } from '#features/files/contract.ts';
import { createProject } from '#features/projects/contract.ts';
import { urlOf } from '#wire/call.ts';
import { eventually } from '../harness/eventually.ts';
import { createBrowser, newProject, type Person } from '../harness/test-server.ts';
import { type Client, createClient, type Protocol, protocols } from './client.ts';

/** Of each protocol. */
const CLIENTS = 8;
/** A few rounds of every client, on a machine that does much else. */
const GOES_ON_WITHIN_MS = 120_000;
/** Of thousands of requests, on a machine that is much slower. */
const REACHED_WITHIN_MS = 1_800_000;

interface Outcome {
  method: string;
  protocol: Protocol;
  /** A status, or why there was none. */
  result: number | string;
  /** The names of projects are unique, so that a repeated write shows. */
  name?: string;
}

interface Reply {
  /** Whether the status was 2xx. */
  worked: boolean;
  body: Buffer;
}

interface Sending extends RequestInit {
  /** Of a project that the request creates. */
  name?: string;
  /** Sends it in place of the client's own. */
  browser?: Person['browser'];
}

export interface LoadClient {
  index: number;
  person: Person;
  /** Its own. */
  projectId: string;
  /** What it has sent last, and when, in ms. */
  last: { method: string; path: string; at: number };
  /** Another browser on the same connections, signed out. */
  openBrowser(): Person['browser'];
  /** Sends a request once and records what came of it. */
  send(method: string, path: string, init?: Sending): Promise<Reply>;
}

/** What a client does again and again. */
export type Round = (client: LoadClient, round: number) => Promise<void>;

export interface Load {
  outcomes: Outcome[];
  clients: LoadClient[];
  /** Resolves once every client has done some more rounds. */
  goesOn(): Promise<void>;
  /** Resolves once this many requests have been answered. */
  reaches(count: number): Promise<void>;
  stop(): Promise<void>;
}

const json = { 'content-type': 'application/json' };
const bytes = { 'content-type': 'application/octet-stream', 'if-none-match': '*' };

/** Reads, saves, deletes and creates in turn. */
const readAndWrite: Round = async ({ index, projectId, send }, round) => {
  const file = { params: { projectId }, query: { path: `${round}.txt` } };
  await send('GET', '/api/auth/user');
  if ((await send('PUT', urlOf(saveFile, file), { headers: bytes, body: 'text' })).worked) {
    await send('GET', urlOf(readFile, file));
    await send('DELETE', urlOf(deleteFile, file), { headers: { 'if-match': '*' } });
  }
  const name = `Written by ${index} in round ${round}`;
  await send('POST', createProject.path, { headers: json, body: JSON.stringify({ name }), name });
};

async function openLoadClient(protocol: Protocol, client: Client, person: Person, origin: string, index: number, outcomes: Outcome[]) {
  const openBrowser = () => createBrowser(origin, client.fetch);
  const own = openBrowser();
  for (const [name, value] of person.browser.cookies) own.cookies.set(name, value);

  const last = { method: '', path: '', at: 0 };
  async function send(method: string, path: string, { name, browser = own, ...init }: Sending = {}): Promise<Reply> {
    Object.assign(last, { method, path, at: performance.now() });
    let body = Buffer.alloc(0);
    const result = await browser
      .fetch(path, { ...init, method })
      .then(async (response) => {
        body = Buffer.from(await response.arrayBuffer());
        return response.status;
      })
      .catch((error: Error) => `${error.message}: ${(error.cause as Error | undefined)?.message ?? ''}`);
    outcomes.push({ method, protocol, result, ...(name !== undefined && { name }) });
    return { worked: hasWorked(result), body };
  }
  const { id: projectId } = await newProject({ ...person, call: own.call }, `Of ${index}`);
  return { index, person, projectId, last, openBrowser, send } satisfies LoadClient;
}

/** @param people of the clients, in turn @param round what each client does, over both protocols */
export async function startLoad(origin: string, people: readonly Person[], round: Round = readAndWrite): Promise<Load> {
  const outcomes: Outcome[] = [];
  const connections: Client[] = [];
  const opening = protocols.flatMap((protocol, kind) =>
    Array.from({ length: CLIENTS }, (_, nth) => {
      const client = createClient(protocol);
      connections.push(client);
      const index = kind * CLIENTS + nth;
      return openLoadClient(protocol, client, people[index % people.length] as Person, origin, index, outcomes);
    }),
  );
  const clients = await Promise.all(opening);
  const rounds = clients.map(() => 0);
  let over = false;

  async function work(client: LoadClient): Promise<void> {
    for (let nth = 0; !over; nth++) {
      rounds[client.index] = nth;
      await round(client, nth);
    }
  }
  const ended = Promise.all(clients.map(work));
  ended.catch(() => undefined);
  return {
    outcomes,
    clients,
    async goesOn() {
      const before = [...rounds];
      const isBehind = ({ index }: LoadClient) => (rounds[index] ?? 0) <= (before[index] ?? 0) + 2;
      const waitingFor = ({ index, last: { method, path, at } }: LoadClient) =>
        `client ${index} has waited ${Math.round(performance.now() - at)} ms for ${method} ${path}`;
      const behind = () => clients.filter(isBehind).map(waitingFor);
      await eventually('every client goes on', behind, (seen) => seen.length === 0, GOES_ON_WITHIN_MS);
    },
    async reaches(count) {
      const enough = (seen: number) => seen >= count;
      await eventually(`${count} requests are answered`, () => outcomes.length, enough, REACHED_WITHIN_MS);
    },
    async stop() {
      over = true;
      await ended;
      await Promise.all(connections.map((client) => client.close()));
    },
  };
}

const hasWorked = (result: number | string) => typeof result === 'number' && result >= 200 && result < 300;

/** Each outcome other than 2xx, with how often it came. */
export function failuresOf(outcomes: readonly Outcome[]): Record<string, number> {
  const failures: Record<string, number> = {};
  for (const { method, protocol, result } of outcomes) {
    if (hasWorked(result)) continue;
    const what = `${method} over ${protocol}: ${result}`;
    failures[what] = (failures[what] ?? 0) + 1;
  }
  return failures;
}

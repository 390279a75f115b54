/**
 * A hunt for stale reads through the proxy: what somebody saved, and what a live update was about, is read back at once, by whichever
 * server answers. Each pair of a write and a read is in the servers' logs by the ids of its requests.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { saveFile } from '#features/files/contract.ts';
import { listChanges } from '#features/files/history-contract.ts';
import { PRESENCE_EVERY_MS, reportPresence } from '#features/files/presence-contract.ts';
import { ProblemError } from '#wire/call.ts';
import { POSITION_COOKIE, POSITION_HEADER } from '#wire/position.ts';
import { eventually } from '../harness/eventually.ts';
import { type ChangedFiles, followFiles } from '../harness/follow-files.ts';
import type { ServerProcess } from '../harness/process.ts';
import { addMember, newProject, type Person, signUp } from '../harness/test-server.ts';
import { type Client, createClient, type Protocol, protocols } from '../proxies/client.ts';
import { on } from '../replicas/cluster.ts';
import { finds } from '../replicas/finds.ts';

const HUNTERS = 4;
/** That each saves again and again. */
const FILES = 20;
/** One of so many reads says nothing of what its reader has seen, to show that there is something to find. */
const UNAWARE = 5;
const RETRY_MS = 100;
/** Of a few pairs, on a machine that does much else. */
const TRIES_WITHIN_MS = 120_000;

interface Hunter {
  nth: number;
  client: Client;
  writer: Person;
  /** Another member, who has a page of the project open. */
  reader: Person;
  projectId: string;
}

/** Of reads that follow a write, or a live update. */
interface Count {
  /** With a position: none may be stale. */
  aware: number;
  unaware: number;
  unawareStale: number;
}

const newCount = (): Count => ({ aware: 0, unaware: 0, unawareStale: 0 });

interface Options {
  /** Of the proxy. */
  origin: string;
  databaseUrl: string;
}

const more = (through: typeof fetch, headers: Record<string, string>): typeof fetch =>
  ((input, init) =>
    through(input, { ...init, headers: { ...Object.fromEntries(new Headers(init?.headers)), ...headers } })) as typeof fetch;

const describeError = (error: unknown): string => `${String(error)} ${String((error as Error).cause ?? '')}`;

/** As test/chaos/outcomes.ts has it. */
const resultOf = (error: unknown): string =>
  error instanceof ProblemError && error.status > 0 ? `${error.status} ${error.code}`.replace(/ unreadable$/, '') : 'cut off';

export async function startHunt({ origin, databaseUrl }: Options) {
  const clients: Client[] = [];
  const found = { pairs: newCount(), updates: newCount(), stale: [] as string[] };
  const failures: { what: string; result: string }[] = [];
  const leaving = new AbortController();
  /** After live updates. */
  const reads = new Set<Promise<unknown>>();
  let over = false;

  function openClient(protocol: Protocol): Client {
    const client = createClient(protocol);
    clients.push(client);
    return client;
  }

  async function join(nth: number): Promise<Hunter> {
    const [protocol, other] = nth % 2 === 0 ? protocols : protocols.toReversed();
    const client = openClient(protocol as Protocol);
    const writer = await signUp({ origin }, `Hunter ${nth}`, client.fetch);
    const { id: projectId, organizationId } = await newProject(writer, `Of hunter ${nth}`);
    for (let file = 0; file < FILES; file++)
      await writer.call(saveFile, { params: { projectId }, query: { path: `hunted-${file}.md` }, body: 'new' });
    const reader = await signUp({ origin }, `Reader ${nth}`, openClient(other as Protocol).fetch);
    await addMember({ databaseUrl }, reader, organizationId, 'member');
    return { nth, client, writer, reader, projectId };
  }

  /** The same browser without the cookie of positions. @param position that it says in a header instead */
  const saying = (person: Person, { fetch }: Client, position?: string, headers: Record<string, string> = {}): Person =>
    on({ origin }, person, {
      without: [POSITION_COOKIE],
      through: more(fetch, position === undefined ? headers : { ...headers, [POSITION_HEADER]: position }),
    });

  async function tryPair({ nth, client, writer, projectId }: Hunter, turn: number): Promise<void> {
    const id = (what: 'write' | 'read') => ({ 'x-request-id': `hunt:${nth}:${turn}:${what}` });
    const [path, body] = [`hunted-${turn % FILES}.md`, `turn ${randomUUID()}`];
    const headers = { 'if-match': '*', ...id('write') };
    const reply = await writer.call(saveFile, { params: { projectId }, query: { path }, body }, { headers });
    const { file, change } = reply.body;
    const saved = { path, body, version: file.version, number: change?.number ?? 0 };
    const position = (reply.headers as Headers).get(POSITION_HEADER) ?? undefined;
    // The others are programs, which send the header.
    const by =
      nth < HUNTERS / 2
        ? on({ origin }, writer, { through: more(client.fetch, id('read')) })
        : saying(writer, client, position, id('read'));
    const find = finds[turn % finds.length];
    if (!(await find?.(by, projectId, saved))) found.stale.push(`hunter ${nth} did not find ${path} by read ${turn % finds.length}`);
    found.pairs.aware++;
    if (turn % UNAWARE !== 0) return;
    found.pairs.unaware++;
    if (!(await find?.(saying(writer, client), projectId, saved))) found.pairs.unawareStale++;
  }

  async function hunt(hunter: Hunter): Promise<void> {
    for (let turn = 0; !over; turn++)
      await tryPair(hunter, turn).catch(async (error: unknown) => {
        failures.push({ what: `hunter ${hunter.nth}: ${describeError(error)}`, result: resultOf(error) });
        await sleep(RETRY_MS);
      });
  }

  /** Opens the live stream again whenever it ends, and reads what each update is about. */
  async function follow({ nth, reader, projectId }: Hunter): Promise<void> {
    const page = { params: { projectId }, body: { page: randomUUID(), path: null } };
    const note = (error: unknown) =>
      over || failures.push({ what: `the page of hunter ${nth}: ${describeError(error)}`, result: resultOf(error) });
    const report = async () => void (await reader.call(reportPresence, page));
    // Reads overlap. When nginx closes an HTTP/2 connection, after a thousand requests, those on their way are to be sent again.
    const client = openClient('HTTP/1.1');
    async function newestFor(position?: string): Promise<number> {
      const by = saying(reader, client, position);
      return (await by.call(listChanges, { params: { projectId }, query: { limit: 1 } })).body.changes[0]?.number ?? 0;
    }
    async function read({ number }: ChangedFiles, position: string | undefined): Promise<void> {
      const newest = await newestFor(position);
      if (newest < number) found.stale.push(`the page of hunter ${nth} was told of change ${number}, and found ${newest}`);
      found.updates.aware++;
      if (number % UNAWARE !== 0) return;
      found.updates.unaware++;
      if ((await newestFor()) < number) found.updates.unawareStale++;
    }
    function onFiles(changed: ChangedFiles, position: string | undefined): void {
      if (over || changed.projectId !== projectId) return;
      const reading = read(changed, position).catch(note);
      reads.add(reading);
      void reading.finally(() => reads.delete(reading));
    }
    const reporting = setInterval(() => void report().catch(note), PRESENCE_EVERY_MS);
    while (!over) {
      await followFiles(reader, { onOpen: report, onFiles, signal: leaving.signal }).catch(async (error: unknown) => {
        note(error);
        await sleep(RETRY_MS);
      });
    }
    clearInterval(reporting);
  }

  const hunters = await Promise.all(Array.from({ length: HUNTERS }, (_, nth) => join(nth)));
  const hunting = Promise.all(hunters.map(hunt));
  const following = Promise.all(hunters.map(follow));
  return {
    /** Pairs and live updates that were tried, and what was not found. */
    found,
    failures,
    /** Resolves once so many more pairs have been tried, or the hunt is over. */
    async triesMore(pairs: number): Promise<void> {
      const enough = found.pairs.aware + pairs;
      await eventually(`${pairs} more reads follow a write`, () => over || found.pairs.aware >= enough, true, TRIES_WITHIN_MS);
    },
    async stop(): Promise<void> {
      over = true;
      await hunting;
      await Promise.all(reads);
      leaving.abort();
      await Promise.all(clients.map((client) => client.close()));
      await following;
    },
  };
}

export type Hunt = Awaited<ReturnType<typeof startHunt>>;

/**
 * How many pairs had their write answered by one server and their read by another, or by another version.
 * @param generations of servers, each of one version, that of the one before or after it being another
 */
export function countCrossings(generations: readonly (readonly ServerProcess[])[]): { servers: number; versions: number } {
  const answered = new Map<string, { generation: number; server: number }>();
  for (const [generation, servers] of generations.entries())
    for (const [server, { output }] of servers.entries())
      for (const [, id = ''] of output().matchAll(/"requestId":"(hunt:\d+:\d+:\w+)"/g)) answered.set(id, { generation, server });
  const crossings = { servers: 0, versions: 0 };
  for (const [id, by] of answered) {
    const read = id.endsWith(':write') ? answered.get(id.replace(/write$/, 'read')) : undefined;
    if (read && read.server !== by.server) crossings.servers++;
    if (read && read.generation !== by.generation) crossings.versions++;
  }
  return crossings;
}
